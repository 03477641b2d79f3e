// One run from a seed: a virtual host that journals and performs as a real one does, in a world that crashes it, answers late
// and twice, sets its clock, cancels and resumes.
// Not here: the invariants about events (run-monitor.ts).

import { applyToView, createRunView, type EventEnvelope, type Fact } from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import { type Effect, isFinished, type RunState, type Signal } from '@workflow-platform/scheduler';
import { Random } from '../random.ts';
import { hold, Violation } from './invariants.ts';
import { randomPlan } from './random-plan.ts';
import { RunMonitor } from './run-monitor.ts';
import { realScheduler, type SchedulerUnderTest } from './scheduler-under-test.ts';
import { type VirtualProcess, VirtualWorld } from './virtual-world.ts';

export interface SimulatedRun {
  readonly seed: number;
  readonly plan: Plan;
  readonly journal: readonly EventEnvelope[];
  readonly violation: Violation | null;
  readonly crashCount: number;
}

const RUN_ID = 'simulated';
const TRUE_TIME_MAX_MS = 30 * 24 * 3_600_000;
const TURNS_MAX = 20_000;

/** Simulates the run of a seed. */
export function simulateRun(seed: number, scheduler: SchedulerUnderTest = realScheduler): SimulatedRun {
  return new Simulation(seed, scheduler).run();
}

