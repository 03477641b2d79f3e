// Runs a command in a workspace as if the caller had: its streams are the caller's, its arguments are no shell's business, signals
// reach it, and its exit status is told as a shell tells it.
// Not here: its environment (agent-environment.ts), the metadata (run-in-workspace.ts).

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, resolve as resolvePath } from 'node:path';

import { statusOfSignal } from './passed-signals.ts';
import type { PassedSignals } from './passed-signals.ts';

/** A command to run. */
export interface CommandRequest {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly signals: PassedSignals;
  /** Told why a command could not be started. */
  readonly say: (text: string) => void;
}

/** Runs the command and returns its exit status: 128 + n for signal n, 127 when there is no such program, 126 when it cannot run. */
export function runCommand({ argv: [program, ...args], cwd, env, signals, say }: CommandRequest): Promise<number> {
  return new Promise((resolve) => {
    const ended = (status: number): void => {
      signals.passTo(null);
      resolve(status);
    };
    const failed = (cause: NodeJS.ErrnoException): void => {
      const place = placeOf(program, { cwd, env });
      // A folder of PATH that may not be looked into makes the system say that the program may not be run.
      const isMissing = cause.code === 'ENOENT' || (cause.code === 'EACCES' && place === null);
      const missing = place === null ? 'there is no such program' : 'the interpreter that it names is not there';
      say(`cannot run \`${program}\`: ${isMissing ? missing : describe(cause)}`);
      ended(isMissing ? 127 : 126);
    };
    try {
      const child = spawn(program, args, { cwd, env, stdio: 'inherit' });
      signals.passTo((signal) => child.kill(signal));
      child.on('error', failed);
      child.on('exit', (code, signal) => ended(code ?? (signal === null ? 1 : statusOfSignal(signal))));
    } catch (cause) {
      // A command line that the system does not take is told at once.
      failed(cause as NodeJS.ErrnoException);
    }
  });
}

/** Returns the file that a command's first word stands for, whether or not it can be run; null when there is none. */
function placeOf(program: string, { cwd, env }: Pick<CommandRequest, 'cwd' | 'env'>): string | null {
  const folders = program.includes('/') ? [cwd] : (env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => resolvePath(cwd, folder, program)).find((place) => existsSync(place)) ?? null;
}

function describe(cause: NodeJS.ErrnoException): string {
  switch (cause.code) {
    case 'EACCES':
      return 'it is not executable';
    case 'E2BIG':
      return 'the system does not take arguments this long';
    default:
      return cause.message;
  }
}
