// Finds where a stretch of a decoded string stands in the source, through escapes, trimmed line ends and Windows line ends.
// Not here: decoding (toml-escapes.ts).

import type { Span } from '../diagnostic/diagnostic.ts';
import { decodeString, shapeOfString } from './toml-escapes.ts';

/** The places of one string literal. */
export class StringPlaces {
  readonly #contentStart: number;
  readonly #contentEnd: number;
  readonly #length: number;
  // Of each stretch that is not copied as it stands: where it is in the decoded string and in the source, and both ends.
  readonly #decodedStarts: number[] = [];
  readonly #decodedEnds: number[] = [];
  readonly #sourceStarts: number[] = [];
  readonly #sourceEnds: number[] = [];

  /** Takes the place of the literal, quotes included, or of text that stands for itself. */
  constructor(text: string, start: number, end: number, isLiteral: boolean) {
    const shape = isLiteral ? shapeOfString(text, start, end) : null;
    this.#contentStart = shape?.contentStart ?? start;
    this.#contentEnd = shape?.contentEnd ?? end;
    let shift = this.#contentStart;
    if (shape !== null) {
      decodeString(text, shape.contentStart, shape.contentEnd, shape.quote, {
        replaced: (sourceStart, sourceEnd, by) => {
          const decodedStart = sourceStart - shift;
          this.#decodedStarts.push(decodedStart);
          this.#decodedEnds.push(decodedStart + by.length);
          this.#sourceStarts.push(sourceStart);
          this.#sourceEnds.push(sourceEnd);
          shift = sourceEnd - decodedStart - by.length;
        },
      });
    }
    this.#length = this.#contentEnd - shift;
  }

  /** Returns the source of the units from `start` to `end` of the decoded string. */
  spanOf(start: number, end: number): Span {
    const from = Math.min(Math.max(start, 0), this.#length);
    const to = Math.min(Math.max(end, from), this.#length);
    const sourceStart = this.#sourceOfUnit(from).start;
    if (to === from) return { start: sourceStart, end: sourceStart };
    return { start: sourceStart, end: this.#sourceOfUnit(to - 1).end };
  }

  /** Returns the source of one unit; behind the last one, the empty place at the end of the content. */
  #sourceOfUnit(unit: number): Span {
    if (unit >= this.#length) return { start: this.#contentEnd, end: this.#contentEnd };
    // Binary search for the last replaced stretch that begins at or before the unit; of those that stand for nothing
    // (line-ending backslashes) the unit itself stands behind.
    let low = 0;
    let high = this.#decodedStarts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#decodedStarts[middle] ?? 0) <= unit) low = middle + 1;
      else high = middle;
    }
    const last = low - 1;
    if (last < 0) return { start: this.#contentStart + unit, end: this.#contentStart + unit + 1 };
    const decodedEnd = this.#decodedEnds[last] ?? 0;
    const sourceEnd = this.#sourceEnds[last] ?? 0;
    if (unit < decodedEnd) return { start: this.#sourceStarts[last] ?? 0, end: sourceEnd };
    const start = sourceEnd + (unit - decodedEnd);
    return { start, end: start + 1 };
  }
}
