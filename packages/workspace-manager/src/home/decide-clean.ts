// Decides which workspaces a clean-up takes, and why it leaves the others. Pure.
// Not here: removing them (clean-workspaces.ts).

import { assert } from '@workflow-platform/events';

import type { WorkspaceRow } from './list-all.ts';

/** What the user asked for; what is given narrows, so that both have to hold. */
export interface CleanCriteria {
  /** Those whose run or command is over and went well, or whose work was applied. */
  readonly allDone: boolean;
  /** Those that nobody has had for as long. */
  readonly olderThanMs: number | null;
  /** What was changed is to be thrown away: then also that of workspaces which are gone. */
  readonly discard: boolean;
}

/** What is taken, and what is not. */
export interface CleanDecision {
  readonly chosen: readonly WorkspaceRow[];
  readonly spared: readonly { readonly row: WorkspaceRow; readonly why: string }[];
}

/** Decides. */
export function decideClean(rows: readonly WorkspaceRow[], criteria: CleanCriteria, nowMs: number): CleanDecision {
  assert(criteria.allDone || criteria.olderThanMs !== null, 'who wants everything gone says so');
  const chosen: WorkspaceRow[] = [];
  const spared: { readonly row: WorkspaceRow; readonly why: string }[] = [];
  for (const row of rows) {
    const why = whySpared(row, criteria, nowMs);
    if (why === null) chosen.push(row);
    else spared.push({ row, why });
  }
  return { chosen, spared };
}

function whySpared(row: WorkspaceRow, { allDone, olderThanMs, discard }: CleanCriteria, nowMs: number): string | null {
  switch (row.state) {
    case 'in-use':
      return 'it is in use';
    case 'foreign':
      return 'it was not made by workflow';
    case 'gone':
      if (!discard) return 'it is gone already; what was in it is kept';
      if (allDone && !isDone(row)) return `its status was ${row.status}`;
      break;
    case 'unfinished':
    case 'missing':
      // Nothing can be lost with what is half there, but it may be in the making at this moment.
      break;
    case 'ready':
      if (allDone && !isDone(row))
        return row.status === 'running' ? 'what had it ended without a word' : `its status is ${row.status}`;
      break;
    default:
      return row.state satisfies never;
  }
  if (olderThanMs === null) return null;
  const usedMs = row.usedMs ?? row.createdMs;
  if (usedMs === null) return 'when it was last used is not known';
  return nowMs - usedMs >= olderThanMs ? null : 'it was used since';
}

function isDone({ status, appliedMs }: WorkspaceRow): boolean {
  return status === 'done' || appliedMs !== null;
}
