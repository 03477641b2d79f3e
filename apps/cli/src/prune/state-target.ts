// Runs, their logs, their artifacts, and the files of the store that nobody needs.
// Not here: finding and removing them (journal).

import {
  findPrunedState,
  pruneState,
  statePaths,
  type FoundState,
  type PruneCriteria,
  type WorkflowPolicy,
} from '@workflow-platform/journal';
import { formatCount } from '../print/format.ts';
import type { PrunedItem, PruneOutcome, PruneRequest, PruneTarget } from './target.ts';

const KINDS = ['runs', 'logs', 'artifacts', 'blobs'] as const;
/** What somebody looks for is the last run, more often than not. */
const KEEP_LAST = 1;

/** The target. */
export const stateTarget: PruneTarget = {
  kinds: KINDS,
  find: async (request) => outcomeOf(findPrunedState(statePaths(request.context.env), criteriaOf(request)), request),
  prune: async (request) => {
    const pruned = await pruneState(statePaths(request.context.env), criteriaOf(request));
    return outcomeOf(pruned, request);
  },
};

function criteriaOf({ nowMs, kinds, retention, workflow }: PruneRequest): PruneCriteria {
  const policies = new Map<string, WorkflowPolicy>();
  const policyOf = (id: string): WorkflowPolicy => {
    const known = policies.get(id);
    if (known !== undefined) return known;
    const own = retention.workflows.get(id);
    const policy = {
      runsMs: own?.runsMs ?? retention.runsMs,
      keepLast: own?.keepLast ?? retention.keepLast ?? KEEP_LAST,
      logsMs: own?.logsMs ?? retention.logsMs,
      artifactsMs: own?.artifactsMs ?? retention.artifactsMs,
    };
    policies.set(id, policy);
    return policy;
  };
  return {
    nowMs,
    kinds: new Set(KINDS.filter((kind) => kinds.has(kind))),
    policyOf,
    workflow,
    sizeBytesMax: retention.maxSizeBytes,
  };
}

function outcomeOf({ runs, logs, artifacts, blobs, folders, plans, spared }: FoundState, { kinds }: PruneRequest): PruneOutcome {
  const runItems = [
    ...runs.map(({ id, workflow, within, folderBytes, textBytes }) => ({
      name: id,
      detail: within.length === 0 ? workflow : `${workflow}, with ${formatCount(within.length, 'run')} within`,
      sizeBytes: folderBytes + textBytes,
    })),
    ...plans.map((digest) => ({ name: digest, detail: 'a plan of no run', sizeBytes: 0 })),
  ];
  const logItems = [
    ...logs.map(({ runId, workflow, sizeBytes }) => ({ name: runId, detail: workflow, sizeBytes })),
    ...folders.map(({ runId, sizeBytes }) => ({ name: runId, detail: 'a folder of no run', sizeBytes })),
  ];
  const items: { readonly [kind in (typeof KINDS)[number]]: readonly PrunedItem[] } = {
    runs: runItems,
    logs: logItems,
    artifacts: artifacts.map(({ runId, name, path }) => ({ name: `${runId} ${name}`, detail: path, sizeBytes: 0 })),
    blobs: blobs.map(({ digest, sizeBytes }) => ({ name: digest, detail: 'a file of no run', sizeBytes })),
  };
  return {
    kinds: KINDS.filter((kind) => kinds.has(kind) || items[kind].length > 0).map((kind) => ({ kind, items: items[kind] })),
    spared: spared.map(({ id, workflow, why }) => ({ name: `run ${id} of ${workflow}`, why })),
    failures: [],
  };
}
