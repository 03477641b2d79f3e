// Starts `jj` so that neither the user's settings nor what a step wrote change what our commands mean.
// Not here: what it is asked (the other files of this folder), what this one can do (abilities.ts).

import { runProcess } from '../run-process.ts';
import type { ProcessResult, Run } from '../run-process.ts';

// No pager, colour or file system monitor; nothing is signed, because the signing program could be a step's choice by then.
// Every new file is recorded, however large: what is refused would be lost with the workspace.
const OURS = [
  '--no-pager',
  '--color=never',
  '--config=core.fsmonitor=none',
  '--config=fsmonitor.backend=none',
  '--config=signing.behavior=drop',
  '--config=snapshot.max-new-file-size=0',
  // The one on PATH, whose version was looked at.
  '--config=git.executable-path=git',
] as const;

// Without it, `jj log` starts `tput` twice to find out how wide the terminal is that it does not have.
const ENV = { COLUMNS: '80' };

/** Returns the command line of `jj` with our settings. */
export function jjCommand(args: readonly string[]): readonly [string, ...string[]] {
  return ['jj', ...OURS, ...args];
}

/** Runs `jj` to its end. */
export function jj(
  cwd: string,
  args: readonly string[],
  { run = runProcess, stdoutMax }: { readonly run?: Run; readonly stdoutMax?: number } = {},
): Promise<ProcessResult> {
  return run({ argv: [...jjCommand(args)], cwd, env: ENV, ...(stdoutMax === undefined ? {} : { stdoutMax }) });
}

/** Returns the sentence of `jj` that says why it failed. */
export function reasonIn({ code, stderr }: ProcessResult): string {
  const lines = stderr.trim().split('\n');
  const at = lines.findIndex((line) => START.test(line));
  const line = (lines[at] ?? lines.at(-1) ?? '').replace(START, '');
  // What is said of another program stands on the lines below.
  return (line.endsWith(':') ? `${line} ${lines[at + 1] ?? ''}`.trim() : line) || `exit status ${code}`;
}

const START = /^(?:Error|Internal error|Config error|error): /;
