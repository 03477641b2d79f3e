// What is printed when a run has ended, and by `workflow status RUN`: the table of steps, why steps failed with the end of
// their logs, artifacts, the workspace, and one honest line.
// Not here: progress while it runs (run-frame.ts, event-line.ts).

import { quotaWaitOf, unreachable, waitsForPeople, type RunStatus, type RunView, type StepView } from '@workflow-platform/events';
import { attachHint } from './attach-hint.ts';
import { savedText } from './event-line.ts';
import { failureText, quotaText } from './failure-text.ts';
import { formatBytes, formatCount, formatDuration, formatTime } from './format.ts';
import { harmless } from './harmless.ts';
import { lastLines } from './last-lines.ts';
import { countsText, failedByItself, nestedSteps, signOf, stepCells, type RowLook } from './step-rows.ts';
import { questionLines } from './question.ts';
import { shellWord } from './shell-word.ts';
import { renderTable } from './table.ts';
import { usageText } from './usage-text.ts';
import { cutTo } from './width.ts';

const TAIL_LINES = 8;
const TAIL_COLUMNS_MAX = 400;
const FAILURES_MAX = 5;
const ROWS_MAX = 40;
const ARTIFACTS_MAX = 20;

export interface SummaryLook extends RowLook {
  readonly columns: number;
  /** Folder with the logs of the run. */
  readonly runFolder: string;
  /** Nobody drives the run although it is not finished. */
  readonly interrupted: boolean;
  /** All steps, however many. */
  readonly everyStep: boolean;
}

