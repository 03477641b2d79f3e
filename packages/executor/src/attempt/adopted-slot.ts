// A resident shell that an earlier engine started and that still watches over an attempt. It cannot be asked for more, but what
// it writes into its file is noticed: the system tells of changes, and now and then it is looked at anyway.
// Not here: which shells there are (slots-left.ts).

import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { isAlive } from './process-identity.ts';
import { readSlotFile } from './slot-file.ts';
import type { SlotIdentity } from './slot-file.ts';
import type { SlotReport } from './slot-report.ts';

export class AdoptedSlot {
  readonly identity: SlotIdentity;
  /** Settles with the end of the attempt. */
  readonly report: Promise<SlotReport>;
  /** Settles when the shell is gone too. */
  readonly ended: Promise<void>;
  readonly #path: string;
  readonly #attemptNo: number;
  readonly #watcher: FSWatcher | null;
  #timer: NodeJS.Timeout;
  #tell!: (report: SlotReport) => void;
  #isOver = false;

  constructor(path: string, identity: SlotIdentity, attemptNo: number) {
    this.#path = path;
    this.identity = identity;
    this.#attemptNo = attemptNo;
    this.report = new Promise((resolve) => (this.#tell = resolve));
    this.ended = this.report.then(() => untilGone(identity));
    this.#watcher = tryToWatch(path, () => this.#look());
    this.#timer = setInterval(() => this.#look(), this.#watcher === null ? lookOftenMs : lookMs);
    this.#look();
  }

  /** Looks more often from now on: it has been told to end. */
  expectEnd(): void {
    if (this.#isOver) return;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#look(), lookOftenMs);
  }

  /** It ends by itself: nobody is there to ask it for more. */
  retire(): void {}

  /** Lets it go on without this process, which then can end. */
  letGo(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  #look(): void {
    if (this.#isOver) return;
    // In this order: what a shell that is gone has written is all there will ever be.
    const isThere = isAlive(this.identity);
    const report = readEnd(this.#path, this.#attemptNo);
    if (report === null && isThere) return;
    this.letGo();
    this.#tell(report ?? { kind: 'died', how: 'it had been started by an engine that is gone' });
  }
}

const lookMs = 2000;
const lookOftenMs = 25;

/** A file that somebody removed says nothing more. */
function readEnd(path: string, attemptNo: number): SlotReport | null {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return null;
  return readSlotFile(path).ends.get(attemptNo) ?? null;
}

/** Where the system has no more watches to give, looking has to do. */
function tryToWatch(path: string, onChange: () => void): FSWatcher | null {
  try {
    return watch(path, onChange).on('error', () => {});
  } catch {
    return null;
  }
}

async function untilGone(identity: SlotIdentity): Promise<void> {
  for (let delayMs = 1; isAlive(identity); delayMs = Math.min(delayMs * 2, lookOftenMs))
    await new Promise((resolve) => setTimeout(resolve, delayMs));
}
