// Drives a run by hand, for tests: says what happened, gives back what follows, in words that are short to compare.
// Not here: chance and crashes (simulator/).

import type { BreakPoints, EventEnvelope, Fact, Failure, ObservationPurpose, RunEvent } from '@workflow-platform/events';
import type { Plan, PlanStep } from '@workflow-platform/core';
import {
  advance,
  apply,
  type AttemptResult,
  createRunState,
  type Effect,
  effectsDue,
  foldRun,
  type RunState,
  runStatus,
  type Signal,
} from '@workflow-platform/scheduler';
import { planOf } from './build-plan.ts';

const engine = { version: '0', host: 'test', pid: 1 };

const created = {
  type: 'run.created',
  workflow: { id: 'w', version: null, name: null },
  source: '/w.toml',
  fileDigest: '',
  planDigest: '',
  params: {},
  by: { user: 'ada', host: 'test', cwd: '/' },
  parent: null,
  workspaceId: null,
} as const;

export class RunDriver {
  readonly plan: Plan;
  readonly state: RunState;
  readonly events: RunEvent[] = [];
  readonly #times: number[] = [];
  nowMs = 0;
  chance = 0.5;

  /** Begins a run of these steps whose workspace is ready, unless it is told not to start. */
  constructor(
    steps: readonly PlanStep[],
    given: Partial<Omit<Plan, 'steps'>> = {},
    {
      starts = true,
      ...asked
    }: { readonly starts?: boolean; readonly breakPoints?: BreakPoints; readonly startAt?: string } = {},
  ) {
    this.plan = planOf(steps, { maxParallel: 8, ...given });
    this.state = createRunState(this.plan, 'run-1');
    if (Object.keys(asked).length > 0) this.record({ ...created, ...asked });
    if (!starts) return;
    this.send({ kind: 'start', engine });
    this.workspaceReady();
  }

  /** Sends a signal; returns the events that follow, see `brief`. */
  send(signal: Signal): string[] {
    const events = advance(this.state, signal, this.nowMs, () => this.chance);
    for (const event of events) {
      this.events.push(event);
      this.#times.push(this.nowMs);
    }
    return events.map(brief);
  }

  workspaceReady(): string[] {
    const workspace = { id: 'w', path: '/w', provider: 'none', from: '/w', base: null, why: 'test' } as const;
    return this.send({ kind: 'workspace-ready', workspace, reused: false });
  }

  succeed(step: string, outputs: { readonly [name: string]: string } = {}): string[] {
    return this.#end(step, { kind: 'succeeded', exitCode: 0, durationMs: 1, outputs });
  }

  fail(step: string, exitCode = 1): string[] {
    return this.failWith(step, { kind: 'exit', code: exitCode }, exitCode);
  }

  failWith(step: string, failure: Failure, exitCode: number | null = null): string[] {
    return this.#end(step, { kind: 'failed', failure, exitCode, durationMs: 1 });
  }

  /** The attempt is turned away; there is quota again at that time, if that is told. */
  turnAway(step: string, resetAtMs: number | null = null, token = 'claude'): string[] {
    return this.failWith(step, { kind: 'quota', token, resetAtMs, message: null }, 75);
  }

  answer(step: string, approved: boolean, fields: { readonly [name: string]: string } = {}): string[] {
    return this.send({ kind: 'answered', step, by: 'ada', approved, message: 'because', fields });
  }

  observe(step: string, purpose: ObservationPurpose, answers: { readonly [query: string]: Fact['answer'] }): string[] {
    return this.send({
      kind: 'observed',
      step,
      purpose,
      facts: Object.entries(answers).map(([query, answer]) => ({ query, answer })),
    });
  }

  cancel(): string[] {
    return this.send({ kind: 'cancel', by: 'ada', reason: 'test' });
  }

  /** Lets time pass. */
  wait(ms: number): string[] {
    this.nowMs += ms;
    return this.send({ kind: 'tick' });
  }

