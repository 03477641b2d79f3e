// What a screen shows of the workspace of a run: a fold of the events about it.
// Not here: the rest of the run (view.ts).

import { unreachable } from './assert.ts';
import type { WorkspaceEvent } from './run-event.ts';
import type { SavedWork, WorkspaceIdentity } from './workspace-identity.ts';

export interface WorkspaceView extends WorkspaceIdentity {
  readonly status: 'in-use' | 'released' | 'removed';
  readonly reused: boolean;
  /** Why it was released. */
  readonly reason: string | null;
  /** SHA-256 of the `.envrc` whose environment its steps get; null for none. */
  readonly envrcDigest: string | null;
  /** How its `setup` was done; null when there is none, or it had been done before. */
  readonly setup: { readonly key: string; readonly reused: boolean; readonly durationMs: number } | null;
  /** Where its work is kept now that it is gone; null while it is there, and when there was none. */
  readonly saved: SavedWork | null;
}

/** Returns the view after one more event. Steps may have workspaces of their own: those are not shown. */
export function applyToWorkspace(view: WorkspaceView | null, event: WorkspaceEvent): WorkspaceView | null {
  if (event.type === 'workspace.created' || event.type === 'workspace.reused') {
    const nothingYet = { reason: null, envrcDigest: null, setup: null, saved: null };
    return { ...event.workspace, status: 'in-use', reused: event.type === 'workspace.reused', ...nothingYet };
  }
  if (view?.id !== event.id) return view;
  switch (event.type) {
    case 'workspace.direnv-allowed':
      return { ...view, envrcDigest: event.envrcDigest };
    case 'workspace.tools-copied':
    case 'workspace.status-changed':
      return view;
    case 'workspace.setup-finished': {
      const { key, reused, durationMs } = event;
      return { ...view, setup: { key, reused, durationMs } };
    }
    case 'workspace.released':
      return { ...view, status: 'released', reason: event.reason };
    case 'workspace.removed':
      return { ...view, status: 'removed', saved: event.saved ?? null };
    default:
      return unreachable(event);
  }
}
