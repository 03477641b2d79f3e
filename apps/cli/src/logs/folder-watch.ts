// Waits until something changes in a folder: told by the system where it can, looking again now and then in any case.
// Not here: what to look at then (follow-logs.ts).

import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

/** Without word from the system. */
const POLL_MS = 100;
/** With it: what is not in the folder changes too, and a network file system may be silent. */
const POLL_MS_MAX = 1000;
/** Between two looks, so that a step that writes many small lines does not cost a look for each. */
const REST_MS = 20;

export class FolderWatch {
  readonly #path: string;
  #watcher: FSWatcher | null = null;
  #hasChanged = false;
  #wake = (): void => {};
  #delayMs = REST_MS;

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves at the next change, or after a while: the longer nothing changes, the longer. */
  async wait(): Promise<void> {
    this.#watcher ??= this.#start();
    await pause(REST_MS).done;
    if (!this.#hasChanged) {
      const { done, end } = pause(this.#watcher === null ? POLL_MS : this.#delayMs);
      this.#wake = end;
      await done;
      this.#wake = () => {};
    }
    this.#delayMs = this.#hasChanged ? REST_MS : Math.min(POLL_MS_MAX, this.#delayMs * 2);
    this.#hasChanged = false;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  #start(): FSWatcher | null {
    try {
      const watcher = watch(this.#path, () => {
        this.#hasChanged = true;
        this.#wake();
      });
      watcher.on('error', () => this.close());
      return watcher;
    } catch {
      // The folder is not there yet, or the system has no room for another watch.
      return null;
    }
  }
}

function pause(durationMs: number): { readonly done: Promise<void>; readonly end: () => void } {
  let end!: () => void;
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    end = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { done, end };
}
