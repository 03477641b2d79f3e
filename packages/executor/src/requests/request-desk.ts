// Where the engine of a run takes the requests of other processes in.
//
//   asked ──file──► durable ──look──► taken in ──event in the journal──► acknowledged ──► file removed
//
// Invariant: a file goes only when its id is in the journal, or the run is over. So a request is taken in again after any crash,
// and the scheduler, which knows the ids from the journal, lets it count once.
// Not here: requests while no engine is there (record-requests.ts).

import { watch, type FSWatcher } from 'node:fs';
import type { RunState, Signal } from '@workflow-platform/scheduler';
import { signalOf } from './control-request.ts';
import { makeRequestFolder, readRequests, removeRequest, removeRequests, requestFolder } from './request-folder.ts';

// The system tells of a new file at once. The look by the clock is for systems that do not, or have run out of watches.
const LOOK_MS = 2000;
const LOOK_UNWATCHED_MS = 250;
// A run that is over sooner than anybody can ask something of it pays nothing for this.
const BEGIN_MS = 50;

/** Takes requests in and sends them to the scheduler. */
export class RequestDesk {
  readonly #runFolder: string;
  readonly #send: (signal: Signal) => void;
  readonly #takenIn = new Set<string>();
  #watcher: FSWatcher | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(runFolder: string, send: (signal: Signal) => void) {
    this.#runFolder = runFolder;
    this.#send = send;
  }

  /** Begins to look. Keeps the process alive: a run that waits for a person has nothing else that does. */
  open({ afresh }: { readonly afresh: boolean }): void {
    // What was asked of a run that was over is not asked of it when it is taken up again.
    if (afresh) ignoring(() => removeRequests(this.#runFolder));
    this.#timer = setTimeout(() => this.#begin(), BEGIN_MS);
  }

  #begin(): void {
    let lookMs = LOOK_MS;
    try {
      makeRequestFolder(this.#runFolder);
      this.#watcher = watch(requestFolder(this.#runFolder), () => this.#lookAgain());
      this.#watcher.on('error', () => this.#watchNoMore());
    } catch {
      lookMs = LOOK_UNWATCHED_MS;
    }
    this.#timer = setInterval(() => this.#lookAgain(), lookMs);
    this.#lookAgain();
  }

  /** Removes the files of requests that the journal has answered for; to be called when it has. */
  acknowledge({ requests }: Pick<RunState, 'requests'>): void {
    for (const id of this.#takenIn) {
      if (!requests.has(id)) continue;
      this.#takenIn.delete(id);
      // One that cannot be removed is known by its id for as long as the run goes on.
      ignoring(() => removeRequest(this.#runFolder, id));
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** The run is over, and so are requests to it. */
  closeForGood(): void {
    this.close();
    ignoring(() => removeRequests(this.#runFolder));
  }

  #lookAgain(): void {
    // A look that fails (no descriptor left) is made again, and no reason to end the run.
    if (this.#timer !== null) ignoring(() => this.#look());
  }

  #look(): void {
    for (const request of readRequests(this.#runFolder)) {
      if (this.#takenIn.has(request.id)) continue;
      this.#takenIn.add(request.id);
      this.#send(signalOf(request));
    }
  }

  #watchNoMore(): void {
    this.#watcher?.close();
    this.#watcher = null;
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_UNWATCHED_MS);
  }
}

function ignoring(act: () => void): void {
  try {
    act();
  } catch {
    // The caller says why.
  }
}
