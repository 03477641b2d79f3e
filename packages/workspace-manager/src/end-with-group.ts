// Ends a program with everything that it has started, at once or nearly so.

import type { ChildProcess } from 'node:child_process';

/** What a program gets to clear up (git deletes what it has checked out, Jujutsu its lock files), in milliseconds. */
const GRACE_MS = 1000;

/** Asks the process group of a program to end and kills it when it does not. The program leads the group. */
export function endWithGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
  child.once('exit', () => {
    clearTimeout(timer);
    // Whoever did not listen goes with the one who did, and nobody waits for what is still to be read.
    signalGroup(pid, 'SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
  });
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left.
  }
}
