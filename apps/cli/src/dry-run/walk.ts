// Carries a plan out in memory: the scheduler decides as in any run, stubs say how attempts end, and a clock of its own jumps from
// one event to the next. No process, no workspace, no history; the same plan and stubs give the same walk, on any machine.
//
// One turn of the loop: begin what effectsDue lists and is not begun, which puts an entry on the agenda; then take the earliest
// entry of the agenda (the first of those at the same time), move the clock there, and tell the scheduler.
// Invariant: an effect is begun once, by its key; the agenda holds no entry in the past.
// A question without a stub is never answered. The walk goes on with all else that happens at that very time, so that
// all that is missing there is found at once, and ends.
// Not here: what the stubs say (stub-book.ts), how the walk is shown (print/trace.ts).

import { ExpressionEvaluationError, readQuestion, resolveText } from '@workflow-platform/core';
import type { Plan, PlanAttemptStep, Question } from '@workflow-platform/core';
import { assert, type Failure, type RunEvent, unreachable } from '@workflow-platform/events';
import { advance, apply, createRunState, effectsDue, isFinished, scopeOf } from '@workflow-platform/scheduler';
import type { AttemptResult, Effect, RunState, Signal } from '@workflow-platform/scheduler';
import type { MissingStub, StubBook } from './stub-book.ts';
import type { Outcome } from './stub.ts';
import { resolveAttempt, type ResolvedAttempt, type WouldRun } from './would-run.ts';

/** One thing that happens, at a time since the start. */
export interface TraceEntry {
  readonly atMs: number;
  readonly event: RunEvent;
  /** With the start of an attempt; null where a text of it could not be computed. */
  readonly would: WouldRun | null;
}

export interface Walk {
  readonly entries: readonly TraceEntry[];
  /** Null: it did not get to its end. */
  readonly status: 'succeeded' | 'failed' | 'cancelled' | null;
  readonly missing: readonly MissingStub[];
  /** It was broken off for its length: a loop does not end with these stubs. */
  readonly isEndless: boolean;
}

export interface WalkRequest {
  readonly plan: Plan;
  readonly book: StubBook;
  readonly workspaceId: string;
  /** Stand for the values of secret parameters. */
  readonly secrets: { readonly [name: string]: string };
  /** Path of the step that it starts at. */
  readonly startAt?: string | undefined;
}

/** Walks the plan to its end, or to where a stub is missing. */
export function walk(request: WalkRequest): Walk {
  return new Walker(request).walk();
}

/** How the run would begin; who asked for it, and with which file, is no part of a walk. */
function createdAt({ plan, workspaceId }: WalkRequest, startAt: string): Extract<RunEvent, { readonly type: 'run.created' }> {
  const { id, version, name, fileDigest } = plan.workflow;
  return {
    type: 'run.created',
    workflow: { id, version, name },
    source: '',
    fileDigest,
    planDigest: plan.digest,
    params: plan.parameters,
    by: { user: RUN_ID, host: RUN_ID, cwd: '/' },
    parent: null,
    workspaceId,
    startAt,
  };
}

type AttemptEffect = Extract<Effect, { readonly kind: 'attempt' }>;
type ObservationEffect = Extract<Effect, { readonly kind: 'observation' }>;

interface Appointment {
  readonly atMs: number;
  readonly signal: () => Signal | null;
}

class Walker {
  readonly #request: WalkRequest;
  readonly #state: RunState;
  readonly #entries: TraceEntry[] = [];
  readonly #agenda: Appointment[] = [];
  readonly #begun = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #missing: MissingStub[] = [];
  #nowMs = 0;

  constructor(request: WalkRequest) {
    this.#request = request;
    this.#state = createRunState(request.plan, RUN_ID);
  }

