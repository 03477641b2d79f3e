// Finds out what became of the attempts of engines that are gone, from the files of their resident shells.
// Not here: following what still runs (adopted-slot.ts), what follows for the steps (scheduler).

import { rmSync, statSync } from 'node:fs';
import { signalGroup } from './end-processes.ts';
import { monotonicMs } from './monotonic.ts';
import { bootId, isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readSlotFile, slotFiles, writeDisown } from './slot-file.ts';
import type { SlotIdentity, SlotRecord } from './slot-file.ts';
import type { SlotReport } from './slot-report.ts';

/** Where an attempt stands that an engine had begun. */
export type AttemptLeft =
  | { readonly kind: 'ended'; readonly report: SlotReport; readonly endedAtMs: number }
  /** Its shell watches over it. */
  | { readonly kind: 'under-way'; readonly path: string; readonly identity: SlotIdentity }
  /** Nobody can say how it ended, and nobody watches over what may be left of it. */
  | { readonly kind: 'lost'; readonly message: string };

export interface SlotsLeft {
  /** Shells of this start of the machine, alive or not. */
  readonly shells: readonly ProcessIdentity[];
  find(attemptNo: number): AttemptLeft;
}

/**
 * Looks at all shells. Resolves when each of them is gone or carries an attempt out: one that has yet to read what it was asked
 * for would start it beside its own retry.
 */
export async function settleSlotsLeft(folder: string, { patienceMs = 2000 } = {}): Promise<SlotsLeft> {
  const slots = await Promise.all(slotFiles(folder).map((path) => settleSlot(path, patienceMs)));
  return {
    shells: slots.flatMap(({ record: { identity }, place }) => (identity === null || place === 'elsewhere' ? [] : [identity])),
    find: (attemptNo) => {
      const slot = slots.find(({ record }) => record.begun.has(attemptNo) || record.ends.has(attemptNo));
      return slot === undefined ? neverBegun : attemptIn(slot, attemptNo);
    },
  };
}

/** Makes attempts count as lost although their end is known: their engine had ended them without being able to record why. */
export function disownAttempts(folder: string, attemptNos: readonly number[]): void {
  for (const path of slotFiles(folder)) {
    const { identity, begun, ends } = readSlotFile(path);
    for (const attemptNo of attemptNos.filter((one) => begun.has(one) || ends.has(one))) {
      try {
        writeDisown(path, identity!.mark, attemptNo);
      } catch {
        // No room for the line: then no word of the attempt at all says the same.
        rmSync(path, { force: true });
      }
    }
  }
}

interface LeftSlot {
  readonly path: string;
  readonly record: SlotRecord;
  /** `elsewhere`: before the machine's last start, or in another namespace of process ids. */
  readonly place: 'alive' | 'gone' | 'elsewhere';
}

const neverBegun: AttemptLeft = { kind: 'lost', message: 'its engine was gone before it began' };

function attemptIn({ path, record, place }: LeftSlot, attemptNo: number): AttemptLeft {
  if (place === 'elsewhere') {
    // Even one that had ended: nothing of what it left was forced onto the disk.
    return { kind: 'lost', message: 'the machine was started anew before its end was recorded' };
  }
  if (record.disowned.has(attemptNo))
    return { kind: 'lost', message: 'its engine ended it when it could record nothing any more' };
  const report = record.ends.get(attemptNo);
  if (report !== undefined) return { kind: 'ended', report, endedAtMs: statSync(path).mtimeMs };
  if (place === 'alive') return { kind: 'under-way', path, identity: record.identity! };
  return { kind: 'lost', message: 'the shell that watched over it is gone and had not recorded its end' };
}

async function settleSlot(path: string, patienceMs: number): Promise<LeftSlot> {
  const killAtMs = monotonicMs() + patienceMs;
  for (let delayMs = 1; ; delayMs = Math.min(delayMs * 2, 25)) {
    const { identity } = readSlotFile(path);
    // Without identity it has been given nothing to do, and without an engine it never will.
    if (identity === null) return { path, record: readSlotFile(path), place: 'gone' };
    if (identity.boot !== bootId()) return { path, record: readSlotFile(path), place: 'elsewhere' };
    // In this order: what a shell that is gone has written is all there will ever be.
    const isThere = isAlive(identity);
    const record = readSlotFile(path);
    if (!isThere) return { path, record, place: 'gone' };
    if ([...record.begun].some((attemptNo) => !record.ends.has(attemptNo))) return { path, record, place: 'alive' };
    // It has nothing to lose: a stopped process, or one on a machine that is far too busy.
    if (monotonicMs() >= killAtMs) signalGroup(identity.pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}