/** Renders the summary, ending in a newline. */
export function renderSummary(view: RunView, look: SummaryLook): string {
  const blocks = [
    renderHead(view, look),
    renderSteps(view, look),
    ...renderFailures(view, look),
    ...renderQuestions(view, look),
    renderKept(view, look),
    [finalLine(view, look)],
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

function renderHead(view: RunView, { style, columns, nowMs, interrupted }: SummaryLook): string[] {
  const { run } = view;
  const version = run.version === null ? '' : ` ${run.version}`;
  const started = run.startedAtMs ?? run.createdAtMs;
  const took =
    started === null ? '' : formatDuration((run.finishedAtMs ?? (interrupted ? run.lastEventAtMs : nowMs) ?? started) - started);
  const when = run.createdAtMs === null ? '' : formatTime(run.createdAtMs);
  const status = waitsForPeople(view) ? 'waiting' : interrupted ? 'interrupted' : run.status;
  const title = `${style.bold(harmless(run.workflow) + version)}  ${runColor(status, style)(status)}  ${took}`;
  const details = [`run ${run.id}`, when, run.resumeCount > 0 ? `resumed ${formatCount(run.resumeCount, 'time')}` : ''];
  return [title, style.dim(cutTo(details.filter((part) => part !== '').join('  '), columns))];
}

function runColor(status: RunStatus | 'interrupted' | 'waiting', style: RowLook['style']): (text: string) => string {
  switch (status) {
    case 'succeeded':
      return style.green;
    case 'failed':
      return style.red;
    case 'cancelled':
    case 'stopping':
    case 'interrupted':
    case 'waiting':
      return style.yellow;
    case 'created':
    case 'running':
      return style.cyan;
    default:
      return unreachable(status);
  }
}

function renderSteps(view: RunView, look: SummaryLook): string[] {
  const rows = nestedSteps(view);
  const shown = look.everyStep ? rows : chooseRows(rows);
  if (rows.length === 0) return [];
  const table = renderTable(
    shown.map(({ step, depth }) => stepCells(step, depth, look)),
    {
      header: ['STEP', 'STATUS', 'ATTEMPTS', 'TIME', 'WHY'],
      columns: look.columns - 2,
      style: look.style,
      dispensable: [2, 3, 4],
    },
  );
  const [header = '', ...lines] = table;
  const signed = lines.map((line, index) => `${signOf(shown[index]!.step, look)} ${line}`);
  const hidden = rows.length - shown.length;
  const more = look.style.dim(`  and ${formatCount(hidden, 'step')} more, none of which failed: workflow status ${view.run.id}`);
  return [...(shown.length === 0 ? [] : [`  ${header}`, ...signed]), ...(hidden === 0 ? [] : [more])];
}

/** All where there are few; else what is not inside another step; else what did not go well. */
function chooseRows(rows: ReturnType<typeof nestedSteps>): ReturnType<typeof nestedSteps> {
  if (rows.length <= ROWS_MAX) return rows;
  const outer = rows.filter(({ step, depth }) => depth === 0 || isRemarkable(step));
  return outer.length <= ROWS_MAX ? outer : rows.filter(({ step }) => isRemarkable(step));
}

function isRemarkable(step: StepView): boolean {
  if (step.status === 'parked') return step.attempt > 0;
  return step.status !== 'succeeded' && step.status !== 'skipped' && step.status !== 'waiting';
}

/** For each step that failed by itself: why, the last lines of its log, and how to see all of it. */
function renderFailures(view: RunView, look: SummaryLook): string[][] {
  const { style } = look;
  const failed = view.steps.filter(failedByItself);
  const blocks = failed.slice(0, FAILURES_MAX).map((step) => {
    const color = step.status === 'failed' ? style.red : style.yellow;
    const head = `${color(`${look.glyphs.failed} ${harmless(step.id)}`)}: ${step.failure === null ? 'failed' : failureText(step.failure)}`;
    const tail = step.attemptNo === null ? [] : lastLines(look.runFolder, step.attemptNo, TAIL_LINES);
    const lines = tail.map(
      (line) => `  ${style.dim(look.glyphs.line)} ${cutTo(line, Math.min(TAIL_COLUMNS_MAX, look.columns - 4))}`,
    );
    const more = step.attemptNo === null ? [] : [`  ${style.dim(`more: workflow logs ${view.run.id} ${shellWord(step.id)}`)}`];
    return [head, ...lines, ...more];
  });
  const rest = failed.length - blocks.length;
  return rest === 0
    ? blocks
    : [
        ...blocks,
        [style.dim(`and ${formatCount(rest, 'more failed step', 'more failed steps')}: workflow status ${view.run.id}`)],
      ];
}

/** What is asked, and how to answer. */
function renderQuestions(view: RunView, look: SummaryLook): string[][] {
  if (view.run.finishedAtMs !== null) return [];
  const { style, glyphs } = look;
  return view.steps.flatMap(({ id, status, question }) => {
    if (status !== 'needs-answer' || question === null) return [];
    const head = `${style.yellow(`${glyphs.person} ${harmless(id)}`)} asks:`;
    return [[head, ...questionLines({ ...question, runId: view.run.id, step: id }, look)]];
  });
}

function renderKept(view: RunView, { style, columns }: SummaryLook): string[] {
  const lines: string[] = [];
  const { artifacts, workspace, run } = view;
  for (const artifact of artifacts.slice(0, ARTIFACTS_MAX)) {
    const text =
      artifact.status === 'stored'
        ? `artifact ${harmless(artifact.name)}: ${harmless(artifact.path)} (${formatBytes(artifact.sizeBytes)})`
        : `artifact ${harmless(artifact.name)}: no file matches ${harmless(artifact.pattern)}`;
    lines.push(artifact.status === 'stored' ? cutTo(text, columns) : style.yellow(cutTo(text, columns)));
  }
  if (artifacts.length > ARTIFACTS_MAX) lines.push(`and ${formatCount(artifacts.length - ARTIFACTS_MAX, 'more file')}`);
  if (artifacts.some((artifact) => artifact.status === 'stored'))
    lines.push(style.dim(`copy them out: workflow artifacts ${run.id} --output DIR`));
  if (run.usage !== null) lines.push(`agents used ${cutTo(usageText(run.usage), columns)}`);
  if (workspace !== null && workspace.provider !== 'none' && workspace.status !== 'removed') {
    lines.push(`workspace ${harmless(workspace.path)}`);
    if (workspace.reason !== null) lines.push(style.dim(`  kept: ${harmless(workspace.reason)}`));
  }
  if (workspace?.saved) {
    lines.push(`what it changed is kept as ${savedText(workspace.saved)}`);
    lines.push(style.dim(`see it: workflow diff ${run.id}, bring it here: workflow apply ${run.id}`));
  }
  return lines;
}

/** One line that neither hides an allowed failure nor what was left out. */
function finalLine(view: RunView, { style, interrupted, glyphs, nowMs }: SummaryLook): string {
  const { run } = view;
  const counted = countsText(view.steps);
  const resume = style.dim(`\n  go on with it: workflow resume ${run.id}`);
  if (waitsForPeople(view)) {
    const goOn = interrupted ? `, then go on with: workflow resume ${run.id}` : '';
    return style.yellow(`${glyphs.person} waiting for an answer (${counted})`) + style.dim(`\n  answer it as shown above${goOn}`);
  }
  if (interrupted) return style.yellow(`${glyphs.cancelled} interrupted: nobody drives this run any more`) + resume;
  switch (run.status) {
    case 'succeeded': {
      const allowed =
        run.allowedFailures.length === 0
          ? ''
          : `, with ${formatCount(run.allowedFailures.length, 'allowed failure')}: ${listed(run.allowedFailures)}`;
      const color = allowed === '' ? style.green : style.yellow;
      return color(`${glyphs.done} succeeded${allowed} (${counted})`);
    }
    case 'failed': {
      const steps = run.failed.length === 0 ? '' : `: ${listed(run.failed)}`;
      const own = run.failure === null ? '' : `: ${harmless(run.failure.message)}`;
      return style.red(`${glyphs.failed} failed${steps}${own} (${counted})`) + resume;
    }
    case 'cancelled':
      return style.yellow(`${glyphs.cancelled} cancelled (${counted})`) + resume;
    case 'created':
    case 'running':
    case 'stopping': {
      const waiting = quotaWaitOf(view);
      const status = waiting === null ? run.status : quotaText(waiting, nowMs);
      const terminals = view.steps.filter(({ interactive }) => interactive);
      const joins = terminals.map(({ id }) => `\n  join ${harmless(id)}: ${attachHint(run.id, id)}`).join('');
      return style.cyan(`${status} (${counted})`) + style.dim(`\n  see it live: workflow watch ${run.id}${joins}`);
    }
    default:
      return unreachable(run.status);
  }
}

function listed(ids: readonly string[]): string {
  const shown = ids.slice(0, 5).map(harmless).join(', ');
  return ids.length > 5 ? `${shown} and ${ids.length - 5} more` : shown;
}
