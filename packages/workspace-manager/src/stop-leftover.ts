// Ends a worker that outlived the engine that had started it.
// Not here: starting workers (run-process.ts).

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { UserError } from '@workflow-platform/events';

const PAUSE_MS = 10;
const TRIES = 500;

/** Kills the process group of `pid` if its command line has one of `marks`, and waits until it is gone. */
export async function stopLeftover(pid: number, marks: readonly [string, ...string[]]): Promise<void> {
  const isAtWork = (): boolean => {
    const commandLine = commandLineOf(pid);
    return marks.some((mark) => commandLine.includes(mark));
  };
  for (let attempt = 0; isAtWork(); attempt++) {
    if (attempt === TRIES) {
      throw new UserError('workspace-worker-stuck', `process ${pid} still works on ${marks[0]} and cannot be ended`, {
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
