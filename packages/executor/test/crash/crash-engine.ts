// An engine that dies as it is told: `crash-engine.ts OPTIONS` with the options as JSON. Goes on with the run when it is there.
// Prints `up`, and in the end the run's status and how many calls to the system there were; `over` before that when it found the run so.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Plan } from '@workflow-platform/core';
import { acquireLock, openHistory } from '@workflow-platform/journal';
import type { Checkpoint } from '../../src/index.ts';
import { startRun, testRunId } from '../support/make-run.ts';

export interface CrashEngineOptions {
  readonly plan: Plan;
  readonly base: string;
  /** Dies there, the time that is given: 1 for the first. */
  readonly dieAt?: { readonly checkpoint: Checkpoint; readonly time: number };
  /** Dies before the call to the system of that number, counted from the start of the run. */
  readonly dieBeforeCall?: number;
  /** Copies the history's files to a folder `base/synced.…` whenever all of it is on the disk. */
  readonly keepsSynced?: boolean;
}

const { plan, base, dieAt, dieBeforeCall, keepsSynced } = JSON.parse(process.argv[2] ?? '') as CrashEngineOptions;
mkdirSync(base, { recursive: true });
const lock = acquireLock(join(base, 'run', 'owner.lock'), { owner: 'a test' });
if ('heldBy' in lock) throw new Error(`the run is held by ${lock.heldBy}`);
const history = openHistory({ folder: base, mode: 'write' });
history.savePlan(testRunId, JSON.stringify(plan));

const known = history.readRun(testRunId);
if (known !== null && ['succeeded', 'failed', 'cancelled'].includes(known.status)) {
  // The engine before was killed after the end. To take a failed run up again would be to ask for its failed steps once more.
  process.stdout.write(`up\nover\n${known.status} 0\n`);
  process.exit(0);
}

let callCount = 0;
let keptCount = 0;
let lastCopy: string | null = null;
countCalls();

let times = 0;
const { handle } = startRun(plan, {
  base,
  graceMs: 300,
  ...(known === null ? {} : { start: { kind: 'resume', by: 'a test' } }),
  onCheckpoint: (reached) => {
    if (reached === dieAt?.checkpoint && ++times === dieAt.time) die();
  },
  ports: {
    journal: {
      readEvents: (runId) => history.readEvents(runId),
      append: (envelopes) => {
        history.append(envelopes);
        if (keepsSynced === true) keep();
      },
    },
  },
});
process.stdout.write('up\n');
const { status } = await handle.finished;
history.close();
lock.release();
process.stdout.write(`${status} ${callCount}\n`);

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** By another process: closing the files here would drop the locks that are held on them. It appears whole, as the last of its name. */
function keep(): void {
  const copy = join(base, `synced.${Date.now()}.${String(++keptCount).padStart(6, '0')}`);
  const files = ['history.db', 'history.db-wal'].map((name) => join(base, name)).filter((path) => existsSync(path));
  execFileSync('sh', [
    '-c',
    'new=$1; shift; mkdir "$new.new" && cp "$@" "$new.new" && mv "$new.new" "$new"',
    'sh',
    copy,
    ...files,
  ]);
  if (lastCopy !== null) rmSync(lastCopy, { recursive: true, force: true });
  lastCopy = copy;
}

/** Counts what this process asks of the system: files, the database, its shells. */
function countCalls(): void {
  const fs = process.getBuiltinModule('node:fs') as unknown as { [name: string]: unknown };
  const count = (target: { [name: string]: unknown }, name: string): void => {
    const call = target[name] as (...args: unknown[]) => unknown;
    target[name] = function counted(this: unknown, ...args: unknown[]): unknown {
      callCount++;
      if (callCount === dieBeforeCall) die();
      return Reflect.apply(call, this, args);
    };
  };
  for (const name of [
    'openSync',
    'writeSync',
    'writeFileSync',
    'appendFileSync',
    'rmSync',
    'mkdirSync',
    'renameSync',
    'linkSync',
    'symlinkSync',
    'utimesSync',
    'ftruncateSync',
    'closeSync',
  ])
    count(fs, name);
  count(process.getBuiltinModule('node:child_process'), 'spawn');
  syncBuiltinESMExports();
  count(DatabaseSync.prototype as never, 'exec');
  count(StatementSync.prototype as never, 'run');
  count(Socket.prototype as never, 'write');
  count(Socket.prototype as never, 'end');
}
