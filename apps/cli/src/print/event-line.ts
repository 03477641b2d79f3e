// One line of text for each event of a run that people care about: for pipes, CI and `watch` without a terminal.
// Not here: the live view (run-frame.ts), the data format (`--json` prints envelopes as they are).

import { pauseQuestion, unreachable } from '@workflow-platform/events';
import type { EventEnvelope, Failure, PauseChoice, RunEvent, SavedWork } from '@workflow-platform/events';
import { attachHint } from './attach-hint.ts';
import { answerCommands, questionText } from './question.ts';
import { failureText, quotaText, rerunText, skipText, stopText } from './failure-text.ts';
import { formatBytes, formatClock, formatCount, formatDuration } from './format.ts';
import { madeText, missText, refusalText } from './cache-text.ts';
import { usageText } from './usage-text.ts';
import { harmless } from './harmless.ts';
import type { Style } from './style.ts';

/** Renders the events of one run, each with the time since `startMs` in front; null for those that only matter to machines. */
export class EventLines {
  readonly #style: Style;
  /** Why the last attempt of a step failed: said with what follows from it. */
  readonly #failures = new Map<string, Failure>();

  constructor(style: Style) {
    this.#style = style;
  }

  render({ runId, event, atMs }: EventEnvelope, startMs: number): string | null {
    if (event.type === 'step.attempt-failed') this.#failures.set(event.step, event.failure);
    const failure = 'step' in event ? (this.#failures.get(event.step) ?? null) : null;
    const text = eventText(event, atMs, failure, this.#style);
    if (text === null) return null;
    const line = this.line(text, atMs - startMs);
    const more = commandFor(event, runId);
    return more === null ? line : `${line}\n${this.#style.dim(`         ${more}`)}`;
  }

  /** Returns a line of text with the time since the start in front. */
  line(text: string, sinceStartMs: number): string {
    return `${this.#style.dim(formatDuration(sinceStartMs).padStart(7))}  ${text}`;
  }
}

/** What a person can do about an event. */
function commandFor(event: RunEvent, runId: string): string | null {
  if (event.type === 'step.waiting') return `answer with: ${answerCommands({ ...event, runId })[0] ?? ''}`;
  if (event.type === 'step.paused') {
    const question = { ...pauseQuestion(event.at), runId, step: event.step, untilMs: null };
    return `go on with: ${answerCommands(question)[0] ?? ''}`;
  }
  const asksToJoin = event.type === 'step.input-awaited' || (event.type === 'step.attempt-started' && event.interactive === true);
  return asksToJoin ? `join with: ${attachHint(runId, event.step)}` : null;
}

/** What was decided at a break point: `left out`, as in `left out by ada`. */
export function unpausedText(choice: PauseChoice): string {
  return UNPAUSED[choice];
}

const UNPAUSED: { readonly [C in PauseChoice]: string } = {
  continue: 'let go on',
  skip: 'left out',
  retry: 'asked for again',
  fail: 'left as failed',
};

/** How a person finds what was kept of a workspace. */
export function savedText({ kind, name }: SavedWork): string {
  return kind === 'change' ? `change ${name.slice(0, 12)}` : harmless(name);
}

function retryScope({ downstream, reopens }: { downstream: 'all' | 'changed'; reopens: readonly string[] }): string {
  const after = reopens.length - 1;
  if (after === 0) return '';
  const steps = formatCount(after, 'step');
  return downstream === 'all'
    ? `, with ${steps} after it`
    : `; ${steps} after it if what ${after === 1 ? 'it reads' : 'they read'} changes`;
}

/** One line for an event; null for those that only matter to machines. */
export function eventText(event: RunEvent, atMs: number, failure: Failure | null, style: Style): string | null {
  const step = (name: string) => style.bold(harmless(name));
  switch (event.type) {
    case 'run.created':
      return null;
    case 'run.started':
      return 'run started';
    case 'run.resumed':
      return event.retry === undefined
        ? `run resumed by ${harmless(event.by)}`
        : `${step(event.retry.step)} asked for again by ${harmless(event.by)}${retryScope(event.retry)}`;
    case 'run.cancel-requested':
      return style.yellow(`cancel requested by ${harmless(event.by)}: ${harmless(event.reason)}`);
    case 'run.request-refused':
      return style.yellow(`refused what ${harmless(event.by)} asked for: ${harmless(event.message)}`);
    case 'run.finished':
      // The summary says it better.
      return null;
    case 'workspace.created':
      return event.restored === undefined
        ? `workspace ${harmless(event.workspace.path)} (${event.workspace.provider})`
        : `workspace ${harmless(event.workspace.path)} (${event.workspace.provider}), with the work kept as ${savedText(event.restored)}`;
    case 'workspace.reused':
      return `workspace ${harmless(event.workspace.path)} (${event.workspace.provider}), used before`;
    case 'workspace.direnv-allowed':
      return `workspace ${harmless(event.id)} has the environment of its .envrc`;
    case 'workspace.setup-finished':
      return event.reused
        ? `workspace ${harmless(event.id)} set up as an earlier one was, in ${formatDuration(event.durationMs)}`
        : `workspace ${harmless(event.id)} set up in ${formatDuration(event.durationMs)}`;
    case 'workspace.tools-copied':
      return `workspace ${harmless(event.id)} has the tools of ${harmless(event.source)}, version ${event.version.slice(0, 12)}`;
    case 'workspace.status-changed':
      return `workspace ${harmless(event.id)}: ${event.status}${event.workflow === null ? '' : ` (${harmless(event.workflow)})`}`;
    case 'workspace.released':
      return `workspace kept: ${harmless(event.reason)}`;
    case 'workspace.removed':
      return event.saved ? `workspace removed; its work is kept as ${savedText(event.saved)}` : 'workspace removed';
    case 'step.observation-requested':
    case 'step.observed':
    case 'step.group-started':
      return null;
    case 'step.expanded':
      return `${step(event.step)} has ${formatCount(event.items.length, 'item')}`;
    case 'step.iteration-started':
      return `${step(event.step)} turn ${event.iteration}`;
    case 'step.progress-noted':
      return event.unchanged === 0 ? null : `${step(event.step)} no progress in ${formatCount(event.unchanged, 'turn')}`;
    case 'step.iteration-scheduled':
      return `${step(event.step)} turn ${event.iteration} in ${formatDuration(event.atMs - atMs)}`;
    case 'step.broke':
      return `${step(event.step)} ended the loop`;
    case 'step.waiting':
      return style.yellow(`${harmless(event.step)} waits for an answer: ${questionText(event.inputs)}`);
    case 'step.paused':
      return style.yellow(
        event.at === 'before'
          ? `${harmless(event.step)} is stopped before it begins`
          : `${harmless(event.step)} is stopped at its failure`,
      );
    case 'step.unpaused':
      return `${step(event.step)} ${unpausedText(event.choice)} by ${harmless(event.by)}`;
    case 'step.answered': {
      const missing = event.missing === undefined ? '' : `; ${formatCount(event.missing, 'more approval')} to come`;
      return `${step(event.step)} ${event.approved ? 'approved' : 'rejected'} by ${harmless(event.by)}${missing}`;
    }
    case 'step.attempt-started': {
      const terminal = event.interactive === true ? ' on a terminal of its own' : '';
      return `${step(event.step)} started${terminal}${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`;
    }
    case 'step.input-awaited':
      return style.yellow(`${harmless(event.step)} waits for somebody to type`);
    case 'step.input-settled':
      return null;
    case 'step.cache-hit':
      return `${step(event.step)} is taken from the cache: ${madeText(event.made)}`;
    case 'step.cache-missed':
      return missText(event.reason, event.detail) === null
        ? null
        : `${step(event.step)} is not taken from the cache: ${missText(event.reason, event.detail)}`;
    case 'step.cache-stored':
      return `${step(event.step)} is kept in the cache (${formatCount(event.files, 'file')}, ${formatBytes(event.sizeBytes)})`;
    case 'step.cache-not-stored':
      return style.yellow(`${harmless(event.step)} is not kept in the cache: ${refusalText(event.reason, event.detail)}`);
    case 'step.session-opened':
      return null;
    case 'step.usage-reported':
      return `${step(event.step)} used ${usageText(event.usage)}`;
    case 'step.stop-requested':
      return style.yellow(`${harmless(event.step)} is being stopped: ${stopText(event.reason)}`);
    case 'step.attempt-failed':
      return null;
    case 'step.retry-scheduled': {
      const why = failure === null ? '' : `: ${failureText(failure)}`;
      return style.yellow(
        `${harmless(event.step)} attempt ${event.attempt - 1} failed${why}; the next one in ${formatDuration(event.atMs - atMs)}`,
      );
    }
    case 'quota.opened': {
      const who = 'step' in event.by ? harmless(event.by.step) : `run ${harmless(event.by.runId)}`;
      const guess = event.told ? '' : ' (a guess)';
      return style.yellow(
        `quota of ${event.token} is used up until ${formatClock(event.untilMs, atMs)}${guess}: ${who} was turned away`,
      );
    }
    case 'quota.closed':
      return `there is quota of ${event.token} again`;
    case 'step.parked': {
      const why = failure?.kind === 'quota' && failure.message !== null ? `: ${harmless(failure.message)}` : '';
      return style.yellow(`${harmless(event.step)} ${quotaText(event, atMs)}${why}`);
    }
    case 'step.succeeded':
      return `${step(event.step)} ${style.green('succeeded')} in ${formatDuration(event.durationMs)}`;
    case 'step.reused':
      return `${step(event.step)} ${style.green('reused')}: it reads the same values as before`;
    case 'step.reuse-declined':
      return `${step(event.step)} runs again: ${rerunText(event.reason)}`;
    case 'step.failed': {
      const allowed = event.allowed ? ' (allowed)' : '';
      return `${step(event.step)} ${style.red('failed')}${allowed}: ${failureText(event.failure)}`;
    }
    case 'step.skipped':
      return `${step(event.step)} ${style.dim('skipped')}: ${skipText(event.reason)}`;
    case 'step.cancelled':
      return `${step(event.step)} ${style.yellow('cancelled')}`;
    case 'artifact.stored':
      return `artifact ${step(event.name)}: ${harmless(event.path)} (${formatBytes(event.sizeBytes)})`;
    case 'artifact.missing':
      return style.yellow(`artifact ${harmless(event.name)}: no file matches ${harmless(event.pattern)}`);
    default:
      return unreachable(event);
  }
}
