// Looks at the folders of runs and at who drives them: folders without a run, runs without an engine.
// Not here: removing folders (prune/).

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRunId, lockHolder, sizeOfFolder, type History, type RunRow, type StatePaths } from '@workflow-platform/journal';
import { formatCount } from '../print/format.ts';
import { toldOf, type Finding, type Inspection } from './finding.ts';

const UNFINISHED = ['queued', 'running', 'cancelling'] as const;

/** Looks at them. */
export function inspectRuns(history: History, paths: StatePaths): Inspection {
  const known = new Set(history.runIds());
  const names = namesIn(paths.runsFolder);
  const alone = names.filter((name) => isRunId(name) && !known.has(name) && !isDriven(paths, name));
  const unfinished = UNFINISHED.flatMap((status) => history.listRuns({ limit: known.size, status }));
  // A run that only waits for people needs no engine: `workflow waiting` tells of it.
  const asks = new Set(history.openQuestions(Number.MAX_SAFE_INTEGER).map(({ runId }) => runId));
  const findings: Finding[] = [
    ...toldOf(
      unfinished.filter(({ id }) => !asks.has(id) && !isDriven(paths, id)),
      interrupted,
    ),
  ];
  if (alone.length > 0)
    findings.push({
      severity: 'note',
      code: 'folders-without-run',
      what: `${formatCount(alone.length, 'folder')} of no run in ${paths.runsFolder}, such as ${alone[0]}`,
      toDo: '`workflow prune` removes them, a day after they were made',
    });
  const sizeBytes = sizeOfFolder(paths.runsFolder);
  return { findings, rooms: [{ name: 'logs', place: paths.runsFolder, count: formatCount(names.length, 'run'), sizeBytes }] };
}

function interrupted({ id, workflow }: RunRow): Finding {
  return {
    severity: 'note',
    code: 'run-interrupted',
    what: `run ${id} of ${workflow.id} is not over, and nobody drives it`,
    toDo: `\`workflow resume ${id}\` goes on with it, or ends it when you press Ctrl-C there`,
  };
}

function isDriven(paths: StatePaths, runId: string): boolean {
  return lockHolder(join(paths.runFolder(runId), 'owner.lock')) !== null;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
}
