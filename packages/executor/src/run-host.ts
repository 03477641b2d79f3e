// Drives one run: hands what happens to the scheduler, records what it decides, and makes the world match what is due.
//
//   signals ──► advance ──► journal (durable) ──► effects: start what is missing, stop what is stopping
//      ▲                                                                  │
//      └────────────── attempts end, workspaces are made, time passes ◄───┘
//
// It holds no opinion of its own on what should happen.
// Not here: decisions (scheduler), who may drive a run (the caller holds the run's lock), what earlier engines left (recover.ts,
// attempt/slots-left.ts).

import { assert, unreachable } from '@workflow-platform/events';
import type { EventEnvelope, RunEvent, WorkspaceIdentity } from '@workflow-platform/events';
import { advance, effectsDue, isFinished, scopeOf, waitsForPeople } from '@workflow-platform/scheduler';
import type { Effect, RunState, Signal } from '@workflow-platform/scheduler';
import { listenersOf } from './attempt/attempt-listeners.ts';
import type { Checkpoint } from './attempt/checkpoint.ts';
import { graceMsDefault, Launcher } from './attempt/launcher.ts';
import { limitLogs } from './attempt/log-limits.ts';
import { adoptAttempt, runAttempt } from './attempt/run-attempt.ts';
import type { AttemptEffect, RunningAttempt } from './attempt/running-attempt.ts';
import { forgetSecrets, noteSecrets } from './attempt/secrets-given.ts';
import { removeSlotFiles } from './attempt/slot-file.ts';
import { settleSlotsLeft } from './attempt/slots-left.ts';
import { stopUnrecorded } from './attempt/stop-unrecorded.ts';
import type { AttemptWorld } from './attempt/world.ts';
import { DueTimer } from './effects/due-timer.ts';
import { ensureWorkspace } from './effects/ensure-workspace.ts';
import { finalize } from './effects/finalize.ts';
import { keepArtifact } from './effects/keep-artifact.ts';
import { look } from './effects/observe.ts';
import { SharedQuota } from './effects/shared-quota.ts';
import { WorkWhenDurable } from './effects/work-when-durable.ts';
import { WorkspaceMaking } from './effects/workspace-making.ts';
import { explainStop } from './explain-stop.ts';
import { recover } from './recover.ts';
import { RunFacts } from './run-facts.ts';
import { RequestDesk } from './requests/request-desk.ts';
import { makeRunFolder } from './run-folder.ts';
import type { RunHandle, RunOutcome } from './run-handle.ts';
import { outcomeOf } from './run-outcome.ts';
import type { RunOptions } from './run-options.ts';

/** Takes a run up: a new one, or one that an earlier engine left. The caller holds the run's lock. */
export function runHost(options: RunOptions): RunHandle {
  const host = new RunHost(options);
  host.begin();
  return {
    finished: host.finished,
    cancel: (by, reason) => host.send({ kind: 'cancel', by, reason }),
    kill: () => host.kill(),
  };
}

// Why a host ends that could go on.
const leftToPeople = Symbol('left to people');

