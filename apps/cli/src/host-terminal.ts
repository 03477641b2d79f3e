// `workflow __terminal BASE -- PROGRAM …`: what steps with a terminal run as their process.
// Not here: the host of the terminal (executor).

import { runTerminalHost } from '@workflow-platform/executor';

/** Carries a program on a terminal to its end, and ends as it does. */
export async function hostTerminal([base = '', , ...argv]: readonly string[]): Promise<void> {
  await runTerminalHost(base, argv);
}