  walk(): Walk {
    if (this.#request.startAt !== undefined) apply(this.#state, createdAt(this.#request, this.#request.startAt), 0);
    this.#tell({ kind: 'start', engine: { version: RUN_ID, host: RUN_ID, pid: 0 } });
    while (!isFinished(this.#state) && this.#entries.length < ENTRIES_MAX) {
      if (this.#beginDue()) continue;
      const next = this.#next();
      if (next === null || (this.#missing.length > 0 && next.atMs > this.#nowMs)) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      const signal = next.signal();
      if (signal !== null) this.#tell(signal);
    }
    const last = this.#entries.at(-1)?.event;
    const status = isFinished(this.#state) && last?.type === 'run.finished' ? last.status : null;
    const isEndless = status === null && this.#missing.length === 0;
    assert(!isEndless || this.#entries.length >= ENTRIES_MAX, 'a run neither ends nor waits for anything');
    return { entries: this.#entries, status, missing: this.#missing, isEndless };
  }

  /** Returns whether something was told to the scheduler, after which other effects may be due. */
  #beginDue(): boolean {
    for (const effect of effectsDue(this.#state)) {
      switch (effect.kind) {
        case 'workspace':
          this.#tell({ kind: 'workspace-ready', workspace: this.#workspace(), reused: false });
          return true;
        case 'finalization':
          this.#tell({ kind: 'finalized', problems: [] });
          return true;
        case 'observation':
          if (!this.#isNew(effect.key)) break;
          if (this.#observe(effect)) return true;
          break;
        case 'attempt':
          if (effect.stopping !== null && !this.#ended.has(effect.key)) {
            this.#end(effect, { kind: 'failed', failure: { kind: 'signal', signal: 'SIGTERM' }, exitCode: null, durationMs: 0 });
            return true;
          }
          if (this.#isNew(effect.key)) this.#begin(effect);
          break;
        case 'timer':
          // Looked at when the clock moves.
          break;
        default:
          unreachable(effect);
      }
    }
    return false;
  }

  /** The earliest appointment, or the scheduler's own. What was to happen at the same time happens before a time limit. */
  #next(): Appointment | null {
    const timer = effectsDue(this.#state).find((effect) => effect.kind === 'timer');
    let first: Appointment | null = null;
    for (const each of this.#agenda) if (first === null || each.atMs < first.atMs) first = each;
    if (timer !== undefined && (first === null || timer.atMs < first.atMs)) {
      return { atMs: timer.atMs, signal: () => ({ kind: 'tick' }) };
    }
    if (first !== null) this.#agenda.splice(this.#agenda.indexOf(first), 1);
    return first;
  }

  #tell(signal: Signal): readonly RunEvent[] {
    const events = advance(this.#state, signal, this.#nowMs, longestDelay);
    for (const event of events) {
      this.#entries.push({ atMs: this.#nowMs, event, would: null });
      if (event.type === 'step.waiting') this.#ask(event.step, readQuestion(event.inputs).question, 1);
    }
    return events;
  }

  #isNew(key: string): boolean {
    if (this.#begun.has(key)) return false;
    this.#begun.add(key);
    return true;
  }

  #observe({ key, step, purpose, queries }: ObservationEffect): boolean {
    // What there is to edit makes no difference but for the person who edits it.
    if (purpose === 'ask') {
      this.#tell({ kind: 'observed', key, step, purpose, facts: queries.map((query) => ({ query, answer: null })) });
      return true;
    }
    const answers = queries.map((query) => {
      const isBefore = purpose === 'before';
      return { query, answer: isBefore ? this.#request.book.noteBefore(step, query) : this.#request.book.answer(step, query) };
    });
    const missing = answers.flatMap(({ answer }) => (isMissing(answer) ? [answer] : []));
    this.#missing.push(...missing);
    if (missing.length > 0) return false;
    const facts = answers.flatMap(({ query, answer }) => (isMissing(answer) ? [] : [{ query, answer }]));
    this.#tell({ kind: 'observed', key, step, purpose, facts });
    return true;
  }

  /** The answer with that number is given when its stub says. */
  #ask(step: string, question: Question, count: number): void {
    const outcome = this.#request.book.outcome(step, count, 'answer');
    if ('what' in outcome) {
      this.#missing.push(outcome);
      return;
    }
    const { end } = outcome;
    if (end.kind !== 'answer') return;
    const by = end.by ?? question.by?.[count - 1] ?? (count === 1 ? 'somebody' : `somebody-${count}`);
    const { approved, message, fields } = end;
    const signal = { kind: 'answered', step, by, approved, message, fields } as const;
    const tell = (): null => {
      const [answered] = this.#tell(signal);
      if (answered?.type === 'step.answered' && (answered.missing ?? 0) > 0) this.#ask(step, question, count + 1);
      if (answered === undefined) this.#noteRefusal(signal);
      return null;
    };
    this.#agenda.push({ atMs: this.#nowMs + outcome.durationMs, signal: tell });
  }

  /** What is no request is passed over in silence, so it is asked again as one. After the time limit it does not matter. */
  #noteRefusal(signal: Extract<Signal, { readonly kind: 'answered' }>): void {
    const request = { id: RUN_ID, atMs: this.#nowMs };
    const [refused] = advance(this.#state, { ...signal, request }, this.#nowMs, longestDelay);
    if (refused?.type !== 'run.request-refused' || refused.code === 'step-not-waiting') return;
    this.#missing.push({ step: signal.step, what: { kind: 'refusal', message: refused.message } });
  }

  #begin(effect: AttemptEffect): void {
    const { plan, step, attempt, key } = effect;
    let resolved: ResolvedAttempt;
    try {
      resolved = this.#resolve(effect);
    } catch (error) {
      if (error instanceof AnswerMissing) this.#missing.push(error.missing);
      else this.#endLater(effect, 0, () => failed(failureOf(error), 0));
      return;
    }
    const at = this.#entries.findLastIndex(({ event }) => event.type === 'step.attempt-started' && event.step === step);
    this.#entries[at] = { ...this.#entries[at]!, would: resolved.would };
    const outcome = this.#request.book.outcome(step, attempt, 'attempt');
    if ('what' in outcome) this.#missing.push(outcome);
    else if (outcome.end.kind !== 'hangs') {
      this.#endLater(effect, outcome.durationMs, () => this.#resultOf(plan, outcome, resolved));
    } else if (outcome.end.limit === 'idle-timeout') {
      const idleMs = effect.idleTimeoutMs ?? 0;
      const signal = { kind: 'attempt-idle', step, attempt, idleMs } as const;
      this.#agenda.push({ atMs: this.#nowMs + idleMs, signal: () => (this.#ended.has(key) ? null : signal) });
    }
  }

  #endLater(effect: AttemptEffect, durationMs: number, ending: () => AttemptResult | null): void {
    this.#agenda.push({
      atMs: this.#nowMs + durationMs,
      signal: () => {
        // A time limit was quicker.
        if (this.#ended.has(effect.key)) return null;
        const result = ending();
        if (result === null) return null;
        this.#ended.add(effect.key);
        return { kind: 'attempt-ended', step: effect.step, attempt: effect.attempt, result };
      },
    });
  }

  #end(effect: AttemptEffect, result: Extract<AttemptResult, { readonly kind: 'failed' }>): void {
    this.#ended.add(effect.key);
    const durationMs = this.#nowMs - effect.startedAtMs;
    this.#tell({ kind: 'attempt-ended', step: effect.step, attempt: effect.attempt, result: { ...result, durationMs } });
  }

  #resultOf(plan: PlanAttemptStep, { end, durationMs }: Outcome, { scope }: ResolvedAttempt): AttemptResult | null {
    switch (end.kind) {
      case 'success':
        try {
          const computed = plan.outputs.filter(({ from }) => from === 'value');
          const values = computed.map(({ name, value }) => [name, resolveText(value ?? '', scope)] as const);
          return { kind: 'succeeded', exitCode: 0, durationMs, outputs: { ...end.outputs, ...Object.fromEntries(values) } };
        } catch (error) {
          if (!(error instanceof AnswerMissing)) return failed(failureOf(error), durationMs);
          this.#missing.push(error.missing);
          return null;
        }
      case 'quota': {
        const resetAtMs = end.resetAfterMs === null ? null : this.#nowMs + end.resetAfterMs;
        return failed({ kind: 'quota', token: plan.quota?.token ?? '', resetAtMs, message: end.message }, durationMs);
      }
      case 'failure':
        return failed(end.failure, durationMs);
      default:
        throw new Error(`broken invariant: an attempt ends with ${end.kind}`);
    }
  }

  #resolve({ plan, step, attempt }: AttemptEffect): ResolvedAttempt {
    const { book, plan: whole, secrets } = this.#request;
    // One look at a path is enough for an attempt, however often its texts ask.
    const looks = new Map<string, ReturnType<StubBook['answer']>>();
    const look = (query: string) => {
      const answer = looks.get(query) ?? book.answer(step, query);
      looks.set(query, answer);
      if (isMissing(answer)) throw new AnswerMissing(answer);
      return answer;
    };
    const { id, path } = this.#workspace();
    return resolveAttempt(plan, { step, attempt }, whole.env, (env) =>
      scopeOf(this.#state, step, { secrets, workspace: { id, path }, look, ...(env === undefined ? {} : { env }) }),
    );
  }

  #workspace() {
    const { provider, base } = this.#request.plan.workspace;
    const id = this.#request.workspaceId;
    return {
      id,
      path: WORKSPACE,
      provider: provider === 'auto' ? 'copy' : provider,
      from: WORKSPACE,
      base,
      why: RUN_ID,
    } as const;
  }
}

/** What `run.id` and `workspace.path` are. */
const RUN_ID = 'dry-run';
const WORKSPACE = '/workspace';

/** More happens in no workflow that somebody reads the trace of. */
const ENTRIES_MAX = 100_000;

/** Delays with jitter are as long as they can be. */
const longestDelay = (): number => 1 - Number.EPSILON;

/** Thrown through the resolution of a text that asks what no stub answers. */
class AnswerMissing extends Error {
  readonly missing: MissingStub;

  constructor(missing: MissingStub) {
    super('an answer is missing');
    this.missing = missing;
  }
}

function isMissing(answer: ReturnType<StubBook['answer']>): answer is MissingStub {
  return typeof answer === 'object' && answer !== null;
}

function failed(failure: Failure, durationMs: number): AttemptResult {
  const exitCode = failure.kind === 'exit' ? failure.code : null;
  return { kind: 'failed', failure, exitCode, durationMs };
}

function failureOf(error: unknown): Failure {
  if (error instanceof ExpressionEvaluationError) return { kind: 'expression', source: error.source, message: error.message };
  throw error;
}
