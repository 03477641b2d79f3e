// Does the run have to be given its workspace? An engine that takes a run up has to take hold of it, as the one before had it.
// Not here: whether one is made or there already (workspace-manager).

import type { RunState } from './run-state.ts';

/** Returns whether the host is to make the workspace or take hold of it. Nothing starts until it has. */
export function isWorkspaceDue({ phase, holdsWorkspace, root }: RunState): boolean {
  if (phase.kind === 'preparing') return true;
  return phase.kind === 'working' && !holdsWorkspace && root.tally.unsettled > 0;
}
