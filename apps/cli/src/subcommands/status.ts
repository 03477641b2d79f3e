// `workflow status [RUN]`: lists runs, or shows one with its steps.
// Not here: what a run looks like (events: view; print/summary.ts).

import { join } from 'node:path';
import type { Plan } from '@workflow-platform/core';
import { quotaWaitOf, viewOfRun, waitsForPeople, type RunView } from '@workflow-platform/events';
import { lockHolder, type History, type RunRow, type StatePaths } from '@workflow-platform/journal';
import type { StatusFlags } from '../arguments/status.ts';
import type { CliContext } from '../context.ts';
import { withHistory } from '../history.ts';
import { formatAgo, formatDuration } from '../print/format.ts';
import { chooseGlyphs } from '../print/glyphs.ts';
import { harmless } from '../print/harmless.ts';
import { countsText } from '../print/step-rows.ts';
import { renderSummary } from '../print/summary.ts';
import { renderTable } from '../print/table.ts';

// More than anybody will answer; of what is beyond, the list says that it runs.
const QUESTIONS_MAX = 1000;

/** Prints the list of runs or one run. */
export async function status(context: CliContext, flags: StatusFlags, run?: string): Promise<void> {
  await withHistory(context, (history, paths) => {
    if (run === undefined) printList(context, history, paths, flags);
    else printRun(context, history, paths, { runId: history.resolveRun(run), json: flags.json });
  });
}

/** Says whether an unfinished run has lost its engine. */
export function isInterrupted(view: { readonly status: string }, runFolder: string): boolean {
  const unfinished =
    view.status === 'running' ||
    view.status === 'stopping' ||
    view.status === 'cancelling' ||
    view.status === 'created' ||
    view.status === 'queued';
  return unfinished && lockHolder(join(runFolder, 'owner.lock')) === null;
}

/** The view of a run with the steps of its plan in their order. */
export function loadView(history: History, runId: string): RunView {
  const plan = JSON.parse(history.readPlan(runId)) as Plan;
  return viewOfRun(
    history.readEvents(runId),
    plan.steps.map((step) => step.id),
  );
}

function printRun(
  context: CliContext,
  history: History,
  paths: StatePaths,
  { runId, json }: { runId: string; json: boolean },
): void {
  const view = loadView(history, runId);
  const runFolder = paths.runFolder(runId);
  const interrupted = isInterrupted(view.run, runFolder);
  if (json) {
    const status = waitsForPeople(view) ? 'waiting' : interrupted ? 'interrupted' : view.run.status;
    const data = { ...view, run: { ...view.run, status, waiting: quotaWaitOf(view) } };
    context.out.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  const { style } = context.out;
  const look = {
    style,
    glyphs: chooseGlyphs(context.env),
    nowMs: Date.now(),
    columns: context.out.lineColumns(),
    runFolder,
    interrupted,
    everyStep: true,
  };
  context.out.write(renderSummary(view, look));
}

function printList(context: CliContext, history: History, paths: StatePaths, flags: StatusFlags): void {
  const query = { limit: flags.limit, ...(flags.workflow === undefined ? {} : { workflow: flags.workflow }) };
  const asking = new Set(history.openQuestions(QUESTIONS_MAX).map(({ runId }) => runId));
  const waits = ({ id }: RunRow): boolean => asking.has(id) && waitsForPeople(loadView(history, id));
  const runs = history.listRuns(query).map((row) => ({ row, status: waits(row) ? 'waiting' : shownStatus(row, paths) }));
  if (flags.json) {
    context.out.write(
      `${JSON.stringify(
        runs.map(({ row, status }) => toJson(row, status)),
        null,
        2,
      )}\n`,
    );
    return;
  }
  if (runs.length === 0) {
    context.err.write('there are no runs yet; start one with `workflow run`\n');
    return;
  }
  const { style } = context.out;
  const nowMs = Date.now();
  const cells = runs.map(({ row, status: state }) => [
    { text: row.id, style: style.bold },
    { text: harmless(row.workflow.id) },
    { text: state, style: colorOfRun(state, style) },
    { text: formatAgo(row.createdMs, nowMs), right: true },
    { text: tookText(row, state, nowMs), right: true },
    { text: countsOf(row, history) },
  ]);
  const header = ['RUN', 'WORKFLOW', 'STATUS', 'STARTED', 'TIME', 'STEPS'];
  context.out.write(
    renderTable(cells, { header, columns: context.out.lineColumns(), style, dispensable: [4, 3, 5, 1] })
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/** How long an interrupted run took says only when somebody looked. */
function tookText(row: RunRow, state: string, nowMs: number): string {
  return state === 'interrupted' ? '' : formatDuration((row.finishedMs ?? nowMs) - (row.startedMs ?? row.createdMs));
}

function shownStatus(row: RunRow, paths: StatePaths): string {
  if (isInterrupted(row, paths.runFolder(row.id))) return 'interrupted';
  return row.status === 'cancelling' ? 'stopping' : row.status === 'queued' ? 'created' : row.status;
}

function toJson(row: RunRow, status: string) {
  return {
    id: row.id,
    workflow: row.workflow.id,
    version: row.workflow.version,
    name: row.workflow.name,
    status,
    createdAtMs: row.createdMs,
    startedAtMs: row.startedMs,
    finishedAtMs: row.finishedMs,
    by: row.by,
    source: row.source,
    parent: row.parent,
    workspacePath: row.workspacePath,
    counts: row.counts,
  };
}

/** The row counts groups that were left out or cancelled; only the events tell whether these had begun. */
function countsOf({ id, counts }: RunRow, history: History): string {
  if (counts.cancelled + counts.unreached > 0) return countsText(loadView(history, id).steps);
  const parts = [
    [counts.succeeded, 'succeeded'],
    [counts.failed, 'failed'],
    [counts.allowedFailures, 'failed (allowed)'],
    [counts.skipped, 'skipped'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(', ');
}

function colorOfRun(status: string, style: CliContext['out']['style']): (text: string) => string {
  if (status === 'succeeded') return style.green;
  if (status === 'failed') return style.red;
  return status === 'running' || status === 'created' ? style.cyan : style.yellow;
}
