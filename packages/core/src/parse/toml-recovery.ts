// Where to go on after a mistake: recognises lines that can only be the start of something new, without reading them.
// Invariant: looks at one line at a time, so that hostile text cannot make recovery slow.
// Not here: what is reported.

import {
  type TomlReader,
  APOSTROPHE,
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  DOT,
  EQUALS,
  HASH,
  OPEN_BRACKET,
  QUOTE,
  isBareKeyCode,
  isBlank,
} from './toml-reader.ts';

/** Says whether the place begins `key =`, however the value goes on. */
export function looksLikePair(reader: TomlReader, at: number): boolean {
  const end = scanKeyPath(reader, at);
  return end >= 0 && reader.code(end) === EQUALS && reader.code(end + 1) !== EQUALS;
}

/** Says whether the place begins a line that is a table header as a whole. */
export function looksLikeHeader(reader: TomlReader, at: number): boolean {
  if (reader.code(at) !== OPEN_BRACKET) return false;
  const isDouble = reader.code(at + 1) === OPEN_BRACKET;
  let end = scanKeyPath(reader, skipBlanksFrom(reader, isDouble ? at + 2 : at + 1));
  if (end < 0 || reader.code(end) !== CLOSE_BRACKET) return false;
  if (isDouble && reader.code(++end) !== CLOSE_BRACKET) return false;
  const rest = skipBlanksFrom(reader, end + 1);
  return reader.isLineEnd(rest) || reader.code(rest) === HASH;
}

/** Says whether the place begins a header that could not be an array of values as well: `[build]`, but not `[1]` or `["a"]`. */
export function looksLikeHeaderOnly(reader: TomlReader, at: number): boolean {
  if (!looksLikeHeader(reader, at)) return false;
  let start = at + 1;
  if (reader.code(start) === OPEN_BRACKET) start++;
  start = skipBlanksFrom(reader, start);
  let end = start;
  while (isBareKeyCode(reader.code(end))) end++;
  return /^(?!(?:true|false|inf|nan)$)[a-z_]/i.test(reader.text.slice(start, end));
}

/** Finds the next line after the place that is a header, or the end of the text. */
export function nextHeader(reader: TomlReader, from: number): number {
  const { text } = reader;
  let lf = text.indexOf('\n', from);
  while (lf >= 0) {
    const start = skipBlanksFrom(reader, lf + 1);
    if (looksLikeHeader(reader, start)) return start;
    lf = text.indexOf('\n', start);
  }
  return text.length;
}

/** Finds the next line after the place that begins a pair or a header, or the end of the text. */
export function nextStatement(reader: TomlReader, from: number): number {
  const { text } = reader;
  let lf = text.indexOf('\n', from);
  while (lf >= 0) {
    const start = skipBlanksFrom(reader, lf + 1);
    if (looksLikeHeader(reader, start) || looksLikePair(reader, start)) return start;
    lf = text.indexOf('\n', start);
  }
  return text.length;
}

/**
 * Steps over the rest of a line that cannot be read inside an array or inline table, but leaves the brackets and commas at
 * its end: most likely they close what was opened before.
 */
export function skipToClosers(reader: TomlReader, from: number): void {
  let end = reader.trimmedLineEnd(from);
  while (end > from) {
    const code = reader.code(end - 1);
    if (code !== CLOSE_BRACKET && code !== CLOSE_BRACE && code !== COMMA && !isBlank(code)) break;
    end--;
  }
  reader.at = end;
}

/** Returns how far the line of the place is indented, in characters. */
export function indentOf(reader: TomlReader, at: number): number {
  const start = reader.lineStart(at);
  return skipBlanksFrom(reader, start) - start;
}

/** Steps over a dotted key and the blanks behind it; -1 when there is none. */
function scanKeyPath(reader: TomlReader, from: number): number {
  let at = from;
  for (;;) {
    const code = reader.code(at);
    if (code === QUOTE || code === APOSTROPHE) at = scanQuoted(reader, at, code);
    else {
      const start = at;
      while (isBareKeyCode(reader.code(at))) at++;
      if (at === start) return -1;
    }
    if (at < 0) return -1;
    at = skipBlanksFrom(reader, at);
    if (reader.code(at) !== DOT) return at;
    at = skipBlanksFrom(reader, at + 1);
  }
}

function scanQuoted(reader: TomlReader, from: number, quote: number): number {
  for (let at = from + 1; !reader.isLineEnd(at); at++) {
    const code = reader.code(at);
    if (code === quote) return at + 1;
    if (code === BACKSLASH && quote === QUOTE) at++;
  }
  return -1;
}

function skipBlanksFrom(reader: TomlReader, from: number): number {
  let at = from;
  while (isBlank(reader.code(at))) at++;
  return at;
}