class RunHost {
  readonly finished: Promise<RunOutcome>;
  readonly #options: RunOptions;
  readonly #launcher: Launcher;
  readonly #timer: DueTimer;
  readonly #making: WorkspaceMaking;
  readonly #quotas: SharedQuota;
  readonly #desk: RequestDesk;
  readonly #attempts = new Map<string, RunningAttempt>();
  readonly #observed = new Set<string>();
  /** What attempts leave to be done once their results are durable. */
  readonly #whenDurable = new WorkWhenDurable((error) => this.#end(error));
  #state!: RunState;
  #seq = 0;
  #signals: Signal[] = [];
  #records: RunEvent[] = [];
  #areSecretsTheSame = true;
  #logBytesMax!: (attemptNo: number) => number;
  #isTurnDue = false;
  /** What earlier engines left is known; signals wait for that. */
  #isTakenOver = false;
  /** Steps of earlier engines were still at work. */
  #hasInherited = false;
  #isFinalizing = false;
  /** Set once nothing more may begin. */
  #isOver = false;
  readonly #facts = new RunFacts();
  #resolve!: (outcome: RunOutcome) => void;
  #reject!: (error: unknown) => void;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#launcher = new Launcher({
      env: options.env,
      graceMs: options.graceMs ?? graceMsDefault,
      runId: options.runId,
      folder: options.paths.runFolder,
    });
    this.#quotas = new SharedQuota({ runId: options.runId, plan: options.plan, board: options.ports.quotas });
    this.#timer = new DueTimer(options.ports.clock, () => this.send({ kind: 'tick' }));
    this.#making = new WorkspaceMaking({
      make: (request) => {
        const making = ensureWorkspace(options, request);
        // The shell starts while the workspace is made.
        this.#launcher.warmUp();
        return making;
      },
      send: (signal) => this.send(signal),
    });
    this.#desk = new RequestDesk(options.paths.runFolder, (signal) => this.send(signal));
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  begin(): void {
    try {
      const { paths, secrets } = this.#options;
      makeRunFolder(paths.runFolder);
      this.#areSecretsTheSame = noteSecrets(paths.runFolder, secrets).areTheSame;
      const { state, seq, events, records, signals, orphans } = recover(this.#options);
      this.#state = state;
      this.#seq = seq;
      this.#logBytesMax = limitLogs(paths.runFolder, { fromAttemptNo: state.attemptCount + 1, asked: this.#options.logBytesMax });
      if (isFinished(state)) this.#quotas.forgetAll();
      for (const event of events) this.#note(event);
      this.#records.push(...records);
      this.#desk.open({ afresh: isFinished(state) });
      this.#background(this.#takeOver(orphans, signals));
    } catch (error) {
      this.#end(error);
    }
  }

  /**
   * Takes up what earlier engines left: results of attempts that ended meanwhile, attempts that still run, and those that are
   * lost, which count as running until nothing of them is left. None is made twice at the same time.
   */
  async #takeOver(orphans: readonly AttemptEffect[], signals: readonly Signal[]): Promise<void> {
    if (this.#options.start.kind === 'resume') {
      const left = await settleSlotsLeft(this.#options.paths.runFolder);
      this.#launcher.inherit(left);
      for (const orphan of orphans) {
        const found = left.find(orphan.attemptNo);
        this.#hasInherited ||= found.kind !== 'ended';
        this.#takeUp(orphan, adoptAttempt(orphan, this.#world(), listenersOf(orphan, this), found));
      }
    }
    this.#isTakenOver = true;
    this.#signals.unshift(...signals);
    this.#scheduleTurn();
  }

  /** Takes a signal in. Those of one turn of the event loop share one append to the journal. */
  send(signal: Signal): void {
    if (this.#isOver) return;
    this.#signals.push(signal);
    this.#scheduleTurn();
  }

  kill(): void {
    this.#launcher.killStopping();
  }

  #scheduleTurn(): void {
    if (this.#isTurnDue || !this.#isTakenOver) return;
    this.#isTurnDue = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isTurnDue = false;
    if (this.#isOver) return;
    try {
      this.#record();
      if (isFinished(this.#state)) this.#end(null);
      else if (this.#options.leavesToPeople === true && waitsForPeople(this.#state)) this.#end(leftToPeople);
      else this.#reconcile();
      if (this.#facts.isHurried) this.#launcher.killStopping();
    } catch (error) {
      this.#end(error);
    }
  }

  /** Journal first: an attempt that is not recorded would run twice after a crash. */
  #record(): void {
    const nowMs = this.#options.ports.clock.nowMs();
    const signals = [...this.#quotas.hear(this.#state, nowMs), ...this.#signals];
    const events = this.#records;
    this.#signals = [];
    this.#records = [];
    for (const signal of signals) events.push(...advance(this.#state, signal, nowMs, () => this.#options.ports.chance()));
    if (events.length > 0) this.#append(events, nowMs);
    this.#desk.acknowledge(this.#state);
    this.#whenDurable.release();
  }

  #append(events: readonly RunEvent[], nowMs: number): void {
    const { runId } = this.#options;
    const envelopes = events.map((event, index): EventEnvelope => ({ runId, seq: this.#seq + 1 + index, atMs: nowMs, event }));
    this.#checkpoint('decided');
    this.#options.ports.journal.append(envelopes);
    this.#seq += envelopes.length;
    this.#checkpoint('recorded');
    for (const event of events) this.#note(event);
    this.#quotas.tell(events);
    this.#options.ports.onEvents(envelopes);
  }

  #note(event: RunEvent): void {
    this.#facts.note(event);
    if (event.type === 'run.cancel-requested') void this.#making.callOff();
  }

  #reconcile(): void {
    const effects = effectsDue(this.#state);
    assert(effects.length > 0 || waitsForPeople(this.#state), `nothing is due in run ${this.#options.runId}`);
    let timer = this.#quotas.nextLookMs(this.#state, this.#options.ports.clock.nowMs());
    for (const effect of effects) {
      if (effect.kind === 'timer') timer = Math.min(timer ?? Infinity, effect.atMs);
      else this.#perform(effect);
    }
    this.#timer.set(timer);
  }

  #perform(effect: Exclude<Effect, { kind: 'timer' }>): void {
    switch (effect.kind) {
      case 'workspace':
        this.#makeWorkspace();
        return;
      case 'attempt': {
        const running = this.#attempts.get(effect.key);
        if (running === undefined) this.#startAttempt(effect);
        else if (effect.stopping !== null) running.stop();
        return;
      }
      case 'observation': {
        if (this.#observed.has(effect.key)) return;
        this.#observed.add(effect.key);
        const { step, purpose, queries } = effect;
        const { path } = this.#workspace();
        this.send({ kind: 'observed', step, purpose, facts: queries.map((query) => ({ query, answer: look(path, query) })) });
        return;
      }
      case 'finalization':
        if (!this.#isFinalizing) this.#background(this.#finalize(effect.outcome));
        return;
      default:
        return unreachable(effect);
    }
  }

  #startAttempt(effect: AttemptEffect): void {
    this.#takeUp(effect, runAttempt(effect, this.#world(), listenersOf(effect, this)));
  }

  #takeUp(effect: AttemptEffect, running: RunningAttempt): void {
    this.#attempts.set(effect.key, running);
    // It was to be stopped in the very turn that started it.
    if (effect.stopping !== null) running.stop();
    this.#background(this.#follow(effect, running));
  }

  async #follow({ key, step, attempt }: AttemptEffect, running: RunningAttempt): Promise<void> {
    const { result, leave } = await running.ended;
    if (this.#isOver) return;
    this.#attempts.delete(key);
    this.#whenDurable.add(() => {
      this.#checkpoint('attempt-recorded');
      return leave();
    });
    this.send({ kind: 'attempt-ended', step, attempt, result });
  }

  #checkpoint(reached: Checkpoint): void {
    this.#options.onCheckpoint?.(reached);
  }

  #world(): AttemptWorld {
    const { runId, plan, paths, ports, engineCommand, plugins, parameterTypes, secrets } = this.#options;
    return {
      runId,
      plan,
      runFolder: paths.runFolder,
      from: paths.from,
      workspace: this.#workspace(),
      workspaceEnv: this.#making.env,
      workspaces: ports.workspaces,
      stepCache: ports.stepCache,
      readsCache: (step) => (this.#options.readsCache ?? true) && !this.#facts.askedAnew.has(step),
      launcher: this.#launcher,
      env: this.#options.env,
      engineCommand,
      plugins,
      parameterTypes,
      secrets,
      areSecretsTheSame: this.#areSecretsTheSame,
      logBytesMax: this.#logBytesMax,
      nowMs: () => ports.clock.nowMs(),
      checkpoint: (reached) => this.#checkpoint(reached),
      scopeOf: (step, extras) => scopeOf(this.#state, step, extras),
      onWorkspaceProgress: (step, progress) => ports.onWorkspaceProgress?.({ ...progress, step }),
      keepArtifact: async (name, path, folder) => {
        const kept = await keepArtifact({ name, path, folder, retainUntilMs: null }, ports.blobs);
        if ('problem' in kept) return kept.problem;
        this.#recordLater([kept.event]);
        return null;
      },
      noteInput: (of, isAwaited) => this.#recordLater(this.#facts.inputNews(of, isAwaited)),
      record: (events) => this.#recordLater(events),
    };
  }

  #recordLater(events: readonly RunEvent[]): void {
    if (this.#isOver || events.length === 0) return;
    this.#records.push(...events);
    this.#scheduleTurn();
  }

  /** Makes it or takes hold of it. What steps left while there was no engine is read first: a set-up would keep it waiting. */
  #makeWorkspace(): void {
    const underWay = this.#state.phase.kind === 'working' ? this.#state.workspace : null;
    if (!this.#hasInherited && this.#attempts.size > 0) return;
    const state = { isCancelled: this.#state.cancelCount > 0, seq: this.#seq, underWay, isInUse: this.#attempts.size > 0 };
    const begun = this.#making.carryOut(state);
    if (begun !== null) this.#background(begun);
  }

  async #finalize(outcome: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    this.#isFinalizing = true;
    const { plan, ports } = this.#options;
    await this.#making.callOff();
    // What steps left running must not change the workspace while it is looked at and removed.
    await this.#launcher.close();
    await this.#whenDurable.settled();
    const problems = await finalize({
      outcome,
      plan,
      workspace: this.#state.workspace,
      ownsWorkspace: this.#facts.ownsWorkspace,
      kept: this.#facts.kept,
      ports,
      record: (events) => {
        this.#records.push(...events);
        this.#record();
      },
    });
    this.send({ kind: 'finalized', problems });
  }

  #workspace(): WorkspaceIdentity {
    assert(this.#state.workspace !== null, 'a step is due before the workspace is there');
    return this.#state.workspace;
  }

  /** What goes wrong in the background must not go unnoticed. */
  #background(work: Promise<void>): void {
    work.catch((error: unknown) => this.#end(error));
  }

  /** Ends everything: because the run is finished (`null`), because it waits for people only, or because it cannot go on. */
  #end(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer.set(null);
    this.#desk.close();
    void this.#making.callOff();
    void this.#leave(error);
  }

  async #leave(cause: unknown): Promise<void> {
    const { runFolder } = this.#options.paths;
    try {
      if (cause === null) {
        const leftovers = await this.#launcher.close();
        await this.#whenDurable.settled();
        this.#checkpoint('run-finished');
        removeSlotFiles(runFolder);
        forgetSecrets(runFolder);
        this.#desk.closeForGood();
        return this.#resolve(outcomeOf(this.#state, leftovers));
      }
      if (cause === leftToPeople) {
        await this.#whenDurable.settled();
        this.#letGo();
        return this.#resolve(outcomeOf(this.#state, []));
      }
      if (this.#state?.cancelCount > 0) await stopUnrecorded(this.#attempts, this.#launcher, runFolder);
      else this.#letGo();
      this.#reject(explainStop(cause, this.#options.runId, { isRecorded: this.#seq > 0, goesOn: this.#attempts.size > 0 }));
    } catch (secondError) {
      this.#reject(cause ?? secondError);
    }
  }

  /** What runs goes on; whoever takes the run up again takes it up too. */
  #letGo(): void {
    for (const attempt of this.#attempts.values()) attempt.letGo();
    this.#launcher.letGo();
  }
}
