// Finds what one step of a run did, where that was kept apart: in a workspace of the step's own, or as a change or commit of its
// own in the run's.
// Not here: the run's work as a whole (find-work.ts).

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { WorkspaceIdentity } from '@workflow-platform/events';

import { commitsOfStep } from '../git/step-commits.ts';
import { logOf, quoted } from '../jujutsu/change-work.ts';
import { stepMark } from '../jujutsu/record-step.ts';
import { PROVIDERS } from '../providers/providers.ts';
import { isFolder, readRecord } from '../record.ts';
import { workspacePlaces } from '../workspace-paths.ts';
import { workOf } from './find-work.ts';
import type { ChangeWork, Work } from './work.ts';

/** Which step of which run, and what the run's workspace holds. */
export interface StepWorkRequest {
  readonly workspace: WorkspaceIdentity;
  readonly runId: string;
  readonly step: string;
  /** Null when there is nothing in it. */
  readonly work: Work | null;
}

/** Returns what the step did, a part for each of its attempts that changed something; null when steps were not kept apart. */
export async function findStepWork(request: StepWorkRequest): Promise<readonly Work[] | null> {
  const own = await ownWorkspaces(request);
  if (own !== null) return own;
  const { work, workspace } = request;
  switch (workspace.provider) {
    case 'jj':
      return work?.kind === 'change' ? changesOfStep(work, request) : null;
    case 'git':
      return commitsOfStep(request);
    case 'copy':
    case 'none':
      return null;
    default:
      return workspace.provider satisfies never;
  }
}

/** Null where the step had none. */
async function ownWorkspaces({ workspace, runId, step }: StepWorkRequest): Promise<readonly Work[] | null> {
  const namespace = dirname(workspace.path);
  const works: Work[] = [];
  let hasOwn = false;
  for (const id of recordedIds(namespace)) {
    const places = workspacePlaces(namespace, id);
    const record = readRecord(places.recordFile);
    if (record === null || record === 'unreadable') continue;
    const isOfStep = (owner: typeof record.owner | null): boolean => owner?.runId === runId && owner.step === step;
    const kept = (record.kept ?? []).filter(({ owner }) => isOfStep(owner));
    works.push(...kept.map(workOf));
    hasOwn ||= kept.length > 0;
    if (record.phase !== 'ready' || !isOfStep(record.owner) || !isFolder(places.folder, record.folder)) continue;
    hasOwn = true;
    const { provider, from, base } = record;
    const work = await PROVIDERS[provider].work({ id, folder: places.folder, from, base, notesFile: places.notesFile });
    if (work !== null) works.push(work);
  }
  return hasOwn ? works : null;
}

function recordedIds(namespace: string): readonly string[] {
  try {
    const names = readdirSync(join(namespace, '.state')).filter((name) => name.endsWith('.json'));
    return names.map((name) => name.slice(0, -'.json'.length)).sort();
  } catch {
    return [];
  }
}

/** Null when no step of the run has a change of its own. */
async function changesOfStep(work: ChangeWork, { runId, step }: StepWorkRequest): Promise<readonly Work[] | null> {
  const { from, base, revision } = work;
  const all = `((${base})..${revision}) & description(substring:${quoted(stepMark({ runId, step: '' }).trimEnd())})`;
  const mine = `((${base})..${revision}) & description(substring:${quoted(stepMark({ runId, step }))})`;
  const template = 'commit_id ++ " " ++ change_id ++ " " ++ parents.map(|parent| parent.commit_id()).join("|") ++ "\\n"';
  const lines = await logOf(from, mine, template);
  if (lines.length === 0 && (await logOf(from, all, 'commit_id ++ "\\n"')).length === 0) return null;
  return lines.toReversed().map((line): Work => {
    const [commit = '', changeId = '', parents = ''] = line.split(' ');
    return { kind: 'change', revision: commit, changeId, base: parents, from };
  });
}
