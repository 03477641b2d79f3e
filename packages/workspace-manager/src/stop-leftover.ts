// Ends a worker that outlived the engine that had started it.
// Not here: starting workers (run-process.ts).

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError } from '@workflow-platform/events';

const PAUSE_MS = 10;
const TRIES = 500;

/** Kills the process group of `pid` if its command line names `mark`, and waits until it is gone. */
export async function stopLeftover(pid: number, mark: string): Promise<void> {
  for (let attempt = 0; commandLineOf(pid).includes(mark); attempt++) {
    if (attempt === TRIES) {
      throw new UserError('workspace-worker-stuck', `process ${pid} still works on ${mark} and cannot be ended`, {
        hint: `end it by hand (\`kill -9 ${pid}\`), then try again`,
      });
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // Gone between the look and the signal.
    }
    await delay(PAUSE_MS);
  }
}

/** Empty for a process that is gone or a zombie. */
function commandLineOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
