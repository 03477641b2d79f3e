// Drives one run: hands what happens to the scheduler, records what it decides, and makes the world match what is due.
//
//   signals ──► advance ──► journal (durable) ──► effects: start what is missing, stop what is stopping
//      ▲                                                                  │
//      └────────────── attempts end, workspaces are made, time passes ◄───┘
//
// It holds no opinion of its own on what should happen.
// Not here: decisions (scheduler), who may drive a run (the caller holds the run's lock), adoption after a crash (recover.ts).

import { assert, unreachable, UserError } from '@workflow-platform/events';
import type { EventEnvelope, RunEvent, WorkspaceIdentity } from '@workflow-platform/events';
import { advance, effectsDue, isFinished, scopeOf } from '@workflow-platform/scheduler';
import type { Effect, RunState, Signal } from '@workflow-platform/scheduler';
import { endGroupsLeft, forgetGroups, groupLabel, noteGroup } from './attempt/groups-left.ts';
import { graceFactorMax, graceMsDefault, Launcher } from './attempt/launcher.ts';
import type { GroupMember } from './attempt/process-group.ts';
import { runAttempt } from './attempt/run-attempt.ts';
import type { AttemptEffect, RunningAttempt } from './attempt/run-attempt.ts';
import type { AttemptWorld } from './attempt/world.ts';
import { DueTimer } from './effects/due-timer.ts';
import { finalize } from './effects/finalize.ts';
import { keepArtifact } from './effects/keep-artifact.ts';
import { look } from './effects/observe.ts';
import { explainStop } from './explain-stop.ts';
import { abandon, recover } from './recover.ts';
import { makeRunFolder } from './run-folder.ts';
import type { RunOptions } from './run-options.ts';

/** How a run ended. */
export interface RunOutcome {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly failed: readonly string[];
  readonly allowedFailures: readonly string[];
  /** What steps had left running; it was ended with the run. */
  readonly leftovers: readonly GroupMember[];
}

/** A run under way. */
export interface RunHandle {
  /** Settles when the run is finished and nothing of it is left. Rejects with a UserError when it could not go on. */
  readonly finished: Promise<RunOutcome>;
  cancel(by: string, reason: string): void;
  /** Ends at once what a cancel has asked to end. */
  kill(): void;
}

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

class RunHost {
  readonly finished: Promise<RunOutcome>;
  readonly #options: RunOptions;
  readonly #graceMs: number;
  readonly #launcher: Launcher;
  readonly #timer: DueTimer;
  readonly #attempts = new Map<string, RunningAttempt>();
  readonly #observed = new Set<string>();
  #state!: RunState;
  #seq = 0;
  #signals: Signal[] = [];
  #records: RunEvent[] = [];
  #isTurnDue = false;
  #isPreparing = false;
  #isFinalizing = false;
  /** Set once nothing more may begin. */
  #isOver = false;
  /** Artifacts by name, and whether the workspace was made by this run: facts that finalization asks for. */
  readonly #kept = new Set<string>();
  #ownsWorkspace = false;
  #resolve!: (outcome: RunOutcome) => void;
  #reject!: (error: unknown) => void;

