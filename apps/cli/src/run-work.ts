// Finds what a run changed, for those who want to see it or have it.

import { UserError } from '@workflow-platform/events';
import type { WorkspaceIdentity } from '@workflow-platform/events';
import type { History } from '@workflow-platform/journal';
import { findWork, savedWork } from '@workflow-platform/workspace-manager';
import type { FoundWork } from '@workflow-platform/workspace-manager';

/** What a run changed, and where. */
export interface RunWork extends FoundWork {
  readonly workspace: WorkspaceIdentity;
}

/** Finds it; throws a UserError for a run that never had a workspace. */
export async function workOfRun(history: History, runId: string): Promise<RunWork> {
  const events = history.readEvents(runId).map(({ event }) => event);
  const given = events.findLast((event) => event.type === 'workspace.created' || event.type === 'workspace.reused');
  if (given === undefined) {
    throw new UserError('workspace-none', `run ${runId} has no workspace: none was made for it (yet)`, {
      hint: `\`workflow status ${runId}\` tells how far it got`,
    });
  }
  const { workspace } = given;
  const found = await findWork({ workspace, runId });
  const removed = events.findLast((event) => event.type === 'workspace.removed');
  if (found.work !== null || found.isLive || !removed?.saved) return { workspace, ...found };
  // Thrown away since, or the note about it was lost: version control may still have it.
  return { workspace, ...found, work: savedWork(removed.saved, workspace) };
}
