// Starts the programs of this folder.

import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A program of this folder that runs. */
export interface Child {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** Waits for the next line it prints. */
  nextLine(): Promise<string>;
  /** Waits for its end; returns its exit status, or the signal that ended it. */
  ended(): Promise<number | string>;
}

type Program =
  | 'append-runs.ts'
  | 'append-until-killed.ts'
  | 'hold-history.ts'
  | 'hold-lock.ts'
  | 'look-at-lock.ts'
  | 'migrate-until-killed.ts'
  | 'note-looks.ts'
  | 'prune-until-killed.ts'
  | 'take-and-remove.ts';

/** Starts a program with arguments. */
export function startChild(name: Program, ...args: string[]): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  return {
    process: child,
    nextLine: async () => (await lines.next()).value ?? '',
    ended: async () => {
      const [code, signal] = await exit;
      return code ?? signal ?? '';
    },
  };
}
