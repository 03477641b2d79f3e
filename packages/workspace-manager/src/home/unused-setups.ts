// What set-ups of a repository's workspaces made and nobody has used for long, for those who prune it.
// Not here: the store itself (ready/setup-store.ts), which clears up after itself where set-ups go on.

import { dropSetup, unusedSince } from '../ready/setup-store.ts';
import { workspacePlaces } from '../workspace-paths.ts';
import type { WorkspaceHome } from './workspace-home.ts';

/** A kept set-up. */
export interface UnusedSetup {
  readonly key: string;
  readonly folder: string;
}

/** Returns those that nobody used since a time. */
export function unusedSetups(home: WorkspaceHome, untilMs: number): readonly UnusedSetup[] {
  return unusedSince(storeOf(home), untilMs, home.nowMs());
}

/** Removes one; the next workspace that needs it runs its script. */
export async function removeSetup(home: WorkspaceHome, { key }: UnusedSetup): Promise<void> {
  await dropSetup(storeOf(home), key);
}

function storeOf({ namespaceFolder }: WorkspaceHome): string {
  return workspacePlaces(namespaceFolder, 'any').setupFolder;
}
