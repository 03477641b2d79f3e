// Starts attempts through resident shells ("slots"), first free first, so that a chain of steps uses a single one.
// Not here: what runs (the host), what its end means for a step (explain-end.ts).

import { constants } from 'node:os';
import type { LaunchEnd, LaunchRequest } from './launch-request.ts';
import type { GroupMember } from './process-group.ts';
import { groupMembers, signalGroup } from './process-group.ts';
import { renderRequest } from './render-request.ts';
import { Slot } from './slot.ts';
import type { SlotReport } from './slot.ts';
import { askGroupToEnd, waitUntilGroupIsGone } from './stop-group.ts';
import { endStrays } from './strays.ts';
import { monotonicMs } from './monotonic.ts';

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
  /** Between TERM and KILL. Default 10 s. */
  readonly graceMs?: number;
  /** An argument of the resident shells, by which they can be recognized. */
  readonly label?: string;
  /** Told of each process group before anything runs in it. */
  readonly onGroup?: (groupId: number) => void;
  /** Variables that everything that is started has; by them, processes that left their group are found. */
  readonly identity?: { readonly [name: string]: string };
}

/** Between TERM and KILL. */
export const graceMsDefault = 10_000;

/** Processes that have others to end first get this many times the grace period. */
export const graceFactorMax = 3;

export class Launcher {
  readonly #env: NodeJS.ProcessEnv;
  readonly #graceMs: number;
  readonly #label: string;
  readonly #onGroup: (groupId: number) => void;
  readonly #identity: LauncherOptions['identity'];
  readonly #free: Slot[] = [];
  readonly #slots = new Set<Slot>();
  readonly #ending = new Set<Promise<LaunchEnd>>();
  /** Groups that were asked to end and have not yet; true for those that have other processes to end first. */
  readonly #stopping = new Map<number, boolean>();
  #nextId = 1;
  #closing: Promise<readonly GroupMember[]> | null = null;

  constructor(options: LauncherOptions) {
    // `_` names the program that the engine was started with; it would be a lie in every step.
    const { _: _lastProgram, ...env } = options.env;
    this.#env = env;
    this.#graceMs = options.graceMs ?? graceMsDefault;
    this.#label = options.label ?? 'workflow';
    this.#onGroup = options.onGroup ?? (() => {});
    this.#identity = options.identity;
  }

