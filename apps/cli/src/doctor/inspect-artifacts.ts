// Checks that every file which runs keep is in the store and is what it was.
// Not here: removing what nobody needs (prune/).

import { checkBlobs, openBlobs, type ExpectedBlob, type History, type StatePaths } from '@workflow-platform/journal';
import { formatBytes, formatCount } from '../print/format.ts';
import { toldOf, type Finding, type Inspection } from './finding.ts';

/** Checks them. With `full` every file is read. */
export async function inspectArtifacts(history: History, paths: StatePaths, full: boolean): Promise<Inspection> {
  const folder = paths.blobsFolder;
  const report = await checkBlobs({ folder, blobs: openBlobs(folder), full }, history.keptFiles());
  const { unused } = report;
  const findings: Finding[] = [
    ...toldOf(report.missing, (blob) => lost('artifact-missing', blob, 'is not in the store')),
    ...toldOf(report.damaged, (blob) => lost('artifact-damaged', blob, 'is not what was kept')),
  ];
  if (unused.count > 0)
    findings.push({
      severity: 'note',
      code: 'artifacts-unused',
      what: `${formatCount(unused.count, 'file')} of no run in the store of artifacts, ${formatBytes(unused.sizeBytes)}`,
      toDo: '`workflow prune` removes them, a day after they came there',
    });
  return {
    findings,
    rooms: [{ name: 'artifacts', place: folder, count: formatCount(report.count, 'file'), sizeBytes: report.sizeBytes }],
  };
}

function lost(code: string, { digest, runId }: ExpectedBlob, how: string): Finding {
  const toDo = `copy blobs/${digest.slice(0, 2)}/${digest} back from a backup of the state folder, or run the workflow again`;
  return { severity: 'problem', code, what: `a file that run ${runId} keeps ${how} (${digest.slice(0, 12)})`, toDo };
}
