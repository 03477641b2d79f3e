// Which steps somebody asked to be carried out again by a retry: what was kept of them is not what is wanted.

import { isInside } from '@workflow-platform/events';
import type { RunEvent } from '@workflow-platform/events';

export class AskedAnew {
  #retry: { readonly step: string; readonly downstream: 'all' | 'changed' } | null = null;

  /** Takes the next event of the run in. A retry holds until the run is over, whichever engine goes on with it. */
  note(event: RunEvent): void {
    if (event.type === 'run.resumed' && event.retry !== undefined) this.#retry = event.retry;
    if (event.type === 'run.finished') this.#retry = null;
  }

  /** Says whether a step is to be carried out whatever is kept: it was named, is part of what was, or all that follows is meant. */
  has(step: string): boolean {
    if (this.#retry === null) return false;
    return this.#retry.downstream === 'all' || step === this.#retry.step || isInside(step, this.#retry.step);
  }
}
