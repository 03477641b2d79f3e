// A command line by which a process that changes a workspace can be told from any other, whatever it turns into.

import { SHELL } from './run-process.ts';

/** Returns the command line that runs another one under a shell that stays, and has `mark` in its own. */
export function marked(argv: readonly [string, ...string[]], mark: string): [string, ...string[]] {
  // Without the last command the shell would become the program.
  return [SHELL, '-c', '"$@"; exit $?', mark, ...argv];
}
