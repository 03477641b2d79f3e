// Waits for a turn at the history, which one process at a time may write to.
//
// SQLite's own wait asks ever more rarely, up to ten times a second, so that whoever came last is served first and one of fifty
// can wait for ever. Here nobody asks more rarely than others, and who has waited long asks more often. How long is too long
// depends on what is seen: a queue that moves is waited for, one in which nothing is written any more is told with who is in the way.
// Not here: what is done when it is one's turn (history.ts), who is in the way (find-writer.ts).

import type { DatabaseSync } from 'node:sqlite';

import { UserError } from '@workflow-platform/events';

import { findWriter } from './find-writer.ts';
import { isBusy } from './sqlite-error.ts';

/** How long is waited. */
export interface Patience {
  /** While nobody writes anything. No writer that lives holds the history for longer than some milliseconds. */
  readonly stillMs: number;
  /** In all. */
  readonly totalMs: number;
}

/** Longer than any queue of engines, and than a machine that is busy with other things stands still. */
export const PATIENCE: Patience = { stillMs: 120_000, totalMs: 1_800_000 };

// A turn takes about a millisecond, so the first looks come soon. After that asking has to be rare: each time costs some system calls,
// which fifty that wait would take away from the one whose turn it is.
const FIRST_PAUSES_MS = [1, 2, 5];
const PAUSE_MS = { least: 10, most: 50 };
/** Who has waited so long is before the others: it asks as often as several of them. */
const SENIOR_AFTER_MS = 5000;
const SENIOR_PAUSE_MS = { least: 5, most: 20 };
const LOOK_EVERY_MS = 500;

/** Does the work as soon as nobody is in its way. What others have in the way must leave no trace of it: it is begun again. */
export function whenItsTurn<T>(database: DatabaseSync, file: string, work: () => T, patience: Patience = PATIENCE): T {
  let queue: Queue | null = null;
  for (;;) {
    try {
      return work();
    } catch (cause) {
      if (!isBusy(cause)) throw cause;
      queue ??= new Queue(database, file, patience);
      queue.wait(cause);
    }
  }
}

class Queue {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #patience: Patience;
  readonly #sinceMs = monotonicMs();
  #movedMs = this.#sinceMs;
  #lookedMs = this.#sinceMs;
  #version: unknown;
  #pauses = 0;

  constructor(database: DatabaseSync, file: string, patience: Patience) {
    this.#database = database;
    this.#file = file;
    this.#patience = patience;
    this.#version = this.#look();
  }

  wait(cause: unknown): void {
    const nowMs = monotonicMs();
    if (nowMs - this.#lookedMs >= Math.min(LOOK_EVERY_MS, this.#patience.stillMs)) {
      const version = this.#look();
      if (version !== this.#version) this.#movedMs = nowMs;
      this.#version = version;
      this.#lookedMs = nowMs;
      if (nowMs - this.#movedMs >= this.#patience.stillMs)
        throw this.#tooLong(cause, nowMs - this.#movedMs, 'nothing was written');
      if (nowMs - this.#sinceMs >= this.#patience.totalMs) throw this.#tooLong(cause, nowMs - this.#sinceMs, 'others wrote');
    }
    const { least, most } = nowMs - this.#sinceMs < SENIOR_AFTER_MS ? PAUSE_MS : SENIOR_PAUSE_MS;
    pause(FIRST_PAUSES_MS[this.#pauses++] ?? least + Math.random() * (most - least));
  }

  /** Returns a number that changes when others write, or null when not even that can be asked now. */
  #look(): unknown {
    try {
      return this.#database.prepare('PRAGMA data_version').get()?.['data_version'] ?? null;
    } catch (cause) {
      if (isBusy(cause)) return null;
      throw cause;
    }
  }

  #tooLong(cause: unknown, waitedMs: number, meanwhile: string): UserError {
    const writer = findWriter(this.#file);
    const seconds = `${(waitedMs / 1000).toFixed(waitedMs < 10_000 ? 1 : 0)} s`;
    return new UserError(
      'history-busy',
      `the history ${this.#file} was not free for ${seconds}, in which ${meanwhile}${writer === null ? '' : `: it is held by ${writer.words}`}`,
      {
        hint:
          writer === null
            ? 'look for a stopped or hanging process that has the file open, and end it; what was recorded so far is kept'
            : `end process ${writer.pid} if it hangs (it loses nothing that was recorded), then try again`,
        cause,
      },
    );
  }
}

function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

/** The global `performance` would say the same, at the price of loading its module (2 ms at each start). */
function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
