// The `workspace` effect: the making of the run's workspace, or for an engine that takes a run up, taking hold of it. A cancel
// calls it off.
// Not here: what is asked for (ensure-workspace.ts), when it is due (scheduler).

import { statSync } from 'node:fs';
import { UserError } from '@workflow-platform/events';
import type { WorkspaceIdentity } from '@workflow-platform/events';
import type { Signal } from '@workflow-platform/scheduler';
import type { GivenWorkspace } from '../ports.ts';
import type { EnsureRequest } from './ensure-workspace.ts';

/** How a host makes the workspace and tells the scheduler. */
export interface MakingHost {
  make(request: EnsureRequest): Promise<GivenWorkspace>;
  send(signal: Signal): void;
}

/** What is known of the run while the effect is due. */
export interface MakingState {
  readonly isCancelled: boolean;
  /** Number of the last event. */
  readonly seq: number;
  /** What an earlier engine had made and steps have worked in; null for a run that has yet to begin or begins again. */
  readonly underWay: WorkspaceIdentity | null;
  /** Steps of an earlier engine are still at work. */
  readonly isInUse: boolean;
}

/** The making, from when it is first due. */
export class WorkspaceMaking {
  readonly #host: MakingHost;
  #making: { readonly controller: AbortController; readonly ended: Promise<unknown> } | null = null;
  /** Number of the last event when the scheduler was last told that the making was called off. */
  #toldAtSeq: number | null = null;
  #env: GivenWorkspace['env'] = {};

  constructor(host: MakingHost) {
    this.#host = host;
  }

  /** What the workspace adds to the environment of steps; in no journal, because it may hold secrets. */
  get env(): GivenWorkspace['env'] {
    return this.#env;
  }

  /** Sees to it that the effect is being carried out; returns what has only now begun. Rejects when the run cannot go on. */
  carryOut(state: MakingState): Promise<void> | null {
    // Called off, it is not begun again; the scheduler hears so whenever something else has happened since.
    if (this.#toldAtSeq !== null) this.#tell(state.seq);
    if (this.#making !== null || this.#toldAtSeq !== null) return null;
    const controller = new AbortController();
    if (state.isCancelled) controller.abort();
    const begun = this.#make(state, controller.signal);
    this.#making = { controller, ended: begun.catch(() => {}) };
    return begun;
  }

  /** A workspace that is not there yet holds nothing that a step would have to clear up. Resolves when nothing is under way. */
  async callOff(): Promise<void> {
    this.#making?.controller.abort();
    await this.#making?.ended;
  }

  async #make(state: MakingState, signal: AbortSignal): Promise<void> {
    try {
      const { workspace, reused, restored, env, prepared } = await this.#ask(state, signal);
      this.#env = env;
      const begun = restored === undefined ? {} : { restored };
      this.#host.send({ kind: 'workspace-ready', workspace, reused, ...begun, prepared });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (isCalledOff(error, signal)) return this.#tell(state.seq);
      // Steps may still be at work: such a run waits for somebody to take it up again.
      if (state.underWay !== null) throw error;
      const message = error.hint === null ? error.message : `${error.message} (${error.hint})`;
      this.#host.send({ kind: 'workspace-failed', message });
    } finally {
      this.#making = null;
    }
  }

  async #ask({ underWay, isInUse }: MakingState, signal: AbortSignal): Promise<GivenWorkspace> {
    if (underWay === null) return this.#host.make({ signal, setsUp: true });
    // A set-up must not meet steps at work; had their engine lived, there would be none either. A new workspace has nobody in it.
    const isThere = statSync(underWay.path, { throwIfNoEntry: false })?.isDirectory() === true;
    try {
      return await this.#host.make({ signal, setsUp: !(isInUse && isThere) });
    } catch (error) {
      if (!isThere || !isCalledOff(error, signal)) throw error;
      // Steps that clear up after a cancel have it as it is.
      return this.#host.make({ signal, setsUp: false });
    }
  }

  #tell(seq: number): void {
    if (this.#toldAtSeq === seq) return;
    this.#toldAtSeq = seq;
    this.#host.send({ kind: 'workspace-cancelled' });
  }
}

function isCalledOff(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error instanceof UserError && error.code === 'workspace-cancelled';
}
