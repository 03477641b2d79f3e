// Checks the history, and puts right what of it is derived, when that is asked for.
// Not here: how it is checked (journal).

import { checkHistory, rebuildRows, type HistoryFinding, type HistoryReport, type StatePaths } from '@workflow-platform/journal';
import { formatBytes, formatCount } from '../print/format.ts';
import { toldOf, type Finding, type Inspection } from './finding.ts';

/** The check of the history. */
export interface HistoryInspection extends Inspection {
  readonly report: HistoryReport;
  /** Runs whose rows were made again. */
  readonly repaired: readonly string[];
}

/** Room that nothing takes up is worth words from here on. */
const FREE_BYTES_TOLD = 64 * 1024 * 1024;

/** Checks it; with `repair` what is derived is made again and everything looked at anew. */
export function inspectHistory({ folder }: StatePaths, { full, repair }: { full: boolean; repair: boolean }): HistoryInspection {
  const first = checkHistory(folder, { full });
  const broken = first.findings.filter(({ isDerived }) => isDerived).flatMap(({ runId }) => (runId === null ? [] : [runId]));
  const repaired = repair ? [...new Set(broken)] : [];
  if (repaired.length > 0) rebuildRows(folder, repaired);
  const report = repaired.length > 0 ? checkHistory(folder, { full }) : first;
  const findings = [...toldOf(report.findings, findingOf), ...notesOf(report)];
  const count = `${formatCount(report.runs, 'run')}, ${formatCount(report.events, 'event')}`;
  const rooms = [{ name: 'history', place: report.file, count, sizeBytes: report.sizeBytes + report.logBytes }];
  return { report, repaired, findings, rooms };
}

function findingOf({ code, what, toDo }: HistoryFinding): Finding {
  return { severity: 'problem', code, what, toDo };
}

function notesOf({ plansUnused, freeBytes }: HistoryReport): readonly Finding[] {
  const notes: Finding[] = [];
  if (plansUnused > 0)
    notes.push({
      severity: 'note',
      code: 'plans-unused',
      what: `${formatCount(plansUnused, 'plan')} of no run`,
      toDo: '`workflow prune` removes them',
    });
  if (freeBytes >= FREE_BYTES_TOLD)
    notes.push({
      severity: 'note',
      code: 'room-unused',
      what: `${formatBytes(freeBytes)} of the history are free`,
      toDo: 'new runs take them up; `workflow prune` gives them back to the disk',
    });
  return notes;
}
