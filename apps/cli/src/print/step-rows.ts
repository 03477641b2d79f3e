// The steps of a run as rows: sign, reference, state, attempts, time, and why.
// Not here: which of them are shown (summary.ts, run-frame.ts).

import { unreachable, type RunView, type StepStatus, type StepView } from '@workflow-platform/events';
import { failureText, quotaText, skipText, stopText } from './failure-text.ts';
import { formatCount, formatDuration } from './format.ts';
import type { Glyphs } from './glyphs.ts';
import { harmless } from './harmless.ts';
import { deadlineText, questionText } from './question.ts';
import type { Style } from './style.ts';
import type { Cell } from './table.ts';
import { cutMiddle } from './width.ts';

const NAME_COLUMNS_MAX = 80;

export interface RowLook {
  readonly style: Style;
  readonly glyphs: Glyphs;
  readonly nowMs: number;
}

/** Returns the steps with each one's items, turns and inner steps right below it. */
export function nestedSteps(view: RunView): readonly { readonly step: StepView; readonly depth: number }[] {
  const known = new Set(view.steps.map((step) => step.id));
  const children = new Map<string | null, StepView[]>();
  for (const step of view.steps) {
    const parent = parentOf(step.id, known);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [step]);
    else siblings.push(step);
  }
  const rows: { step: StepView; depth: number }[] = [];
  const todo = (children.get(null) ?? []).map((step) => ({ step, depth: 0 })).reverse();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    rows.push(next);
    const { step, depth } = next;
    for (const child of (children.get(step.id) ?? []).toReversed()) todo.push({ step: child, depth: depth + 1 });
  }
  return rows;
}

/** Says whether a step only holds others: a group, a loop or a `foreach`. */
export function isContainer(step: StepView): boolean {
  return step.kind === 'group' || step.kind === 'loop' || step.kind === 'foreach';
}

/** Says whether a step counts: what ended as the steps in it ended does not count beside them. */
export function isCounted(step: StepView): boolean {
  return !isContainer(step) || failedByItself(step);
}

/** Says whether a step failed for a reason of its own, not for that of a step inside. */
export function failedByItself(step: StepView): boolean {
  return (step.status === 'failed' || step.status === 'failed-allowed') && step.failure?.kind !== 'children';
}

/** How many steps ended in which way, as text. */
export function countsText(steps: readonly StepView[]): string {
  const counts = new Map<StepStatus, number>();
  for (const step of steps) if (isCounted(step)) counts.set(step.status, (counts.get(step.status) ?? 0) + 1);
  const parts = COUNT_ORDER.flatMap((status) => {
    const count = counts.get(status) ?? 0;
    return count === 0 ? [] : [`${count} ${statusText(status)}`];
  });
  return parts.length === 0 ? 'no steps' : parts.join(', ');
}

const COUNT_ORDER: readonly StepStatus[] = [
  'succeeded',
  'failed',
  'failed-allowed',
  'cancelled',
  'skipped',
  'running',
  'retrying',
  'parked',
  'needs-answer',
  'needs-input',
  'waiting',
];

/** The sign in front of a step; `frame` counts for the spinner. */
export function signOf(step: StepView, { style, glyphs }: RowLook, frame = 0): string {
  switch (step.status) {
    case 'succeeded':
      return style.green(glyphs.done);
    case 'failed':
      return style.red(glyphs.failed);
    case 'failed-allowed':
      return style.yellow(glyphs.failed);
    case 'skipped':
      return style.dim(glyphs.skipped);
    case 'cancelled':
      return style.yellow(glyphs.cancelled);
    case 'running':
      return style.cyan(glyphs.spinner[frame % glyphs.spinner.length]!);
    case 'retrying':
    case 'parked':
      return style.yellow(glyphs.retry);
    case 'needs-answer':
    case 'needs-input':
      return style.yellow(glyphs.person);
    case 'waiting':
      return style.dim(glyphs.waiting);
    default:
      return unreachable(step.status);
  }
}

/** The state in words. */
export function statusText(status: StepStatus): string {
  switch (status) {
    case 'failed-allowed':
      return 'failed (allowed)';
    case 'needs-answer':
      return 'needs an answer';
    case 'needs-input':
      return 'needs input';
    default:
      return status;
  }
}

