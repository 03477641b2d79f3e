// One line of text for each event of a run that people care about: for pipes, CI and `watch` without a terminal.
// Not here: the live view (run-frame.ts), the data format (`--json` prints envelopes as they are).

import { unreachable, type EventEnvelope, type Failure, type RunEvent } from '@workflow-platform/events';
import { failureText, skipText, stopText } from './failure-text.ts';
import { formatBytes, formatCount, formatDuration } from './format.ts';
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

  render({ event, atMs }: EventEnvelope, startMs: number): string | null {
    if (event.type === 'step.attempt-failed') this.#failures.set(event.step, event.failure);
    const failure = 'step' in event ? (this.#failures.get(event.step) ?? null) : null;
    const text = eventText(event, atMs, failure, this.#style);
    return text === null ? null : `${this.#style.dim(formatDuration(atMs - startMs).padStart(7))}  ${text}`;
  }
}

function eventText(event: RunEvent, atMs: number, failure: Failure | null, style: Style): string | null {
  const step = (name: string) => style.bold(harmless(name));
  switch (event.type) {
    case 'run.created':
      return null;
    case 'run.started':
      return 'run started';
    case 'run.resumed':
      return `run resumed by ${harmless(event.by)}`;
    case 'run.cancel-requested':
      return style.yellow(`cancel requested by ${harmless(event.by)}: ${harmless(event.reason)}`);
    case 'run.finished':
      // The summary says it better.
      return null;
    case 'workspace.created':
      return `workspace ${harmless(event.workspace.path)} (${event.workspace.provider})`;
    case 'workspace.reused':
      return `workspace ${harmless(event.workspace.path)} (${event.workspace.provider}), used before`;
    case 'workspace.released':
      return `workspace kept: ${harmless(event.reason)}`;
    case 'workspace.removed':
      return 'workspace removed';
    case 'step.observation-requested':
    case 'step.observed':
    case 'step.group-started':
      return null;
    case 'step.expanded':
      return `${step(event.step)} has ${formatCount(event.items.length, 'item')}`;
    case 'step.iteration-started':
      return `${step(event.step)} turn ${event.iteration}`;
    case 'step.iteration-scheduled':
      return `${step(event.step)} turn ${event.iteration} in ${formatDuration(event.atMs - atMs)}`;
    case 'step.broke':
      return `${step(event.step)} ended the loop`;
    case 'step.waiting':
      return style.yellow(`${harmless(event.step)} waits for an answer`);
    case 'step.answered':
      return `${step(event.step)} ${event.approved ? 'approved' : 'refused'} by ${harmless(event.by)}`;
    case 'step.attempt-started':
      return `${step(event.step)} started${event.attempt > 1 ? ` (attempt ${event.attempt})` : ''}`;
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
    case 'step.succeeded':
      return `${step(event.step)} ${style.green('succeeded')} in ${formatDuration(event.durationMs)}`;
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
