// Workspaces of all repositories that nobody has used for long, and work that was kept of those that are gone. Removing is the
// workspace manager's: what was changed is kept, what others built upon is never thrown away, what is in use stays.
// Not here: one repository's workspaces by name (workspace clean).

import { acquireLock, lockHolder, openHistory, sizeOfFolder, statePaths, type History } from '@workflow-platform/journal';
import {
  cleanWorkspace,
  decideClean,
  discardKept,
  findAllHomes,
  listAll,
  measureWorkspaces,
  reasonOf,
  removeSetup,
  unusedSetups,
  type UnusedSetup,
  type WorkspaceHome,
  type WorkspaceRow,
} from '@workflow-platform/workspace-manager';
import { UserError } from '@workflow-platform/events';
import { formatCount } from '../print/format.ts';
import { harmlessLines } from '../print/harmless.ts';
import type { PrunedItem, PruneOutcome, PruneRequest, PruneTarget, SparedItem } from './target.ts';

/** The target. */
export const workspacesTarget: PruneTarget = {
  kinds: ['workspaces'],
  find: (request) => eachChosen(request, { onWorkspace: async () => null, onSetup: async () => {} }),
  prune: (request) => eachChosen(request, { onWorkspace: removeOne, onSetup: removeSetup }),
};

/** What is done with those that were chosen. */
interface Deed {
  /** Answers why one stays, or null. */
  onWorkspace(chosen: Chosen): Promise<string | null>;
  onSetup(home: WorkspaceHome, setup: UnusedSetup): Promise<void>;
}

/** A workspace of which something goes: itself, or work that was kept of earlier ones of its name. */
interface Chosen {
  readonly home: WorkspaceHome;
  readonly row: WorkspaceRow;
  readonly isRemoved: boolean;
  /** What was kept until then is thrown away; null when nothing is. */
  readonly keptUntilMs: number | null;
}

/** Does something with each that was chosen. */
async function eachChosen(request: PruneRequest, { onWorkspace, onSetup }: Deed): Promise<PruneOutcome> {
  const { context, retention } = request;
  const items: PrunedItem[] = [];
  const spared: SparedItem[] = [];
  const failures: SparedItem[] = [];
  // A workspace is its repository's, whatever workflow ran in it.
  if (request.workflow === null && (retention.workspacesMs !== null || retention.keptWorkMs !== null)) {
    const say = (text: string): void => context.err.write(`${context.err.style.dim('workflow:')} ${harmlessLines(text)}\n`);
    const history = openHistory({ folder: statePaths(context.env).folder, mode: 'read' });
    try {
      for (const { home, isSourceThere } of findAllHomes({
        env: context.env,
        acquireLock,
        lockHolder,
        nowMs: () => request.nowMs,
        say,
      })) {
        if (!isSourceThere) {
          spared.push({ name: home.namespaceFolder, why: `${home.repositoryRoot} is not there any more` });
          continue;
        }
        const chosen = choose(request, home, history, spared);
        const measures = await measureWorkspaces(
          home,
          chosen.map(({ row }) => row),
        );
        for (const each of chosen) {
          const name = `${each.row.id} of ${home.repositoryRoot}`;
          const why = await onWorkspace(each);
          const sizeBytes = each.isRemoved ? (measures.get(each.row.id)?.sizeBytes ?? 0) : 0;
          if (why === null) items.push({ name, detail: detailOf(each), sizeBytes });
          else failures.push({ name: `workspace ${name}`, why });
        }
        const setups = retention.workspacesMs === null ? [] : unusedSetups(home, request.nowMs - retention.workspacesMs);
        for (const setup of setups) {
          items.push({
            name: `.setup/${setup.key.slice(0, 12)} of ${home.repositoryRoot}`,
            detail: 'what a set-up made',
            sizeBytes: sizeOfFolder(setup.folder),
          });
          await onSetup(home, setup);
        }
      }
    } finally {
      history.close();
    }
  }
  return { kinds: [{ kind: 'workspaces', items }], spared, failures };
}

function choose(
  { retention, nowMs }: PruneRequest,
  home: WorkspaceHome,
  history: History,
  spared: SparedItem[],
): readonly Chosen[] {
  const rows = listAll(home);
  const removed = new Set<WorkspaceRow>();
  if (retention.workspacesMs !== null) {
    const { chosen } = decideClean(rows, { allDone: false, olderThanMs: retention.workspacesMs, discard: false }, nowMs);
    for (const row of chosen) {
      if (isOfUnfinishedRun(row, history))
        spared.push({ name: `workspace ${row.id}`, why: `run ${row.owner?.runId} is not over` });
      else removed.add(row);
    }
  }
  const keptUntilMs = retention.keptWorkMs === null ? null : nowMs - retention.keptWorkMs;
  const hasOld = (row: WorkspaceRow): boolean => keptUntilMs !== null && row.kept.some(({ atMs }) => atMs <= keptUntilMs);
  return rows
    .filter((row) => removed.has(row) || (hasOld(row) && row.state !== 'in-use'))
    .map((row) => ({ home, row, isRemoved: removed.has(row), keptUntilMs: hasOld(row) ? keptUntilMs : null }));
}

function isOfUnfinishedRun({ owner }: WorkspaceRow, history: History): boolean {
  const run = owner?.runId === null || owner?.runId === undefined ? null : history.readRun(owner.runId);
  return run !== null && run.finishedMs === null;
}

async function removeOne({ home, row, isRemoved, keptUntilMs }: Chosen): Promise<string | null> {
  try {
    if (isRemoved) await cleanWorkspace(home, row.id);
    if (keptUntilMs === null) return null;
    const { stayed } = await discardKept(home, row.id, keptUntilMs);
    return stayed.length === 0 ? null : stayed.join('; ');
  } catch (cause) {
    if (cause instanceof UserError) return reasonOf(cause);
    throw cause;
  }
}

function detailOf({ row, isRemoved, keptUntilMs }: Chosen): string {
  const old = keptUntilMs === null ? 0 : row.kept.filter(({ atMs }) => atMs <= keptUntilMs).length;
  const work = old === 0 ? [] : [`${formatCount(old, 'piece')} of kept work thrown away`];
  return [...(isRemoved ? ['removed; what was changed is kept'] : []), ...work].join(', ');
}
