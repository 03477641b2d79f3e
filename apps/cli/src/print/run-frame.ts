// The live view of a run as lines: a head, the steps that matter now, a foot. Never more lines than the terminal has.
// Not here: when it is drawn (live-progress.ts), the summary at the end (summary.ts).

import { join } from 'node:path';
import { quotaWaitOf, type RunView, type StepView } from '@workflow-platform/events';
import { readTail } from '../log-tail.ts';
import { quotaText } from './failure-text.ts';
import { formatCount, formatDuration } from './format.ts';
import { harmless, lastRewrite } from './harmless.ts';
import { isContainer, isCounted, nestedSteps, signOf, timeText, whyText, type RowLook } from './step-rows.ts';
import { answerCommands } from './question.ts';
import { cutMiddle, cutTo, padTo, widthOf } from './width.ts';

export interface FrameLook extends RowLook {
  readonly columns: number;
  readonly rows: number;
  /** Counts frames, for the spinner. */
  readonly frame: number;
  readonly runFolder: string;
  /** What is known of a workspace that is being made, or null. */
  readonly making: string | null;
  /** A line of advice at the foot, or null. */
  readonly note: string | null;
}

const NAME_COLUMNS_MAX = 40;
const LOG_COLUMNS_MIN = 12;
const FOOT_ROWS_MAX = 4;

/** Renders the frame. */
export function renderFrame(view: RunView, look: FrameLook): string[] {
  const head = headLine(view, look);
  const foot = footLines(view, look);
  const room = Math.max(1, look.rows - 2 - foot.length);
  const { shown, hidden } = chooseSteps(view, room);
  const width = Math.min(
    NAME_COLUMNS_MAX,
    Math.max(8, ...shown.map(({ step, depth }) => depth * 2 + widthOf(harmless(step.id)))),
    Math.floor(look.columns / 2),
  );
  const lines = shown.map(({ step, depth }) => stepLine(step, depth, width, look));
  if (hidden !== null) lines.push(look.style.dim(cutTo(`  ${hidden}`, look.columns)));
  return [head, ...lines, ...foot];
}

function headLine(view: RunView, { style, columns, nowMs }: FrameLook): string {
  const { run } = view;
  const elapsed = run.createdAtMs === null ? '' : formatDuration(nowMs - run.createdAtMs);
  const name = cutTo(harmless(run.workflow === '' ? 'run' : run.workflow), Math.max(8, columns - 30));
  const rest = cutTo(`  run ${run.id}  ${elapsed}`, Math.max(0, columns - widthOf(name)));
  return style.bold(name) + style.dim(rest);
}

function footLines(view: RunView, { style, columns, rows, nowMs, making, note }: FrameLook): string[] {
  const counts = { done: 0, failed: 0, running: 0, waiting: 0 };
  for (const step of view.steps) {
    if (!isCounted(step)) continue;
    if (step.status === 'failed' || step.status === 'failed-allowed') counts.failed += 1;
    else if (step.status === 'running' || step.status === 'retrying' || step.status === 'needs-input') counts.running += 1;
    else if (step.status === 'waiting' || step.status === 'parked' || step.status === 'needs-answer') counts.waiting += 1;
    else counts.done += 1;
  }
  const preparing = view.workspace === null && view.run.startedAtMs !== null && view.run.finishedAtMs === null;
  const ending = !preparing && counts.running + counts.waiting === 0 && view.run.finishedAtMs === null;
  const ends = ending ? ['keeping artifacts, releasing the workspace'] : [];
  const waiting = quotaWaitOf(view);
  if (waiting !== null) ends.push(quotaText(waiting, nowMs));
  const what = preparing ? [making ?? 'making the workspace'] : making !== null ? [making] : ends;
  const parts = [...what, `${counts.done} done`, `${counts.running} running`, `${counts.waiting} to go`];
  if (counts.failed > 0) parts.splice(what.length + 1, 0, `${counts.failed} failed`);
  const lines = [style.dim(cutTo(parts.join(', '), columns))];
  if (note !== null) lines.push(style.yellow(cutTo(note, columns)));
  // Head and a step have to fit, too.
  const footRowsMax = Math.min(FOOT_ROWS_MAX, rows - 3);
  for (const { id, status, question } of view.steps) {
    if (status !== 'needs-answer' || question === null || lines.length >= footRowsMax) continue;
    const [command = ''] = answerCommands({ ...question, runId: view.run.id, step: id });
    lines.push(style.yellow(cutTo(`answer with: ${command}`, columns)));
  }
  return lines;
}

/** What happens now comes first, then what went wrong, then what comes next, then what is over; in the order of the file. */
function chooseSteps(view: RunView, room: number): { shown: ReturnType<typeof nestedSteps>; hidden: string | null } {
  const all = nestedSteps(view);
  if (all.length <= room) return { shown: all, hidden: null };
  const ranked = all.map((row, index) => ({ row, index, rank: rankOf(row.step) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.rank === rankOfFinished ? b.index - a.index : a.index - b.index));
  const kept = ranked.slice(0, Math.max(1, room - 1)).sort((a, b) => a.index - b.index);
  const rest = ranked.slice(Math.max(1, room - 1)).map(({ row }) => row.step);
  const waiting = rest.filter((step) => step.status === 'waiting').length;
  const busy = rest.filter((step) => rankOf(step) === 0).length;
  const parts = [
    [busy, 'running'],
    [rest.length - waiting - busy, 'finished'],
    [waiting, 'waiting'],
  ]
    .filter(([count]) => count !== 0)
    .map((part) => part.join(' '));
  if (room < 2) return { shown: kept.map(({ row }) => row), hidden: null };
  return { shown: kept.map(({ row }) => row), hidden: `and ${formatCount(rest.length, 'step')} more: ${parts.join(', ')}` };
}

const rankOfFinished = 3;

function rankOf(step: StepView): number {
  switch (step.status) {
    case 'running':
    case 'retrying':
    case 'parked':
    case 'needs-answer':
    case 'needs-input':
      return 0;
    case 'failed':
    case 'failed-allowed':
      return 1;
    case 'waiting':
      return 2;
    default:
      return rankOfFinished;
  }
}

function stepLine(step: StepView, depth: number, width: number, look: FrameLook): string {
  const { style, columns, nowMs } = look;
  const sign = signOf(step, look, look.frame);
  const name = padTo('  '.repeat(depth) + cutMiddle(harmless(step.id), width - depth * 2), width);
  const time = timeText(step, nowMs).padStart(7);
  const room = columns - 2 - widthOf(name) - 1 - time.length - 2;
  const why = whyText(step, nowMs);
  const detail = why !== '' || step.status !== 'running' || isContainer(step) ? why : lastLine(step, look.runFolder, room);
  const faint = step.status === 'waiting' || step.status === 'skipped';
  const text = `${name} ${time}`;
  if (room < LOG_COLUMNS_MIN) return `${sign} ${cutTo(text, columns - 2)}`;
  return `${sign} ${faint ? style.dim(text) : text}  ${style.dim(cutTo(detail, room))}`.trimEnd();
}

/** The last line a running step wrote, read from its log: nothing else in the program holds output. */
function lastLine(step: StepView, runFolder: string, room: number): string {
  if (step.attemptNo === null || room < LOG_COLUMNS_MIN) return '';
  const [line = ''] = readTail(join(runFolder, `${step.attemptNo}.log`), 1, 2048);
  return harmless(lastRewrite(line)).trim();
}
