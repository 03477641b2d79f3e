// Starts a command and waits for its end: the least that a program can do to have one run.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a command; throws when it fails. */
export async function spawnAndWait([command = '', ...args]: readonly string[]): Promise<void> {
  const [code] = (await once(spawn(command, args, { stdio: 'ignore' }), 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with ${code}`);
}
