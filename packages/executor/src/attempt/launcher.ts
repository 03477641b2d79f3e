// Starts attempts through resident shells ("slots"), first free first, so that a chain of steps uses a single one, and takes up
// those that an earlier engine started.
// Not here: what runs (the host), what its end means for a step (explain-end.ts).

import { constants } from 'node:os';
import { AdoptedSlot } from './adopted-slot.ts';
import { endProcesses, signalGroup } from './end-processes.ts';
import type { Ending, EndOptions } from './end-processes.ts';
import { searchFor } from './find-processes.ts';
import type { FoundProcess } from './find-processes.ts';
import type { LaunchEnd, LaunchRequest } from './launch-request.ts';
import { lineageOf, LINEAGE } from './lineage.ts';
import { monotonicMs } from './monotonic.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { renderRequest } from './render-request.ts';
import { Slot } from './slot.ts';
import type { SlotReport } from './slot-report.ts';
import type { AttemptLeft, SlotsLeft } from './slots-left.ts';

/** An attempt under way. */
export interface LaunchedProcess {
  /** Settles once, never rejects. After a stop: only when nothing of it is left. */
  readonly ended: Promise<LaunchEnd>;
  /** Asks it to end, and makes it end after the grace period. May be called again. */
  stop(): void;
}

export interface LauncherOptions {
  /** Environment that every process starts from. */
  readonly env: NodeJS.ProcessEnv;
  /** By which processes are known that went far from where they were started. */
  readonly runId: string;
  /** Absolute path of the folder with the run's files; it is there. */
  readonly folder: string;
  /** Between TERM and KILL. Default 10 s. */
  readonly graceMs?: number;
}

/** What has to be known of an attempt that another engine started. */
export type AdoptRequest = Pick<LaunchRequest, 'attemptNo' | 'log' | 'graceFactor' | 'asksItsOwn'>;

/** Between TERM and KILL. */
export const graceMsDefault = 10_000;

/** Processes that have others to end first get this many times the grace period. */
export const graceFactorMax = 3;

type AnySlot = Slot | AdoptedSlot;

/** An attempt that was told to stop. */
interface Stopping {
  readonly atMs: number;
  readonly ending: Ending;
}

export class Launcher {
  readonly #env: NodeJS.ProcessEnv;
  readonly #runId: string;
  readonly #folder: string;
  readonly #graceMs: number;
  readonly #free: Slot[] = [];
  readonly #slots = new Set<AnySlot>();
  readonly #ending = new Set<Promise<LaunchEnd>>();
  /** Ends at once what was asked to end and has not yet. */
  readonly #hurries = new Set<() => void>();
  #shellsLeft: readonly ProcessIdentity[] = [];
  /** When the first shell of this run was started; Infinity when there is none. */
  #since = Infinity;
  #closing: Promise<readonly FoundProcess[]> | null = null;

  constructor(options: LauncherOptions) {
    // `_` names the program that the engine was started with; it would be a lie in every step.
    const { _: _lastProgram, ...env } = options.env;
    this.#env = env;
    this.#runId = options.runId;
    this.#folder = options.folder;
    this.#graceMs = options.graceMs ?? graceMsDefault;
  }

