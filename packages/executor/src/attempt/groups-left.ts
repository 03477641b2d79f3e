// Knows which process groups an engine has made for a run, so that the next one can end what a dead engine left running:
// an attempt is never made twice at the same time.
// Not here: ending the groups of this engine (launcher.ts).

import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { GroupMember } from './process-group.ts';
import { groupMembers } from './process-group.ts';
import { askGroupToEnd, waitUntilGroupIsGone } from './stop-group.ts';
import { endStrays } from './strays.ts';

/** Returns the argument by which the leader of a run's group is told from a process that got its number later. */
export function groupLabel(runId: string): string {
  return `workflow-run-${runId}`;
}

/** Notes a group before anything runs in it. */
export function noteGroup(runFolder: string, groupId: number): void {
  appendFileSync(listOf(runFolder), `${groupId}\n`, { mode: 0o600 });
}

/** Forgets the groups; nothing runs in them any more. */
export function forgetGroups(runFolder: string): void {
  rmSync(listOf(runFolder), { force: true });
}

/** Ends what still runs in the groups of engines that are gone. Resolves when nothing of it is left. */
export async function endGroupsLeft(runFolder: string, { runId, graceMs }: { runId: string; graceMs: number }): Promise<void> {
  const noted = readGroups(runFolder);
  if (noted.size === 0) return;
  const members = await groupMembers(noted);
  const left = [...noted].filter((id) =>
    isOfRun(
      members.filter(({ groupId }) => groupId === id),
      runId,
    ),
  );
  for (const groupId of left) askGroupToEnd(groupId);
  await Promise.all(left.map((groupId) => waitUntilGroupIsGone(groupId, graceMs)));
  await endStrays({ WORKFLOW_RUN_ID: runId }, graceMs);
}

/** The number of a group that is gone may come to name another one: only its leader's label or its members' run says whose it is. */
function isOfRun(members: readonly GroupMember[], runId: string): boolean {
  const leader = members.find(({ pid, groupId }) => pid === groupId);
  if (leader !== undefined) return leader.command.endsWith(groupLabel(runId));
  return members.some((member) => member.runId === runId);
}

function readGroups(runFolder: string): ReadonlySet<number> {
  try {
    const ids = readFileSync(listOf(runFolder), 'utf8').split('\n').map(Number);
    return new Set(ids.filter((id) => Number.isSafeInteger(id) && id > 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}

function listOf(runFolder: string): string {
  return join(runFolder, 'groups');
}
