// Keeps, for an attempt that takes a while, when its files had which size: output goes straight into them, so nobody else could say
// later when a line was written. A line in `N.times` at most for each look that finds growth; none, and no file, for an attempt that is over before
// the first look.
// Not here: when it is looked (output-watch.ts), the lines (events, log-files.ts), what readers make of them (apps/cli).

import { appendFileSync, readFileSync } from 'node:fs';
import { leftOutOf, parseLogSamples, renderLeftOut, renderLogSample } from '@workflow-platform/events';
import type { LogStream } from '@workflow-platform/events';
import { monotonicMs } from './monotonic.ts';
import type { LeftOutMemory } from './output-limit.ts';

export interface OutputTimesOptions {
  /** `N.times`. */
  readonly path: string;
  readonly nowMs: () => number;
  /** An earlier engine may have written there. */
  readonly isAdopted: boolean;
}

export class OutputTimes {
  /** For the limit of the log: what was left out is kept in the same file. */
  readonly leftOut: LeftOutMemory = {
    recall: () => leftOutOf(this.#text()),
    note: (bytes) => this.#append(renderLeftOut(bytes)),
  };

  readonly #path: string;
  readonly #nowMs: () => number;
  readonly #offsets: { [stream in LogStream]: number } = { log: 0, stdout: 0 };
  #lastLookMs: number | null = null;

  constructor({ path, nowMs, isAdopted }: OutputTimesOptions) {
    this.#path = path;
    this.#nowMs = nowMs;
    if (isAdopted) for (const { stream, offset } of parseLogSamples(this.#text())) this.#offsets[stream] = offset;
  }

  /** Notes what grew since the last look; sizes are those that stay. */
  note(sizes: { readonly [stream in LogStream]: number }): void {
    const atMs = this.#nowMs();
    const lookMs = monotonicMs();
    // Nobody looked between the start, or the last sample of an engine that is gone, and the first look of this one.
    const windowMs = this.#lastLookMs === null ? null : Math.ceil(lookMs - this.#lastLookMs);
    this.#lastLookMs = lookMs;
    let lines = '';
    for (const stream of ['log', 'stdout'] as const) {
      if (sizes[stream] <= this.#offsets[stream]) continue;
      this.#offsets[stream] = sizes[stream];
      lines += renderLogSample({ stream, atMs, offset: sizes[stream], windowMs });
    }
    if (lines !== '') this.#append(lines);
  }

  #append(lines: string): void {
    try {
      appendFileSync(this.#path, lines, { mode: 0o600 });
    } catch {
      // A full disk: times become less precise, and that costs no step its life.
    }
  }

  #text(): string {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch {
      return '';
    }
  }
}