/** How long the step took, or has been at it; empty before it starts. */
export function timeText(step: StepView, nowMs: number): string {
  if (step.durationMs !== null && step.finishedAtMs !== null) return formatDuration(step.durationMs);
  return step.startedAtMs === null ? '' : formatDuration(nowMs - step.startedAtMs);
}

/** Why the step is in this state, where that is worth saying. */
export function whyText(step: StepView, nowMs: number): string {
  switch (step.status) {
    case 'failed':
    case 'failed-allowed':
      return step.failure === null ? '' : failureText(step.failure);
    case 'skipped':
      return step.reason === null ? '' : skipText(step.reason);
    case 'retrying': {
      const failure = step.failure === null ? '' : `${failureText(step.failure)}; `;
      return `${failure}attempt ${step.attempt + 1} in ${formatDuration((step.nextAtMs ?? nowMs) - nowMs)}`;
    }
    case 'parked':
      return step.waiting === null ? '' : quotaText(step.waiting, nowMs);
    case 'running':
      if (step.stopping !== null) return `stopping: ${stopText(step.stopping)}`;
      if (step.nextAtMs !== null) return `next turn in ${formatDuration(step.nextAtMs - nowMs)}`;
      return containerText(step);
    case 'succeeded':
      if (step.broke) return 'ended the loop';
      if (step.cache !== null && step.cache.taken !== null) return 'from the cache';
      if (step.isReused) return 'reused: reads the same as before';
      if (step.answer !== null) return `by ${harmless(step.outputs['by'] ?? step.answer.by)}`;
      return containerText(step);
    case 'needs-input':
      return 'waits for somebody to type';
    case 'needs-answer':
      return step.question === null ? '' : waitText(step, step.question, nowMs);
    case 'waiting':
    case 'cancelled':
      return '';
    default:
      return unreachable(step.status);
  }
}

function waitText(step: StepView, { inputs, untilMs }: NonNullable<StepView['question']>, nowMs: number): string {
  const approvals = step.answers.length;
  const failed = step.failure === null ? [] : [failureText(step.failure)];
  const counted = approvals === 0 ? [] : [`${formatCount(approvals, 'approval')} so far`];
  const deadline = untilMs === null ? [] : [deadlineText(untilMs, nowMs)];
  return [...failed, questionText(inputs), ...counted, ...deadline].filter((part) => part !== '').join('; ');
}

function containerText(step: StepView): string {
  if (step.items !== null) return formatCount(step.items.length, 'item');
  return step.iteration === null ? '' : formatCount(step.iteration, 'turn');
}

/** One row of the table of steps. */
export function stepCells(step: StepView, depth: number, look: RowLook): readonly Cell[] {
  const { style, nowMs } = look;
  const color = colorOf(step.status, style);
  const attempts = step.attempt === 0 ? '' : String(step.attempt);
  return [
    { text: `${'  '.repeat(depth)}${cutMiddle(harmless(step.id), NAME_COLUMNS_MAX)}`, keepEnds: true },
    { text: statusText(step.status), style: color },
    { text: attempts, right: true, style: step.attempt > 1 ? style.yellow : style.dim },
    { text: timeText(step, nowMs), right: true },
    { text: whyText(step, nowMs), style: style.dim },
  ];
}

/** The colour of a state. */
export function colorOf(status: StepStatus, style: Style): (text: string) => string {
  switch (status) {
    case 'succeeded':
      return style.green;
    case 'failed':
      return style.red;
    case 'failed-allowed':
    case 'cancelled':
    case 'retrying':
    case 'parked':
    case 'needs-answer':
    case 'needs-input':
      return style.yellow;
    case 'running':
      return style.cyan;
    case 'skipped':
    case 'waiting':
      return style.dim;
    default:
      return unreachable(status);
  }
}

/** The nearest step whose reference is a beginning of this one, at a `.` or `[`. */
function parentOf(id: string, known: ReadonlySet<string>): string | null {
  for (let at = id.length - 1; at > 0; at -= 1) {
    if ((id[at] === '.' || id[at] === '[') && known.has(id.slice(0, at))) return id.slice(0, at);
  }
  return null;
}
