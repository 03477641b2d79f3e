// Says when a part of an attempt's output was written, as far as it is known: from what the engine noted about sizes (`N.times`), and
// from when the attempt began and ended. Nobody stamps lines, as steps write straight into their logs.
// Not here: who notes sizes (executor), how a time looks (print/log-lines.ts).

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseLogSamples } from '@workflow-platform/events';
import type { LogSample, LogStream } from '@workflow-platform/events';

/** Between these two, milliseconds since the epoch. */
export interface WrittenAt {
  readonly notBeforeMs: number;
  readonly atMs: number;
}

export interface AttemptSpan {
  readonly startedAtMs: number;
  /** Null while it runs. */
  readonly endedAtMs: number | null;
}

export class LogTimes {
  readonly #path: string;
  readonly #span: AttemptSpan;
  readonly #nowMs: () => number;
  readonly #samples: { readonly [stream in LogStream]: LogSample[] } = { log: [], stdout: [] };
  #readBytes = 0;
  #rest = '';
  /** Of the last answers, so that lines of one sample share one object. */
  #answers = new Map<string, WrittenAt>();

  constructor(path: string, { span, nowMs }: { readonly span: AttemptSpan; readonly nowMs: () => number }) {
    this.#path = path;
    this.#span = span;
    this.#nowMs = nowMs;
  }

  /** Reads what was noted since the last time. */
  refresh(): void {
    const text = this.#rest + this.#readMore();
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end);
    for (const sample of parseLogSamples(text.slice(0, end))) this.#samples[sample.stream].push(sample);
    this.#answers.clear();
  }

  /** Returns when what ends at that offset was there. Equal answers are the same object. */
  writtenAt(stream: LogStream, endOffset: number): WrittenAt {
    const samples = this.#samples[stream];
    const index = firstFrom(samples, endOffset);
    const key = `${stream} ${index}`;
    let answer = this.#answers.get(key);
    if (answer === undefined) this.#answers.set(key, (answer = this.#answer(samples, index)));
    return answer;
  }

  /** Returns an offset before which all was written before that time. */
  offsetAt(stream: LogStream, timeMs: number): number {
    const { endedAtMs } = this.#span;
    if (endedAtMs !== null && endedAtMs < timeMs) return Infinity;
    return this.#samples[stream].findLast(({ atMs }) => atMs < timeMs)?.offset ?? 0;
  }

  #answer(samples: readonly LogSample[], index: number): WrittenAt {
    const { startedAtMs, endedAtMs } = this.#span;
    const sample = samples[index];
    const earliestMs = samples[index - 1]?.atMs ?? startedAtMs;
    const atMs = sample?.atMs ?? endedAtMs ?? this.#nowMs();
    const windowMs = sample?.windowMs ?? null;
    // A wall clock that was set back must not turn the two around.
    return { atMs, notBeforeMs: Math.min(atMs, windowMs === null ? earliestMs : Math.max(earliestMs, atMs - windowMs)) };
  }

  #readMore(): string {
    let descriptor: number;
    try {
      descriptor = openSync(this.#path, 'r');
    } catch {
      // Only attempts that take a while have one.
      return '';
    }
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - this.#readBytes));
      const count = readSync(descriptor, bytes, 0, bytes.length, this.#readBytes);
      this.#readBytes += count;
      return bytes.toString('latin1', 0, count);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Index of the first sample that covers what ends at the offset; the length when none does. */
function firstFrom(samples: readonly LogSample[], endOffset: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle]!.offset < endOffset) low = middle + 1;
    else high = middle;
  }
  return low;
}
