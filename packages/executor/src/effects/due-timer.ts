// The one timer of a run: there is at most one time at which something is due.

import type { ClockPort } from '../ports.ts';

export class DueTimer {
  readonly #clock: ClockPort;
  readonly #onDue: () => void;
  #set: { readonly atMs: number; readonly callOff: () => void } | null = null;

  constructor(clock: ClockPort, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Sets the time, or calls it off with null. The same time again changes nothing. */
  set(atMs: number | null): void {
    if (this.#set?.atMs === atMs) return;
    this.#set?.callOff();
    this.#set = null;
    if (atMs === null) return;
    const callOff = this.#clock.at(atMs, () => {
      this.#set = null;
      this.#onDue();
    });
    this.#set = { atMs, callOff };
  }
}
