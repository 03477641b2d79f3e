// A clock that stands still until a test moves it, so that hours pass in no time.

import type { ClockPort } from '../../src/index.ts';

export class HandClock implements ClockPort {
  #nowMs: number;
  readonly #alarms = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, callback: () => void): () => void {
    const alarm = { atMs, callback };
    this.#alarms.add(alarm);
    // It may have been moved past that time before this was asked for.
    setImmediate(() => this.#ring());
    return () => this.#alarms.delete(alarm);
  }

  /** Moves on to a time, and calls back whom that concerns. */
  moveTo(atMs: number): void {
    this.#nowMs = atMs;
    this.#ring();
  }

  #ring(): void {
    for (const alarm of this.#alarms) {
      if (alarm.atMs > this.#nowMs) continue;
      this.#alarms.delete(alarm);
      alarm.callback();
    }
  }
}
