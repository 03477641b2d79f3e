// Reads keys: bare, quoted, dotted.
// Not here: what a key is put into (toml-tables.ts).

import {
  type TomlReader,
  APOSTROPHE,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  HASH,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  isBareKeyCode,
  isBlank,
  quoteShort,
  spoiled,
} from './toml-reader.ts';
import { isTripleQuote, readString } from './toml-strings.ts';

/** One part of a dotted key. */
export interface Key {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** It was reported that this cannot be a key; what is odd behind it is no news. */
  readonly isOdd: boolean;
}

/** How deep tables, arrays and dotted keys may nest. */
export const depthMax = 128;

/** Reads a key with its dots and the blanks behind it. Returns null when there is none to be read; that has been reported. */
export function readKeyPath(reader: TomlReader, depth: number): Key[] | null {
  const path: Key[] = [];
  const start = reader.at;
  let dot = -1;
  for (;;) {
    reader.skipBlanks();
    const key = readKey(reader, dot, depth);
    if (key === null) return null;
    path.push(key);
    if (path.length > depthMax) {
      reportTooDeep(reader, start, key.end);
      return null;
    }
    reader.skipBlanks();
    if (reader.code() !== DOT) return path;
    dot = reader.at++;
  }
}

/** Says whether a comment of another language begins at the place. */
export function isOtherComment(reader: TomlReader, at: number): boolean {
  const { text } = reader;
  return text.startsWith('//', at) || text.startsWith('/*', at) || text.startsWith(';', at);
}

/** Reports words that together were meant as one key: `my key`. */
export function reportKeyWithBlanks(reader: TomlReader, start: number, end: number): void {
  const name = quoteShort(reader.text.slice(start, end));
  const quoted = quoteShort(JSON.stringify(reader.text.slice(start, end)));
  reader.problems.add(
    'toml-bad-key',
    start,
    end,
    `${name} needs quotes to be a key`,
    `write ${quoted}, or use \`_\` for the blanks`,
  );
}

/**
 * Finds what ends a key of several words: `=` of `my key = 1`, `]` of `[my key]`. Returns its place and that of the end of the
 * words, or null.
 */
export function findEndOfWords(reader: TomlReader, ender: number): { readonly at: number; readonly end: number } | null {
  let at = reader.at;
  while (isBareKeyCode(reader.code(at)) || isBlank(reader.code(at))) at++;
  if (reader.code(at) !== ender || at === reader.at) return null;
  let end = at;
  while (isBlank(reader.code(end - 1))) end--;
  return { at, end };
}

/** Reports nesting that goes too deep. */
export function reportTooDeep(reader: TomlReader, start: number, end: number): void {
  reader.problems.add('toml-too-deep', start, end, `this nests more than ${depthMax} levels deep`, 'flatten it');
}

function readKey(reader: TomlReader, dot: number, depth: number): Key | null {
  const start = reader.at;
  const code = reader.code();
  if (code === QUOTE || code === APOSTROPHE) return readQuotedKey(reader, depth);
  while (isBareKeyCode(reader.code())) reader.at++;
  if (isOtherComment(reader, start)) {
    const end = reader.trimmedLineEnd(start);
    reader.problems.add(
      'toml-bad-key',
      start,
      end,
      `this is no key; a comment begins with \`#\``,
      'write `#` before the comment',
    );
    return null;
  }
  if (!isKeyDelimiter(reader, reader.at)) return readBadKey(reader, start);
  if (reader.at === start) {
    reportMissingKey(reader, dot);
    return null;
  }
  return { name: reader.text.slice(start, reader.at), start, end: reader.at, isOdd: false };
}

function readQuotedKey(reader: TomlReader, depth: number): Key | null {
  const start = reader.at;
  if (isTripleQuote(reader, start)) {
    reader.problems.add('toml-bad-key', start, start + 3, 'a key cannot stand in triple quotes', 'use one quote on each side');
    return null;
  }
  const name = readString(reader, depth);
  return name === spoiled ? null : { name, start, end: reader.at, isOdd: false };
}

/** Reads on to the end of a word that is no bare key, says so, and takes it for the key that was meant. */
function readBadKey(reader: TomlReader, start: number): Key {
  while (!isKeyDelimiter(reader, reader.at) || isBareKeyCode(reader.code())) reader.at++;
  const name = reader.text.slice(start, reader.at);
  reader.problems.add(
    'toml-bad-key',
    start,
    reader.at,
    `${quoteShort(name)} needs quotes to be a key`,
    `without quotes a key holds only the letters a-z and A-Z, digits, \`_\` and \`-\`; write ${quoteShort(JSON.stringify(name))}`,
  );
  return { name, start, end: reader.at, isOdd: true };
}

function isKeyDelimiter(reader: TomlReader, at: number): boolean {
  const code = reader.code(at);
  switch (code) {
    case DOT:
    case EQUALS:
    case OPEN_BRACKET:
    case CLOSE_BRACKET:
    case OPEN_BRACE:
    case CLOSE_BRACE:
    case COMMA:
    case HASH:
    case QUOTE:
    case APOSTROPHE:
      return true;
    case COLON:
      // `name: x` is a key with the wrong sign behind it, `a:b = 1` a key that needs quotes.
      return !isBareKeyCode(reader.code(at + 1));
    default:
      return isBlank(code) || isBareKeyCode(code) || reader.isLineEnd(at);
  }
}

function reportMissingKey(reader: TomlReader, dot: number): void {
  const start = reader.at;
  const end = reader.isLineEnd() ? start : start + 1;
  if (dot >= 0) {
    reader.problems.add(
      'toml-missing-key',
      dot,
      dot + 1,
      'a part of the key is missing after this dot',
      'remove the dot or add a name',
    );
    return;
  }
  const found = end === start ? 'the end of the line' : quoteShort(reader.text.slice(start, end));
  reader.problems.add(
    'toml-missing-key',
    start,
    end,
    `a key is expected here, not ${found}`,
    'a line is `key = value`, a `[table]` or a comment',
  );
}
