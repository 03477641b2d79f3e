// Finds what a run's workspace holds: in the workspace while it is there, or where it was kept when the workspace went.
// Not here: showing it (diff-work.ts), applying it (apply-work.ts).

import { dirname } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';
import type { SavedWork, WorkspaceIdentity } from '@workflow-platform/events';

import { explainFileFailure } from '../file-failure.ts';
import { PROVIDERS } from '../providers/providers.ts';
import { isFolder, readRecord } from '../record.ts';
import type { KeptEntry, WorkspaceOwner, WorkspaceRecord } from '../record.ts';
import { workspacePlaces } from '../workspace-paths.ts';
import type { KeptWork, Work } from './work.ts';

/** Work and where it was found. */
export interface FoundWork {
  /** Null when nothing was changed. */
  readonly work: Work | null;
  /** The workspace is still there. */
  readonly isLive: boolean;
  /** Another run had the workspace after this one, so that its work is in it, too. */
  readonly isShared: boolean;
}

/** Which run, in which workspace. */
export interface FindWorkRequest {
  readonly workspace: WorkspaceIdentity;
  readonly runId: string;
}

/** Finds it; throws a UserError where there is nothing to find. */
export async function findWork({ workspace, runId }: FindWorkRequest): Promise<FoundWork> {
  const { id, path } = workspace;
  if (workspace.provider === 'none') {
    throw new UserError(
      'work-not-apart',
      `run ${runId} worked in the checkout itself, ${path}: what it did is mixed with yours`,
      {
        hint: 'look at it there: `jj diff` or `git diff`',
      },
    );
  }
  const places = workspacePlaces(dirname(path), id);
  try {
    const record = readRecord(places.recordFile);
    const known = record === null || record === 'unreadable' ? null : record;
    const kept = (known?.kept ?? []).findLast(({ owner }) => owner?.runId === runId);
    if (known?.phase === 'ready' && isFolder(path, known.folder) && (kept === undefined || known.owner?.runId === runId)) {
      const { provider, from, base } = known;
      const work = await PROVIDERS[provider].work({ id, folder: path, from, base, notesFile: places.notesFile });
      return { work, isLive: true, isShared: known.owner !== undefined && known.owner.runId !== runId };
    }
    if (kept !== undefined) return { work: workOf(kept), isLive: false, isShared: false };
    if (isGoneForGood(known)) return { work: null, isLive: false, isShared: false };
  } catch (cause) {
    throw explainFileFailure(cause, dirname(dirname(path)));
  }
  throw new UserError('work-lost', `the workspace of run ${runId} is neither at ${path} nor was it removed by workflow`, {
    hint: 'if AI_WORKSPACES_ROOT was moved, the workspace is where it was moved to',
  });
}

/** Returns the work that an entry of a record stands for. */
export function workOf(entry: KeptEntry): Work {
  return workFrom(entry, entry);
}

/** Returns the work that the journal says was kept when the workspace went. */
export function savedWork(saved: SavedWork, { provider, from, base }: WorkspaceIdentity): Work {
  assert(provider !== 'none', 'nothing is kept of a checkout');
  return workFrom({ ...saved, base }, { provider, from });
}

function workFrom(kept: KeptWork, { provider, from }: Pick<KeptEntry, 'provider' | 'from'>): Work {
  const work = PROVIDERS[provider].keptWork(kept, from);
  if (work !== null) return work;
  throw new UserError('work-lost', `what was kept as ${kept.name} is there no more`, { hint: 'somebody threw it away' });
}

/** Says in a few words who an owner is. */
export function ownerText({ runId, workflow }: WorkspaceOwner): string {
  return runId === null ? 'a command' : `run ${runId}${workflow === null ? '' : ` of ${workflow}`}`;
}

/** A workspace that went without leaving anything has no record, or one without an entry for the run. */
function isGoneForGood(record: WorkspaceRecord | null): boolean {
  return record === null || record.phase === 'gone';
}
