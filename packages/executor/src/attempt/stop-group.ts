// Ends a process group for certain: asks with TERM, waits, then takes what is left with KILL.
// Not here: processes that left the group.

import { groupMembers, signalGroup } from './process-group.ts';
import { monotonicMs } from './monotonic.ts';

/** Sends TERM, also to stopped processes. */
export function askGroupToEnd(groupId: number): void {
  signalGroup(groupId, 'SIGTERM');
  // A stopped process gets the TERM only once it goes on.
  signalGroup(groupId, 'SIGCONT');
}

/** Resolves when the group has no living member; sends KILL when that takes longer than `graceMs`. */
export async function waitUntilGroupIsGone(groupId: number, graceMs: number): Promise<void> {
  const killAtMs = monotonicMs() + graceMs;
  for (let delayMs = 1; await isAlive(groupId); delayMs = Math.min(delayMs * 2, 50)) {
    if (monotonicMs() >= killAtMs) signalGroup(groupId, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

async function isAlive(groupId: number): Promise<boolean> {
  // The call is cheap but counts the dead that nobody collected, which in a container without an init may stay for good.
  return signalGroup(groupId, 0) && (await groupMembers(new Set([groupId]))).length > 0;
}
