// The trace of a dry run: each event of the steps at its time since the start, with what would be carried out. It says nothing of
// the machine, the day or the terminal, so that it can be kept in a file and compared.
// Not here: how it comes about (dry-run/), the events of real runs (event-line.ts).

import { shellQuote } from '@workflow-platform/core';
import type { Plan } from '@workflow-platform/core';
import type { Failure, RunEvent } from '@workflow-platform/events';
import type { TraceEntry, Walk } from '../dry-run/walk.ts';
import type { WouldRun } from '../dry-run/would-run.ts';
import { eventText } from './event-line.ts';
import { formatDuration } from './format.ts';
import { harmless } from './harmless.ts';
import type { Style } from './style.ts';

/** Renders the trace for people, a line or more for each event. */
export function renderTrace(entries: readonly TraceEntry[], style: Style): string {
  const failures = new Map<string, Failure>();
  const lines: string[] = [];
  for (const { atMs, event, would } of entries) {
    if (!isOfSteps(event)) continue;
    if (event.type === 'step.attempt-failed') failures.set(event.step, timeless(event.failure));
    const failure = 'step' in event ? (failures.get(event.step) ?? null) : null;
    const text = quotaText(event, atMs, style) ?? eventText(withoutTimes(event), atMs, failure, style);
    if (text === null) continue;
    lines.push(`${style.dim(formatDuration(atMs).padStart(7))}  ${text}`);
    const details = would === null ? detailsOf(event) : renderWould(would);
    lines.push(...details.map((detail) => `           ${style.dim(detail)}`));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Renders how the walk ended, in one line; nothing where it did not. */
export function renderTraceEnd({ workflow }: Plan, { entries, status }: Walk, style: Style): string {
  const last = entries.at(-1);
  if (status === null || last?.event.type !== 'run.finished') return '';
  const { failed } = last.event;
  const how = { succeeded: style.green('succeeds'), failed: style.red('fails'), cancelled: style.yellow('is cancelled') }[status];
  const why = failed.length === 0 ? '' : `: ${failed.map(harmless).join(', ')}`;
  return `\n${style.bold(harmless(workflow.id))} ${how} after ${formatDuration(last.atMs)}${why}; nothing was run\n`;
}

/** Renders the trace as data, one object a line. */
export function traceLines(entries: readonly TraceEntry[]): string {
  return entries
    .filter(({ event }) => isOfSteps(event) || event.type === 'run.finished')
    .map(({ atMs, event, would }) => `${JSON.stringify({ atMs, event, ...(would === null ? {} : { would }) })}\n`)
    .join('');
}

/** The workspace and the engine of a dry run are made up. */
function isOfSteps(event: RunEvent): boolean {
  return event.type.startsWith('step.') || event.type.startsWith('quota.');
}

/** Times of day would depend on where the reader lives. */
function quotaText(event: RunEvent, atMs: number, style: Style): string | null {
  if (event.type === 'quota.opened') {
    const who = 'step' in event.by ? event.by.step : event.by.runId;
    const lasting = formatDuration(event.untilMs - atMs);
    return style.yellow(
      `quota of ${event.token} is used up for ${lasting}${event.told ? '' : ' (a guess)'}: ${who} was turned away`,
    );
  }
  if (event.type !== 'step.parked') return null;
  const waits = event.untilMs <= atMs ? ': another step tries first' : ` for ${formatDuration(event.untilMs - atMs)}`;
  return style.yellow(`${event.step} waits for quota of ${event.token}${waits}`);
}

function withoutTimes(event: RunEvent): RunEvent {
  return event.type === 'step.failed' ? { ...event, failure: timeless(event.failure) } : event;
}

function timeless(failure: Failure): Failure {
  return failure.kind === 'quota' ? { ...failure, resetAtMs: null } : failure;
}

function detailsOf(event: RunEvent): readonly string[] {
  if (event.type === 'step.succeeded') return values('output', event.outputs);
  if (event.type !== 'step.waiting') return [];
  // The message stands in the line above.
  const { message: _, ...inputs } = event.inputs;
  return values('input', inputs);
}

function renderWould({ action, env, stdin, workspace }: WouldRun): readonly string[] {
  const lines: string[] = [];
  if (action.kind === 'argv') lines.push(`$ ${action.argv.map(shellQuote).join(' ')}`);
  else if (action.kind === 'uses') lines.push(`uses ${action.uses}`, ...values('input', action.inputs));
  else {
    if (action.shell !== 'sh') lines.push(`by ${action.shell}`);
    lines.push(...block(action.script));
  }
  for (const [name, value] of Object.entries(env)) lines.push(`${name}=${shellQuote(value)}`);
  if (stdin !== null) lines.push('stdin', ...block(stdin));
  if (workspace !== 'inherit') lines.push(workspace === 'ephemeral' ? 'in a workspace of its own' : `in ${workspace}`);
  return lines.map(harmless);
}

function values(what: string, table: { readonly [name: string]: unknown }): readonly string[] {
  return Object.entries(table).map(([name, value]) => harmless(`${what} ${name} = ${JSON.stringify(value)}`));
}

function block(text: string): readonly string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `│ ${line}`.trimEnd());
}