  finalize(): string[] {
    return this.send({ kind: 'finalized', problems: [] });
  }

  resume(): string[] {
    const events = this.send({ kind: 'resume', engine, by: 'ada' });
    return [...events, ...this.workspaceReady()];
  }

  retry(step: string, downstream: 'all' | 'changed'): string[] {
    const events = this.send({ kind: 'resume', engine, by: 'ada', retry: { step, downstream } });
    return events.length === 0 ? [] : [...events, ...this.workspaceReady()];
  }

  /** References of steps with a live attempt; `!` marks one that is told to stop. */
  running(): string[] {
    return this.effects('attempt').map(({ step, stopping }) => (stopping === null ? step : `${step}!`));
  }

  effects<K extends Effect['kind']>(kind: K): Extract<Effect, { readonly kind: K }>[] {
    return effectsDue(this.state).filter((effect): effect is Extract<Effect, { readonly kind: K }> => effect.kind === kind);
  }

  status(): string {
    return runStatus(this.state);
  }

  /** The last event about a step. */
  last(step: string): RunEvent | undefined {
    return this.events.findLast((event) => 'step' in event && event.step === step);
  }

  /** The same run from its journal. */
  refold(): RunState {
    return foldRun(this.plan, this.envelopes());
  }

  /** Its journal. */
  envelopes(): EventEnvelope[] {
    return this.events.map((event, at) => ({ runId: 'run-1', seq: at + 1, atMs: this.#times[at] ?? 0, event }));
  }

  /** Records an event that the host itself brings about. */
  record(event: RunEvent): void {
    apply(this.state, event, this.nowMs);
    this.events.push(event);
    this.#times.push(this.nowMs);
  }

  #end(step: string, result: AttemptResult): string[] {
    const effect = this.effects('attempt').find((attempt) => attempt.step === step);
    if (effect === undefined)
      throw new Error(`no attempt of \`${step}\` is running, only of ${this.running().join(', ') || 'none'}`);
    return this.send({ kind: 'attempt-ended', step, attempt: effect.attempt, result });
  }
}

/** Returns an event in a few words: `attempt-started build`, `skipped test upstream`, `run.finished failed`. */
export function brief(event: RunEvent): string {
  const name = event.type.replace(/^step\./, '');
  const words = [name];
  if ('step' in event) words.push(event.step);
  switch (event.type) {
    case 'run.finished':
      words.push(event.status);
      break;
    case 'step.skipped':
      words.push(event.reason.kind);
      break;
    case 'step.failed':
      words.push(event.failure.kind, ...(event.allowed ? ['allowed'] : []));
      break;
    case 'step.stop-requested':
      words.push(event.reason.kind);
      break;
    case 'step.observation-requested':
      words.push(event.purpose, ...event.queries);
      break;
    case 'step.observed':
      words.push(event.purpose);
      break;
    case 'step.retry-scheduled':
    case 'step.iteration-scheduled':
      words.push(`at ${event.atMs}`);
      break;
    case 'quota.opened':
      words.push(event.token, `until ${event.untilMs}`, ...(event.told ? [] : ['guessed']));
      break;
    case 'quota.closed':
      words.push(event.token);
      break;
    case 'step.paused':
      words.push(event.at);
      break;
    case 'step.unpaused':
      words.push(event.choice);
      break;
    case 'step.parked':
      words.push(`until ${event.untilMs}`);
      break;
    case 'step.iteration-started':
      words.push(String(event.iteration));
      break;
    case 'run.resumed':
      if (event.retry !== undefined) words.push(event.retry.reopens.join(','));
      break;
    case 'step.reuse-declined':
      words.push(
        event.reason.kind === 'unknown' ? event.reason.obstacle : event.reason.changes.map(({ name }) => name).join(','),
      );
      break;
    case 'step.expanded':
      words.push(event.items.map(({ key }) => key).join(','));
      break;
    default:
      break;
  }
  return words.join(' ');
}