class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scheduler: SchedulerUnderTest;
  readonly #plan: Plan;
  readonly #world: VirtualWorld;
  readonly #monitor: RunMonitor;
  readonly #journal: EventEnvelope[] = [];
  /** Effects after some of the appends, by the number of the last event. */
  readonly #remembered: { readonly seq: number; readonly effects: string }[] = [];
  readonly #past: Signal[] = [];
  readonly #view = createRunView();
  #shownCount = 0;
  #state: RunState | null = null;
  /** Effects that this engine is performing. */
  #performing = new Map<string, Effect>();
  #alarmAtMs: number | null = null;
  #crashCount = 0;
  #resumesLeft: number;
  /** The engine dies at this many more signals; at what point in handling it, too. */
  #signalsToCrash: number;

  constructor(seed: number, scheduler: SchedulerUnderTest) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#scheduler = scheduler;
    this.#plan = randomPlan(this.#random);
    this.#world = new VirtualWorld(this.#random);
    this.#monitor = new RunMonitor(this.#plan);
    this.#resumesLeft = this.#random.pick([0, 1, 2]);
    this.#signalsToCrash = this.#random.isLikely(0.4) ? this.#random.integer(1, 25) : Infinity;
  }

  run(): SimulatedRun {
    let violation: Violation | null = null;
    try {
      this.#live();
    } catch (error) {
      violation = error instanceof Violation ? error : new Violation('no-crash', String(error), { cause: error });
    }
    return { seed: this.#seed, plan: this.#plan, journal: this.#journal, violation, crashCount: this.#crashCount };
  }

  #live(): void {
    this.#plotTrouble();
    this.#state = this.#scheduler.create(this.#plan, RUN_ID);
    const created = { type: 'run.created', ...origin } as const;
    this.#scheduler.apply(this.#state, created, this.#world.wallMs());
    this.#append([created], this.#state);
    this.#signal({ kind: 'start', engine: this.#engine() });
    for (let turns = 0; ; turns += 1) {
      hold(turns < TURNS_MAX && this.#world.trueMs < TRUE_TIME_MAX_MS, 'run-ends', () => 'it goes on and on');
      if (this.#state !== null && isFinished(this.#state)) {
        if (!this.#takeUpAgain(this.#state)) break;
        continue;
      }
      const goesOn = this.#world.goOn(this.#alarmAtMs, () => this.#signal({ kind: 'tick' }));
      hold(goesOn, 'run-ends', () => 'nothing more will happen, and it is not over');
      if (this.#random.isLikely(0.05)) this.#repeatASignal();
    }
    hold(this.#journal.at(-1)?.event.type === 'run.finished', 'run-ends', () => 'it is over without having finished');
    this.#checkFolds();
  }

  /** What befalls the run from outside is settled beforehand. */
  #plotTrouble(): void {
    const soon = (): number => this.#random.integer(0, this.#random.pick([100, 10_000, 60_000]));
    const cancel = (): void => this.#signal({ kind: 'cancel', by: 'somebody', reason: 'no longer needed' });
    if (this.#random.isLikely(0.25)) {
      const atMs = soon();
      this.#world.after(atMs, cancel);
      if (this.#random.isLikely(0.4)) this.#world.after(atMs + soon(), cancel);
    }
    for (let jumps = this.#random.pick([0, 0, 1, 3]); jumps > 0; jumps -= 1) {
      const byMs = this.#random.pick([-3_600_000, -1000, -1, 1, 1000, 3_600_000]);
      this.#world.after(soon(), () => (this.#world.wallOffsetMs += byMs));
    }
  }

  /** One turn of a host: decide and record, append, perform. The engine may die between any two of them. */
  #signal(signal: Signal): void {
    const state = this.#state;
    if (state === null) return;
    this.#past.push(signal);
    this.#signalsToCrash -= 1;
    const isDoomed = this.#signalsToCrash <= 0;
    if (this.#random.isLikely(0.05)) this.#askTwice(state, signal);
    const events = this.#scheduler.advance(state, signal, this.#world.wallMs(), () => this.#random.next());
    if (isDoomed && this.#random.isLikely(0.3)) {
      this.#insist(signal);
      return this.#crash(null);
    }
    this.#append(events, state);
    this.#answerQuestions(events);
    this.#monitor.checkQuiet(this.#world.wallMs());
    if (isDoomed && this.#random.isLikely(0.5)) return this.#crash(state);
    this.#perform(this.#scheduler.effectsDue(state));
    if (isDoomed) this.#crash(state);
  }

  #askTwice(state: RunState, signal: Signal): void {
    const before = this.#effectsOf(state);
    const [first, second] = [1, 2].map(() =>
      JSON.stringify(this.#scheduler.decide(state, signal, this.#world.wallMs(), () => 0.5)),
    );
    const isUnchanged = first === second && before === this.#effectsOf(state);
    hold(isUnchanged, 'decide-changes-nothing', () => `asked about ${signal.kind}: ${first}, then ${second}`);
  }

  #append(events: readonly EventEnvelope['event'][], state: RunState): void {
    for (const event of events) {
      const envelope = { runId: RUN_ID, seq: this.#journal.length + 1, atMs: this.#world.wallMs(), event };
      this.#journal.push(envelope);
      this.#monitor.record(envelope);
    }
    for (; this.#shownCount < this.#journal.length; this.#shownCount += 1) {
      applyToView(this.#view, this.#journal[this.#shownCount] as EventEnvelope);
    }
    this.#monitor.checkView(this.#view);
    if (this.#random.isLikely(0.1)) this.#remembered.push({ seq: this.#journal.length, effects: this.#effectsOf(state) });
  }

  #perform(effects: readonly Effect[]): void {
    this.#alarmAtMs = null;
    const due = new Map<string, Effect>();
    for (const effect of effects) {
      if (effect.kind === 'timer') this.#alarmAtMs = effect.atMs;
      else due.set('key' in effect ? effect.key : effect.kind, effect);
    }
    for (const [key, effect] of due) {
      if (!this.#performing.has(key)) this.#startEffect(key, effect);
      if (effect.kind === 'attempt' && effect.stopping !== null) this.#stop(key, effect);
    }
    for (const [key, effect] of this.#performing) if (!due.has(key)) this.#dropEffect(key, effect);
    this.#performing = due;
  }

  #startEffect(key: string, effect: Effect): void {
    const later = (signal: () => Signal): void =>
      this.#world.after(this.#random.integer(0, 500), () => this.#signal(signal()), { byEngine: true });
    switch (effect.kind) {
      case 'workspace':
        return later(() =>
          this.#random.isLikely(0.03) ? { kind: 'workspace-failed', message: 'no space' } : this.#workspaceReady(),
        );
      case 'finalization':
        return later(() => ({ kind: 'finalized', problems: this.#random.isLikely(0.05) ? ['`report` is missing'] : [] }));
      case 'observation': {
        const { step, purpose, queries } = effect;
        const observing = this.#monitor.observing(step);
        hold(observing === purpose, 'journal-first', () => `${step} is looked up for ${purpose}, the journal says ${observing}`);
        return later(() => ({ kind: 'observed', key, step, purpose, facts: queries.map((query) => this.#look(query)) }));
      }
      case 'attempt':
        return this.#startAttempt(key, effect);
      case 'timer':
        return;
    }
  }

  #startAttempt(key: string, effect: Extract<Effect, { readonly kind: 'attempt' }>): void {
    const { step, attempt, plan, idleTimeoutMs } = effect;
    const recorded = this.#monitor.liveAttempts().get(step);
    hold(recorded?.attempt === attempt, 'journal-first', () => `attempt ${attempt} of ${step} is not in the journal`);
    const other = [...this.#world.processes.values()].find((it) => it.step === step && it.result === null && !it.isGone);
    hold(other === undefined, 'one-live-attempt', () => `two processes of ${step}`);
    this.#world.start(key, step, attempt, plan, (process) => this.#report(process));
    this.#watchIdle(key, step, attempt, idleTimeoutMs);
  }

  #watchIdle(key: string, step: string, attempt: number, limitMs: number | null): void {
    if (limitMs === null) return;
    const isSilent = this.#random.isLikely(0.3);
    const report = (): void => {
      if (this.#world.processes.get(key)?.result === null) this.#signal({ kind: 'attempt-idle', step, attempt, idleMs: limitMs });
    };
    // Whoever hangs is silent some day.
    this.#world.after(isSilent ? limitMs : 40_000 + limitMs, report, { byEngine: true });
  }

  #stop(key: string, { step, attempt }: Extract<Effect, { readonly kind: 'attempt' }>): void {
    const isRecorded = this.#monitor.liveAttempts().get(step)?.isStopping === true;
    hold(isRecorded, 'journal-first', () => `attempt ${attempt} of ${step} is stopped, which is not in the journal`);
    const process = this.#world.processes.get(key);
    if (process !== undefined) this.#world.tell(process, (ended) => this.#report(ended));
  }

  #dropEffect(key: string, effect: Effect): void {
    if (effect.kind !== 'attempt') return;
    const process = this.#world.processes.get(key);
    const isOver = process === undefined || process.result !== null || process.isGone;
    hold(isOver, 'settles-once', () => `attempt ${effect.attempt} of ${effect.step} is forgotten while its process runs`);
  }

  #report({ step, attempt, result }: VirtualProcess): void {
    if (result !== null) this.#signal({ kind: 'attempt-ended', step, attempt, result });
  }

  /** The engine dies. What it was told is lost; `live` is the state it had, if the journal has all of it. */
  #crash(live: RunState | null): void {
    const effects = live === null ? null : this.#effectsOf(live);
    this.#crashCount += 1;
    this.#signalsToCrash = this.#random.isLikely(0.4) ? this.#random.integer(1, 25) : Infinity;
    this.#state = null;
    this.#performing = new Map();
    this.#alarmAtMs = null;
    this.#world.engine += 1;
    this.#world.after(this.#random.integer(0, 20_000), () => this.#recover(effects));
  }

  #recover(effects: string | null): void {
    const state = this.#scheduler.fold(this.#plan, this.#journal);
    const folded = this.#effectsOf(state);
    hold(effects === null || effects === folded, 'same-after-fold', () => `before the crash\n${effects}\nafter it\n${folded}`);
    this.#state = state;
    if (isFinished(state)) return;
    const attempts = this.#scheduler.effectsDue(state).filter((effect) => effect.kind === 'attempt');
    for (const attempt of attempts) this.#performing.set(attempt.key, attempt);
    const started = this.#journal.some(({ event }) => event.type === 'run.started');
    this.#signal(
      started ? { kind: 'resume', engine: this.#engine(), by: 'somebody' } : { kind: 'start', engine: this.#engine() },
    );
    for (const { key, step, attempt, idleTimeoutMs } of attempts) {
      const process = this.#world.processes.get(key);
      if (process !== undefined && process.result === null && this.#random.isLikely(0.05)) process.isGone = true;
      if (process === undefined || process.isGone) this.#signal(lost(step, attempt));
      else if (process.result !== null) this.#report(process);
      else this.#watchIdle(key, step, attempt, idleTimeoutMs);
    }
  }

  /** Whoever answers a question does it some day when it has no limit. */
  #answerQuestions(events: readonly EventEnvelope['event'][]): void {
    for (const event of events) {
      if (event.type !== 'step.waiting' || (event.untilMs !== null && this.#random.isLikely(0.3))) continue;
      const fields = { note: this.#random.integer(0, 9) };
      const approved = this.#random.isLikely(0.7);
      const answer: Signal = { kind: 'answered', step: event.step, by: 'somebody', approved, message: 'well', fields };
      this.#insist(answer, this.#random.integer(0, 200_000));
    }
  }

  /** A person whose answer was lost, or met no engine, comes back with it. */
  #insist(signal: Signal, afterMs = 1000): void {
    if (signal.kind !== 'answered') return;
    this.#world.after(afterMs, () => (this.#state === null ? this.#insist(signal) : this.#signal(signal)));
  }

  #repeatASignal(): void {
    const state = this.#state;
    if (state === null || this.#past.length === 0) return;
    const signal = this.#random.pick(this.#past);
    const isTold = ['attempt-ended', 'observed', 'answered', 'workspace-ready', 'start', 'finalized', 'attempt-idle'].includes(
      signal.kind,
    );
    const due = new Set(this.#scheduler.effectsDue(state).map(({ kind }) => kind));
    const wouldFit =
      (signal.kind === 'workspace-ready' && due.has('workspace')) ||
      (signal.kind === 'finalized' && due.has('finalization')) ||
      this.#isNews(signal, state);
    if (!isTold || wouldFit) return;
    const events = this.#scheduler.advance(
      state,
      signal,
      Math.min(this.#world.wallMs(), this.#alarmAtMs ?? Infinity) - 1,
      () => 0.5,
    );
    hold(events.length === 0, 'repeats-are-ignored', () => `${JSON.stringify(signal)} leads to ${JSON.stringify(events)}`);
  }

  /** Whether the engine does not know it yet: it died when it was told. */
  #isNews(signal: Signal, state: RunState): boolean {
    if (signal.kind === 'answered') {
      const last = this.#journal.findLast(({ event }) => 'step' in event && event.step === signal.step);
      return last?.event.type === 'step.waiting';
    }
    const effects = this.#scheduler.effectsDue(state);
    if (signal.kind === 'observed') return effects.some((effect) => effect.kind === 'observation' && effect.key === signal.key);
    if (signal.kind !== 'attempt-ended' && signal.kind !== 'attempt-idle') return false;
    return effects.some(
      (effect) => effect.kind === 'attempt' && effect.step === signal.step && effect.attempt === signal.attempt,
    );
  }

  /** Resumes a run that did not succeed, if somebody wants that. */
  #takeUpAgain(state: RunState): boolean {
    if (this.#resumesLeft === 0) return false;
    this.#resumesLeft -= 1;
    const { event } = this.#journal.at(-1) as EventEnvelope;
    this.#performing = new Map();
    const seq = this.#journal.length;
    this.#signal({ kind: 'resume', engine: this.#engine(), by: 'somebody' });
    const isRefused = this.#state === state && this.#journal.length === seq;
    const hasSucceeded = event.type === 'run.finished' && event.status === 'succeeded';
    hold(!hasSucceeded || this.#journal.length === seq, 'succeeded-stays', () => 'a run that succeeded was taken up again');
    const isTakenUp = isRefused || this.#state === null || !isFinished(this.#state);
    hold(isTakenUp, 'run-ends', () => 'a run that is taken up again is over at once');
    return !isRefused;
  }

  #checkFolds(): void {
    for (const { seq, effects } of this.#remembered) {
      const folded = this.#effectsOf(this.#scheduler.fold(this.#plan, this.#journal.slice(0, seq)));
      hold(folded === effects, 'same-after-fold', () => `after event ${seq}\n${effects}\nfolded\n${folded}`);
    }
  }

  #effectsOf(state: RunState): string {
    const lines = this.#scheduler.effectsDue(state).map((effect) => JSON.stringify({ ...effect, plan: undefined }));
    return lines.sort().join('\n');
  }

  #look(query: string): Fact {
    if (query.startsWith('exists:')) return { query, answer: this.#random.isLikely(0.5) };
    if (query.startsWith('digest:')) return { query, answer: this.#random.pick(['aa', 'bb', null]) };
    return { query, answer: this.#random.pick(['x', 'y', null]) };
  }

  #workspaceReady(): Signal {
    const workspace = { id: 'w', path: '/w', provider: 'none', from: '/w', base: null, why: 'simulated' } as const;
    return { kind: 'workspace-ready', workspace, reused: this.#random.isLikely(0.5) };
  }

  #engine(): { version: string; host: string; pid: number } {
    return { version: '0', host: 'simulator', pid: this.#world.engine };
  }
}

function lost(step: string, attempt: number): Signal {
  const failure = { kind: 'lost', message: 'neither a result nor a process was found' } as const;
  return { kind: 'attempt-ended', step, attempt, result: { kind: 'failed', failure, exitCode: null, durationMs: 0 } };
}

const origin = {
  workflow: { id: 'example', version: null, name: null },
  source: '/example/workflow.toml',
  fileDigest: '0'.repeat(64),
  planDigest: '0'.repeat(64),
  params: {},
  by: { user: 'somebody', host: 'simulator', cwd: '/' },
  parent: null,
  workspaceId: null,
} as const;