  /** Starts a process. What cannot be started is told by its end. */
  start(request: LaunchRequest): LaunchedProcess {
    const { attemptNo } = request;
    const marks = { WORKFLOW_RUN_ID: this.#runId, [LINEAGE]: lineageOf(this.#env, { runId: this.#runId, attemptNo }) };
    const env = { ...request.env, ...marks };
    const rendered = renderRequest({ ...request, env });
    if (this.#closing !== null) return over({ kind: 'not-started', message: 'the engine is ending' });
    if (!rendered.ok) return over({ kind: 'not-started', message: rendered.message });
    const slot = this.#takeSlot();
    if (slot.identity === null)
      return { ended: slot.ended.then(() => ({ kind: 'not-started', message: noShell })), stop: () => {} };
    const report = new Promise<SlotReport>((resolve) => slot.carryOut(attemptNo, rendered.render, resolve));
    return this.#follow(slot, slot.identity, report, request);
  }

  /** Knows of the shells that earlier engines of this run started, so that nothing of them is left in the end. */
  inherit({ shells }: Pick<SlotsLeft, 'shells'>): void {
    this.#shellsLeft = shells;
    for (const { startTime } of shells) this.#since = Math.min(this.#since, startTime);
  }

  /** Takes up an attempt of an earlier engine. One that is lost counts as ended when nothing of it is left. */
  adopt(left: AttemptLeft, request: AdoptRequest): LaunchedProcess {
    switch (left.kind) {
      case 'ended':
        return {
          ended: this.#endLeftOf(request.attemptNo, left.report).then(() =>
            endOf(left.report, request, { durationMs: 0, wasKilled: false }),
          ),
          stop: () => {},
        };
      case 'under-way': {
        const slot = new AdoptedSlot(left.path, left.identity, request.attemptNo);
        this.#slots.add(slot);
        return this.#follow(slot, slot.identity, slot.report, request);
      }
      case 'lost': {
        const { gone } = this.#end({ attemptNo: request.attemptNo, graceMs: this.#graceMs * (request.graceFactor ?? 1) });
        const end: LaunchEnd = { kind: 'unwatched', message: left.message, durationMs: 0 };
        return { ended: gone.then(() => end), stop: () => {} };
      }
    }
  }

  /** Ends at once whatever was asked to end and has not yet: somebody does not want to wait for the grace period. */
  killStopping(): void {
    for (const hurry of this.#hurries) hurry();
  }

  /** Waits for running attempts, ends the shells and whatever steps left running, and tells what that was. */
  close(): Promise<readonly FoundProcess[]> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Lets everything that runs go on without this process. */
  letGo(): void {
    this.#closing ??= Promise.resolve([]);
    for (const slot of this.#slots) slot.letGo();
  }

  async #close(): Promise<readonly FoundProcess[]> {
    await Promise.all(this.#ending);
    const slots = [...this.#slots];
    const shells = slots.flatMap(({ identity }) => (identity === null ? [] : [identity]));
    const graceMs = Math.min(this.#graceMs, leftoverGraceMsMax);
    const leftovers = await this.#end({ attemptNo: null, graceMs, shells: [...shells, ...this.#shellsLeft] }).gone;
    await Promise.all(slots.map((slot) => endSlot(slot, leftoverGraceMsMax)));
    return leftovers;
  }

  /** Makes a first resident shell ready, so that the first process need not wait for one. */
  warmUp(): void {
    if (this.#closing !== null || this.#slots.size > 0) return;
    try {
      const slot = this.#takeSlot();
      if (slot.identity !== null) this.#free.push(slot);
    } catch {
      // The first attempt will meet the same and tell.
    }
  }

  #takeSlot(): Slot {
    const free = this.#free.shift();
    if (free !== undefined) return free;
    const slot = new Slot({
      env: this.#env,
      label: `workflow-run-${this.#runId}`,
      folder: this.#folder,
      onEnd: (ended) => {
        const index = this.#free.indexOf(ended);
        if (index === -1) return;
        // Killed while idle. It is forgotten, because its id may come to name a group that is not ours.
        this.#free.splice(index, 1);
        this.#slots.delete(ended);
      },
    });
    if (slot.identity === null) return slot;
    this.#slots.add(slot);
    this.#since = Math.min(this.#since, slot.identity.startTime);
    return slot;
  }

  /** Follows an attempt from its start to its end, whoever started it. */
  #follow(slot: AnySlot, shell: ProcessIdentity, report: Promise<SlotReport>, request: AdoptRequest): LaunchedProcess {
    const startMs = monotonicMs();
    const { attemptNo, graceFactor = 1, asksItsOwn = false } = request;
    const graceMs = this.#graceMs * graceFactor;
    const state: { stopping: Stopping | null; hasReported: boolean } = { stopping: null, hasReported: false };
    const ended = (async (): Promise<LaunchEnd> => {
      const reported = await report;
      state.hasReported = true;
      const { stopping } = state;
      const durationMs = Math.round(monotonicMs() - startMs);
      if (stopping !== null || reported.kind === 'died') {
        // Not used again: its group must be known to be empty, and members may ignore the TERM.
        const leftMs = stopping === null ? graceMs : Math.max(0, stopping.atMs + graceMs - monotonicMs());
        await (stopping?.ending ?? this.#end({ attemptNo, graceMs, shells: [shell], pinned: [shell] })).gone;
        await endSlot(slot, leftMs);
        this.#slots.delete(slot);
      } else {
        await this.#endLeftOf(attemptNo, reported);
        if (slot instanceof Slot) this.#free.unshift(slot);
      }
      return endOf(reported, request, { durationMs, wasKilled: stopping !== null });
    })();
    this.#ending.add(ended);
    void ended.finally(() => this.#ending.delete(ended));
    return {
      ended,
      stop: () => {
        if (state.stopping !== null || state.hasReported) return;
        if (slot instanceof AdoptedSlot) slot.expectEnd();
        // A run within the run is told to end by the signal to its engine, which has its own way of ending its steps.
        const spares = (one: FoundProcess): boolean => (one.isNested || asksItsOwn) && !state.hasReported;
        const isOver = (): boolean => state.hasReported;
        const ending = this.#end({ attemptNo, graceMs, shells: [shell], pinned: [shell], group: shell, isOver, spares });
        state.stopping = { atMs: monotonicMs(), ending };
        const signalShell = (signal: NodeJS.Signals): boolean => isAlive(shell) && signalGroup(shell.pid, signal);
        const killTimer = setTimeout(() => signalShell('SIGKILL'), graceMs);
        const hurry = (): void => {
          // A second TERM tells an engine within the run the same; killed itself, it would leave its steps to us.
          if (graceFactor > 1) return void signalShell('SIGTERM');
          signalShell('SIGKILL');
          ending.hurry();
        };
        this.#hurries.add(hurry);
        void report.then(() => clearTimeout(killTimer));
        void ended.finally(() => this.#hurries.delete(hurry));
      },
    };
  }

  /**
   * Ends what a failed attempt left running: it would run beside the next one. What others left in the same group is not its own,
   * so the group is no sign here. What a success left may be there for the steps that follow.
   */
  async #endLeftOf(attemptNo: number, report: SlotReport): Promise<void> {
    if (report.kind !== 'status' || report.status === 0) return;
    await this.#end({ attemptNo, graceMs: Math.min(this.#graceMs, leftoverGraceMsMax) }).gone;
  }

  #end({ attemptNo, graceMs, shells = [], pinned = [], ...how }: EndRequest): Ending {
    const since = this.#since;
    // Nothing was ever started.
    if (since === Infinity) return { gone: Promise.resolve([]), hurry: () => {} };
    const target = { runId: this.#runId, attemptNo, folder: this.#folder, shells, since };
    return endProcesses({ find: searchFor(target, pinned), graceMs, ...how });
  }
}

/** What is to be ended; null for all attempts of the run. */
interface EndRequest extends Pick<EndOptions, 'graceMs' | 'group' | 'isOver' | 'spares'> {
  readonly attemptNo: number | null;
  readonly shells?: readonly ProcessIdentity[];
  readonly pinned?: readonly ProcessIdentity[];
}

/** Lets a shell end; takes it by force when something a step left behind keeps it from that, such as a STOP to its group. */
async function endSlot(slot: AnySlot, graceMs: number): Promise<void> {
  slot.retire();
  const { identity } = slot;
  const killTimer = setTimeout(() => identity !== null && isAlive(identity) && signalGroup(identity.pid, 'SIGKILL'), graceMs);
  await slot.ended;
  clearTimeout(killTimer);
}

/** A step that left something running in the background is done; what it left gets a shorter time to end. */
const leftoverGraceMsMax = 2000;

const noShell = 'no shell could be started for it; is the limit on processes reached?';

function over(end: LaunchEnd): LaunchedProcess {
  return { ended: Promise.resolve(end), stop: () => {} };
}

function endOf(
  report: SlotReport,
  request: Pick<LaunchRequest, 'log'> & { readonly cwd?: string },
  { durationMs, wasKilled }: { readonly durationMs: number; readonly wasKilled: boolean },
): LaunchEnd {
  switch (report.kind) {
    case 'status':
      return report.bySignal
        ? { kind: 'signalled', signal: signalName(report.status - 128), code: report.status, durationMs }
        : { kind: 'exited', code: report.status, durationMs };
    case 'bad-file':
      return { kind: 'not-started', message: `cannot open ${request.log}: ${report.remark}` };
    case 'bad-folder':
      return {
        kind: 'not-started',
        message: `cannot enter the folder ${request.cwd ?? 'of the step'}${report.remark === '' ? '' : `: ${report.remark}`}`,
      };
    case 'died':
      // Our own KILL took the shell too.
      if (wasKilled) return { kind: 'signalled', signal: 'SIGKILL', code: 128 + constants.signals.SIGKILL, durationMs };
      return { kind: 'unwatched', message: `the shell that watched over it ended early (${report.how})`, durationMs };
  }
}

function signalName(number: number): string {
  for (const [name, value] of Object.entries(constants.signals)) if (value === number) return name;
  return `SIG${number}`;
}
