// One run from a seed: a virtual host that journals and performs as a real one does, in a world that crashes it, answers late
// and twice, sets its clock, cancels and resumes.
// Not here: the invariants about events (run-monitor.ts).

import {
  applyToView,
  type BreakPoints,
  createRunView,
  type EventEnvelope,
  type Fact,
  type RetryRequest,
} from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import {
  type ControlSignal,
  type Effect,
  isFinished,
  recordRequest,
  type RunState,
  type Signal,
  stepPaths,
} from '@workflow-platform/scheduler';
import { Random } from '../random.ts';
import { hold, Violation } from './invariants.ts';
import { QUOTA_TOKENS, randomPlan } from './random-plan.ts';
import { RunMonitor } from './run-monitor.ts';
import { realScheduler, type SchedulerUnderTest } from './scheduler-under-test.ts';
import { SimulatedPeople } from './simulated-people.ts';
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
  readonly #people: SimulatedPeople;
  /** Requests that were made while no engine was there, and not recorded by whoever made them. */
  #left: ControlSignal[] = [];
  /** Something was recorded while no engine was there. */
  #isTouched = false;
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
    this.#resumesLeft = this.#random.pick([0, 1, 2, 4]);
    this.#people = new SimulatedPeople(this.#random, this.#world, (signal) => this.#deliver(signal));
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
    const breakPoints = this.#random.isLikely(0.3) ? this.#randomBreakPoints() : null;
    const startAt = this.#random.isLikely(0.15) ? this.#random.pick(stepPaths(this.#plan.steps)) : null;
    const more = { ...(breakPoints === null ? {} : { breakPoints }), ...(startAt === null ? {} : { startAt }) };
    const created = { type: 'run.created', ...origin, ...more } as const;
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
    for (const { step, attempt, result } of this.#world.processes.values())
      if (result !== null) this.#monitor.checkUsage(step, attempt, result.told?.usage ?? []);
    hold(this.#journal.at(-1)?.event.type === 'run.finished', 'run-ends', () => 'it is over without having finished');
    this.#checkFolds();
  }

  /** What befalls the run from outside is settled beforehand. */
  #plotTrouble(): void {
    const soon = (): number => this.#random.integer(0, this.#random.pick([100, 10_000, 60_000]));
    if (this.#random.isLikely(0.25)) {
      const atMs = soon();
      this.#people.cancelAfter(atMs);
      if (this.#random.isLikely(0.4)) this.#people.cancelAfter(atMs + soon());
    }
    for (let tellings = this.#random.pick([0, 0, 1, 3]); tellings > 0; tellings -= 1) {
      const [token, byMs] = [this.#random.pick(QUOTA_TOKENS), this.#random.pick([-1000, 1000, 60_000, 3_600_000])];
      const tell = (): void =>
        this.#signal({ kind: 'quota-seen', token, untilMs: this.#world.wallMs() + byMs, runId: 'another' });
      const atMs = soon();
      this.#world.after(atMs, tell);
      if (this.#random.isLikely(0.5)) this.#world.after(atMs + soon(), () => this.#signal({ kind: 'quota-freed', token }));
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
      if (signal.kind === 'answered' || signal.kind === 'cancel') this.#left.push(signal);
      return this.#crash(null);
    }
    this.#append(events, state);
    this.#people.onEvents(events);
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
        return this.#makeWorkspace();
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
    hold(effect.session === this.#monitor.session(step), 'sessions-go-on', () => `${key} is given ${effect.session}`);
    this.#world.start(key, step, attempt, plan, (process) => this.#report(process));
    this.#world.after(this.#random.integer(0, 1000), () => this.#tellSession(key), { byEngine: true });
    this.#watchIdle(key, step, attempt, idleTimeoutMs);
  }

  #tellSession(key: string): void {
    const process = this.#world.processes.get(key);
    if (process === undefined || process.session === null || process.isGone) return;
    const { step, attempt, session } = process;
    this.#signal({ kind: 'attempt-session', step, attempt, session });
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

  #report({ step, attempt, plan, result }: VirtualProcess): void {
    if (plan.cache !== undefined) this.#tellOfCache(step, attempt);
    if (plan.interactive === true) this.#tellOfInput(step, attempt);
    if (result !== null) this.#signal({ kind: 'attempt-ended', step, attempt, result });
  }

  /** What a host records without asking: it must make no difference to what follows, before a crash and after it. */
  #tellOfCache(step: string, attempt: number): void {
    const state = this.#state;
    if (state === null || this.#monitor.liveAttempts().get(step)?.attempt !== attempt) return;
    const key = '0'.repeat(64);
    const missed = { type: 'step.cache-missed', step, attempt, key, reason: 'no-entry', detail: null } as const;
    const stored = { type: 'step.cache-stored', step, attempt, key, files: 0, sizeBytes: 0 } as const;
    const refused = { type: 'step.cache-not-stored', step, attempt, key, reason: 'secret', detail: null } as const;
    const made = { workflow: 'w', step, runId: RUN_ID, atMs: 0 };
    const hit = { type: 'step.cache-hit', step, attempt, key, made, files: 0, sizeBytes: 0 } as const;
    this.#append(this.#random.pick([[hit], [missed], [missed, stored], [missed, refused]]), state);
  }

  /** The like of the terminal of an attempt: a host may tell it again after a crash. */
  #tellOfInput(step: string, attempt: number): void {
    const state = this.#state;
    if (state === null || this.#monitor.liveAttempts().get(step)?.attempt !== attempt) return;
    const awaited = { type: 'step.input-awaited', step, attempt } as const;
    const settled = { type: 'step.input-settled', step, attempt } as const;
    this.#append(this.#random.pick([[awaited], [awaited, settled], [awaited, awaited, settled]]), state);
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
    hold(
      effects === null || effects === folded || this.#isTouched,
      'same-after-fold',
      () => `before the crash\n${effects}\nafter it\n${folded}`,
    );
    this.#isTouched = false;
    if (!isFinished(state)) for (const signal of this.#left) this.#recordRequest(state, signal);
    this.#left = [];
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

  /**
   * A request reaches the engine, or is recorded by whoever made it while there is none. Sometimes that one dies before it could
   * record it, and the next engine finds it.
   */
  #deliver(signal: ControlSignal): void {
    if (this.#state !== null) return this.#signal(signal);
    if (this.#random.isLikely(0.3)) {
      this.#left.push(signal);
      return;
    }
    const state = this.#scheduler.fold(this.#plan, this.#journal);
    if (!isFinished(state)) this.#recordRequest(state, signal);
  }

  #recordRequest(state: RunState, signal: ControlSignal): void {
    const events = recordRequest(state, signal, this.#world.wallMs());
    this.#isTouched ||= events.length > 0;
    this.#append(events, state);
  }

  #repeatASignal(): void {
    const state = this.#state;
    if (state === null || this.#past.length === 0) return;
    const signal = this.#random.pick(this.#past);
    const isTold = [
      'attempt-ended',
      'observed',
      'answered',
      'workspace-ready',
      'start',
      'finalized',
      'attempt-idle',
      'attempt-session',
    ].includes(signal.kind);
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
    if (signal.kind === 'answered') return !this.#monitor.isAcknowledged(signal.request?.id ?? '');
    const effects = this.#scheduler.effectsDue(state);
    if (signal.kind === 'observed') return effects.some((effect) => effect.kind === 'observation' && effect.key === signal.key);
    if (signal.kind !== 'attempt-ended' && signal.kind !== 'attempt-idle' && signal.kind !== 'attempt-session') return false;
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
    const retry = this.#random.isLikely(0.6) ? this.#randomRetry(state) : null;
    const more = {
      ...(retry === null ? {} : { retry }),
      ...(this.#random.isLikely(0.3) ? { breakPoints: this.#randomBreakPoints() } : {}),
    };
    this.#signal({ kind: 'resume', engine: this.#engine(), by: 'somebody', ...more });
    const isRefused = this.#state === state && this.#journal.length === seq;
    const hasSucceeded = event.type === 'run.finished' && event.status === 'succeeded';
    hold(
      !hasSucceeded || retry !== null || this.#journal.length === seq,
      'succeeded-stays',
      () => 'a run that succeeded was taken up again',
    );
    const isTakenUp = isRefused || this.#state === null || !isFinished(this.#state);
    hold(isTakenUp, 'run-ends', () => 'a run that is taken up again is over at once');
    return !isRefused;
  }

  #randomBreakPoints(): BreakPoints {
    const paths = stepPaths(this.#plan.steps);
    const count = this.#random.integer(0, 2);
    return { before: Array.from({ length: count }, () => this.#random.pick(paths)), onFailure: this.#random.isLikely(0.5) };
  }

  /** Somebody wants a step done again, whatever became of it; a step that is gone now and then. */
  #randomRetry(state: RunState): RetryRequest {
    const known = [...state.steps.keys()];
    const named = this.#journal.flatMap(({ event }) => ('step' in event ? [event.step] : []));
    const step = this.#random.pick(this.#random.isLikely(0.8) || named.length === 0 ? known : named);
    return { step, downstream: this.#random.pick(['all', 'changed', 'changed']) };
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

  /** A host asks again for a workspace that is still due. */
  #makeWorkspace(): void {
    const report = (): void => {
      const signal = this.#workspaceMade();
      // The engine of a run that is under way leaves.
      if (signal.kind === 'workspace-failed' && this.#state?.phase.kind === 'working') return this.#crash(this.#state);
      this.#signal(signal);
      const isDue = this.#state !== null && this.#effectsOf(this.#state).includes('"kind":"workspace"');
      if (signal.kind === 'workspace-cancelled' && isDue) this.#makeWorkspace();
    };
    this.#world.after(this.#random.integer(0, 500), report, { byEngine: true });
  }

  #workspaceMade(): Signal {
    if (this.#random.isLikely(0.03)) return { kind: 'workspace-failed', message: 'no space' };
    const isCancelled = this.#state !== null && this.#state.cancelCount > 0;
    // A workspace that was there already, or had only just been made, is ready all the same.
    return isCancelled && this.#random.isLikely(0.7) ? { kind: 'workspace-cancelled' } : this.#workspaceReady();
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