  constructor(options: RunOptions) {
    this.#options = options;
    const { runFolder } = options.paths;
    this.#graceMs = options.graceMs ?? graceMsDefault;
    this.#launcher = new Launcher({
      env: options.env,
      graceMs: this.#graceMs,
      label: groupLabel(options.runId),
      onGroup: (groupId) => noteGroup(runFolder, groupId),
      identity: { WORKFLOW_RUN_ID: options.runId },
    });
    this.#timer = new DueTimer(options.ports.clock, () => this.send({ kind: 'tick' }));
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  begin(): void {
    try {
      makeRunFolder(this.#options.paths.runFolder);
      const { state, seq, events, records, signals, orphans } = recover(this.#options);
      this.#state = state;
      this.#seq = seq;
      for (const event of events) this.#note(event);
      this.#records.push(...records);
      if (this.#options.start.kind === 'resume') this.#endOrphans(orphans);
      for (const signal of signals) this.send(signal);
    } catch (error) {
      this.#end(error);
    }
  }

  /** Ends what the last engine left running. Its attempts count as running until then: none is made twice at the same time. */
  #endOrphans(orphans: readonly AttemptEffect[]): void {
    const { runId, paths } = this.#options;
    const gone = endGroupsLeft(paths.runFolder, { runId, graceMs: this.#graceMs * graceFactorMax });
    this.#background(gone);
    for (const orphan of orphans) {
      const running = abandon(gone);
      this.#attempts.set(orphan.key, running);
      this.#background(this.#follow(orphan, running));
    }
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
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isTurnDue = false;
    if (this.#isOver) return;
    try {
      this.#record();
      if (isFinished(this.#state)) this.#end(null);
      else this.#reconcile();
    } catch (error) {
      this.#end(error);
    }
  }

  /** Journal first: an attempt that is not recorded would run twice after a crash. */
  #record(): void {
    const nowMs = this.#options.ports.clock.nowMs();
    const signals = this.#signals;
    const events = this.#records;
    this.#signals = [];
    this.#records = [];
    for (const signal of signals) events.push(...advance(this.#state, signal, nowMs, () => this.#options.ports.chance()));
    if (events.length === 0) return;
    const { runId } = this.#options;
    const envelopes = events.map((event, index): EventEnvelope => ({ runId, seq: this.#seq + 1 + index, atMs: nowMs, event }));
    this.#options.ports.journal.append(envelopes);
    this.#seq += envelopes.length;
    for (const event of events) this.#note(event);
    this.#options.ports.onEvents(envelopes);
  }

  #note(event: RunEvent): void {
    if (event.type === 'artifact.stored') this.#kept.add(event.name);
    if (event.type === 'workspace.created') this.#ownsWorkspace = true;
  }

  #reconcile(): void {
    const effects = effectsDue(this.#state);
    assert(effects.length > 0, `nothing is due in run ${this.#options.runId}, yet it is not finished`);
    let timer: number | null = null;
    for (const effect of effects) {
      if (effect.kind === 'timer') timer = effect.atMs;
      else this.#perform(effect);
    }
    this.#timer.set(timer);
  }

  #perform(effect: Exclude<Effect, { kind: 'timer' }>): void {
    switch (effect.kind) {
      case 'workspace':
        if (!this.#isPreparing) this.#background(this.#prepareWorkspace());
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
    const { key, step, attempt } = effect;
    const running = runAttempt(effect, this.#world(), (idleMs) => this.send({ kind: 'attempt-idle', step, attempt, idleMs }));
    this.#attempts.set(key, running);
    // It was to be stopped in the very turn that started it.
    if (effect.stopping !== null) running.stop();
    this.#background(this.#follow(effect, running));
  }

  async #follow({ key, step, attempt }: AttemptEffect, running: RunningAttempt): Promise<void> {
    const result = await running.ended;
    this.#attempts.delete(key);
    this.send({ kind: 'attempt-ended', step, attempt, result });
  }

  #world(): AttemptWorld {
    const { runId, plan, paths, ports, engineCommand, plugins, parameterTypes, secrets } = this.#options;
    return {
      runId,
      plan,
      runFolder: paths.runFolder,
      from: paths.from,
      workspace: this.#workspace(),
      workspaces: ports.workspaces,
      launcher: this.#launcher,
      engineCommand,
      plugins,
      parameterTypes,
      secrets,
      scopeOf: (step, extras) => scopeOf(this.#state, step, extras),
      keepArtifact: async (name, path, folder) => {
        const kept = await keepArtifact({ name, path, folder, retainUntilMs: null }, ports.blobs);
        if ('problem' in kept) return kept.problem;
        this.#recordLater(kept.event);
        return null;
      },
    };
  }

  #recordLater(event: RunEvent): void {
    if (this.#isOver) return;
    this.#records.push(event);
    this.#scheduleTurn();
  }

  async #prepareWorkspace(): Promise<void> {
    this.#isPreparing = true;
    const { runId, plan, paths, ports, workspaceId } = this.#options;
    try {
      const { provider, base, include } = plan.workspace;
      const making = ports.workspaces.ensure({ runId, id: workspaceId, from: paths.from, provider, base, include });
      // The shell starts while the workspace is made.
      this.#launcher.warmUp();
      const made = await making;
      this.send({ kind: 'workspace-ready', ...made });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.send({ kind: 'workspace-failed', message: error.hint === null ? error.message : `${error.message} (${error.hint})` });
    } finally {
      this.#isPreparing = false;
    }
  }

  async #finalize(outcome: 'succeeded' | 'failed' | 'cancelled'): Promise<void> {
    this.#isFinalizing = true;
    const { plan, ports } = this.#options;
    // What steps left running must not change the workspace while it is looked at and removed.
    await this.#launcher.close();
    const problems = await finalize({
      outcome,
      plan,
      workspace: this.#state.workspace,
      ownsWorkspace: this.#ownsWorkspace,
      kept: this.#kept,
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

  /** Ends everything: because the run is finished (`null`), or because it cannot go on. */
  #end(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer.set(null);
    void this.#leave(error);
  }

  async #leave(cause: unknown): Promise<void> {
    try {
      const attempts = [...this.#attempts.values()];
      for (const attempt of attempts) attempt.stop();
      await Promise.allSettled(attempts.map((attempt) => attempt.ended));
      const leftovers = await this.#launcher.close();
      forgetGroups(this.#options.paths.runFolder);
      if (cause === null) this.#resolve(this.#outcome(leftovers));
      else this.#reject(explainStop(cause, this.#options.runId, this.#seq > 0));
    } catch (secondError) {
      this.#reject(cause ?? secondError);
    }
  }

  #outcome(leftovers: readonly GroupMember[]): RunOutcome {
    const { phase, failed, allowedFailures } = this.#state;
    assert(phase.kind === 'finished', 'a run ends when it is finished');
    return { status: phase.status, failed: [...failed], allowedFailures: [...allowedFailures], leftovers };
  }
}
