// Decodes what stands between the quotes of a TOML string: escapes, line-ending backslashes, Windows line ends.
// Not here: where a string ends (toml-strings.ts).

import { APOSTROPHE, BACKSLASH, CR, LF, QUOTE, isBlank } from './toml-reader.ts';

/** Hears about what is not copied as it stands. */
export interface DecodeListener {
  /** A stretch of the source that stands for other text, or for none. */
  replaced?(sourceStart: number, sourceEnd: number, by: string): void;
  /** An escape that does not exist or names no character. */
  badEscape?(sourceStart: number, sourceEnd: number, why: 'unknown' | 'digits' | 'not-a-character'): void;
}

const simpleEscapes: { readonly [letter: string]: string } = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
};

/** Decodes the source from `start` to `end`; `quote` says which rules hold. Windows line ends become line feeds. */
export function decodeString(text: string, start: number, end: number, quote: number, listener: DecodeListener): string {
  let decoded = '';
  let copied = start;
  let at = start;
  const replace = (sourceEnd: number, by: string): void => {
    decoded += text.slice(copied, at) + by;
    listener.replaced?.(at, sourceEnd, by);
    at = sourceEnd;
    copied = sourceEnd;
  };
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH && quote === QUOTE) {
      const lineEnding = skipLineEnding(text, at + 1, end);
      if (lineEnding > 0) replace(lineEnding, '');
      else {
        const escape = readEscape(text, at, end);
        if (escape.why !== null) listener.badEscape?.(at, escape.end, escape.why);
        replace(escape.end, escape.decoded);
      }
    } else if (code === CR && at + 1 < end && text.charCodeAt(at + 1) === LF) replace(at + 2, '\n');
    else at++;
  }
  return copied === start ? text.slice(start, end) : decoded + text.slice(copied, end);
}

/** Returns where a line-ending backslash stops trimming, or 0 when the backslash is none. */
function skipLineEnding(text: string, from: number, end: number): number {
  let at = from;
  let lineEnds = 0;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === LF) lineEnds++;
    else if (!isBlank(code) && !(code === CR && text.charCodeAt(at + 1) === LF)) break;
  }
  return lineEnds > 0 ? at : 0;
}

interface Escape {
  readonly end: number;
  readonly decoded: string;
  readonly why: 'unknown' | 'digits' | 'not-a-character' | null;
}

function readEscape(text: string, at: number, end: number): Escape {
  const letter = String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
  const simple = Object.hasOwn(simpleEscapes, letter) ? simpleEscapes[letter] : undefined;
  if (simple !== undefined) return { end: at + 2, decoded: simple, why: null };
  const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (digits === 0) return { end: Math.min(at + 1 + letter.length, end), decoded: '', why: 'unknown' };
  let stop = at + 2;
  while (stop < end && stop < at + 2 + digits && isHexDigit(text.charCodeAt(stop))) stop++;
  if (stop < at + 2 + digits) return { end: stop, decoded: '', why: 'digits' };
  const code = Number.parseInt(text.slice(at + 2, stop), 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return { end: stop, decoded: '', why: 'not-a-character' };
  return { end: stop, decoded: String.fromCodePoint(code), why: null };
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/** The parts of a string literal: its quotes, and whether it may span lines. */
export interface StringShape {
  readonly quote: number;
  readonly contentStart: number;
  readonly contentEnd: number;
}

/** Takes a complete string literal apart; null when the source is no string literal. */
export function shapeOfString(text: string, start: number, end: number): StringShape | null {
  const quote = text.charCodeAt(start);
  if (end - start < 2 || (quote !== QUOTE && quote !== APOSTROPHE) || text.charCodeAt(end - 1) !== quote) return null;
  const mark = String.fromCharCode(quote).repeat(3);
  if (end - start < 6 || !text.startsWith(mark, start)) return { quote, contentStart: start + 1, contentEnd: end - 1 };
  return { quote, contentStart: skipFirstLineEnd(text, start + 3), contentEnd: end - 3 };
}

/** Returns where the content of a multi-line string begins: a line end right behind the opening quotes does not count. */
export function skipFirstLineEnd(text: string, at: number): number {
  if (text.charCodeAt(at) === LF) return at + 1;
  return text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? at + 2 : at;
}