  /** Starts a process. What cannot be started is told by its end. */
  start(request: LaunchRequest): LaunchedProcess {
    const id = this.#nextId++;
    const rendered = renderRequest(id, request);
    if (this.#closing !== null) return notStarted('the engine is ending');
    if (!rendered.ok) return notStarted(rendered.message);
    const slot = this.#takeSlot();
    if (slot.groupId === null)
      return { ended: slot.ended.then(() => ({ kind: 'not-started', message: noShell })), stop: () => {} };
    const startMs = monotonicMs();
    const graceMs = this.#graceMs * (request.graceFactor ?? 1);
    let stoppedAtMs: number | null = null;
    const report = new Promise<SlotReport>((resolve) => slot.carryOut(id, rendered.text, resolve));
    const ended = this.#follow(slot, report, request, startMs, graceMs, () => stoppedAtMs);
    this.#ending.add(ended);
    let hasReported = false;
    void report.then(() => (hasReported = true));
    void ended.then(() => this.#ending.delete(ended));
    return {
      ended,
      stop: () => {
        if (stoppedAtMs !== null || hasReported) return;
        stoppedAtMs = monotonicMs();
        askGroupToEnd(slot.groupId!);
        this.#stopping.set(slot.groupId!, (request.graceFactor ?? 1) > 1);
        void ended.then(() => this.#stopping.delete(slot.groupId!));
        const killTimer = setTimeout(() => signalGroup(slot.groupId!, 'SIGKILL'), graceMs);
        void report.then(() => clearTimeout(killTimer));
      },
    };
  }

  /** Ends at once whatever was asked to end and has not yet: somebody does not want to wait for the grace period. */
  killStopping(): void {
    // A second TERM tells a run within the run the same; killed itself, it would leave its steps behind.
    for (const [groupId, hasOthersToEnd] of this.#stopping) signalGroup(groupId, hasOthersToEnd ? 'SIGTERM' : 'SIGKILL');
  }

  /** Waits for running attempts, ends the shells and whatever steps left running in their groups, and tells what that was. */
  close(): Promise<readonly GroupMember[]> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<readonly GroupMember[]> {
    await Promise.all(this.#ending);
    const slots = [...this.#slots];
    await Promise.all(slots.map((slot) => endSlot(slot, leftoverGraceMsMax)));
    const groupIds = slots.flatMap((slot) => (slot.groupId === null ? [] : [slot.groupId]));
    const leftovers = groupIds.length === 0 ? [] : await groupMembers(new Set(groupIds));
    const left = [...new Set(leftovers.map((member) => member.groupId))];
    for (const groupId of left) askGroupToEnd(groupId);
    const graceMs = Math.min(this.#graceMs, leftoverGraceMsMax);
    await Promise.all(left.map((groupId) => waitUntilGroupIsGone(groupId, graceMs)));
    const hasStarted = this.#nextId > 1;
    const strays = this.#identity !== undefined && hasStarted ? await endStrays(this.#identity, graceMs) : [];
    return [...leftovers, ...strays];
  }

  /** Makes a first resident shell ready, so that the first process need not wait for one. */
  warmUp(): void {
    if (this.#closing !== null || this.#slots.size > 0) return;
    const slot = this.#takeSlot();
    if (slot.groupId === null) this.#slots.delete(slot);
    else this.#free.push(slot);
  }

  #takeSlot(): Slot {
    const free = this.#free.shift();
    if (free !== undefined) return free;
    const slot = new Slot(this.#env, this.#label, (ended) => {
      const index = this.#free.indexOf(ended);
      if (index === -1) return;
      // Killed while idle. It is forgotten, because its id may come to name a group that is not ours.
      this.#free.splice(index, 1);
      this.#slots.delete(ended);
    });
    this.#slots.add(slot);
    if (slot.groupId !== null) this.#onGroup(slot.groupId);
    return slot;
  }

  async #follow(
    slot: Slot,
    reported: Promise<SlotReport>,
    request: LaunchRequest,
    startMs: number,
    graceMs: number,
    stoppedAtMs: () => number | null,
  ): Promise<LaunchEnd> {
    const report = await reported;
    const durationMs = Math.round(monotonicMs() - startMs);
    const stopMs = stoppedAtMs();
    if (stopMs !== null || report.kind === 'died') {
      // Not used again: its group must be known to be empty, and members may ignore the TERM.
      const leftMs = stopMs === null ? graceMs : Math.max(0, stopMs + graceMs - monotonicMs());
      await endSlot(slot, leftMs);
      if (stopMs === null) askGroupToEnd(slot.groupId!);
      await waitUntilGroupIsGone(slot.groupId!, leftMs);
      if (request.identity !== undefined) await endStrays(request.identity, Math.min(graceMs, leftoverGraceMsMax));
      this.#slots.delete(slot);
    } else {
      this.#free.unshift(slot);
    }
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
          message: `cannot enter the folder ${request.cwd}${report.remark === '' ? '' : `: ${report.remark}`}`,
        };
      case 'died':
        // Our own KILL took the shell too.
        if (stopMs !== null) return { kind: 'signalled', signal: 'SIGKILL', code: 128 + constants.signals.SIGKILL, durationMs };
        return { kind: 'unwatched', message: `the shell that watched over it ended early (${report.how})`, durationMs };
    }
  }
}

/** Lets a shell end; takes it by force when something a step left behind keeps it from that, such as a STOP to its group. */
async function endSlot(slot: Slot, graceMs: number): Promise<void> {
  slot.retire();
  const killTimer = setTimeout(() => slot.groupId !== null && signalGroup(slot.groupId, 'SIGKILL'), graceMs);
  await slot.ended;
  clearTimeout(killTimer);
}

/** A step that left something running in the background is done; what it left gets a shorter time to end. */
const leftoverGraceMsMax = 2000;

const noShell = 'no shell could be started for it; is the limit on processes reached?';

function notStarted(message: string): LaunchedProcess {
  return { ended: Promise.resolve({ kind: 'not-started', message }), stop: () => {} };
}

function signalName(number: number): string {
  for (const [name, value] of Object.entries(constants.signals)) if (value === number) return name;
  return `SIG${number}`;
}
