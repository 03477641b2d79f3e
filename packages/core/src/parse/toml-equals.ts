// Reads the `=` between a key and its value, and finds out what was meant when there is none.
// Not here: keys and values themselves.

import type { Surroundings } from './toml-brackets.ts';
import { type Key, findEndOfWords, reportKeyWithBlanks } from './toml-keys.ts';
import {
  type TomlReader,
  APOSTROPHE,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  EQUALS,
  HASH,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  isDigit,
  quoteShort,
} from './toml-reader.ts';
import { nextStatement, skipToClosers } from './toml-recovery.ts';

const GREATER = 0x3e;

/**
 * Steps over `=` and the blanks behind it.
 * `value`: a value follows. `key-unclear`: a value follows, but not for this key. `no-value`: none follows, and that was reported.
 */
export function readEquals(
  reader: TomlReader,
  start: number,
  key: Key,
  around: Surroundings,
): 'value' | 'key-unclear' | 'no-value' {
  const at = reader.at;
  if (reader.code() !== EQUALS) {
    const recovered = recoverEquals(reader, start, key, around);
    if (recovered === 'no-value') return recovered;
    reader.skipBlanks();
    if (isNothing(reader, around)) return 'no-value';
    return recovered;
  }
  reader.at++;
  if (reader.code() === EQUALS || reader.code() === GREATER) {
    reader.problems.add('toml-bad-value', at, at + 2, `a single \`=\` stands between key and value`, 'write `key = value`');
    reader.at++;
  }
  reader.skipBlanks();
  if (!isNothing(reader, around)) return 'value';
  const name = quoteShort(reader.text.slice(start, key.end));
  reader.problems.add('toml-missing-value', at, at + 1, `the value of ${name} is missing`, 'add one; an empty text is `""`');
  return 'no-value';
}

/** Steps over what cannot be read of a pair: at top level the line, within brackets all but what closes them. */
export function skipBrokenPair(reader: TomlReader, around: Surroundings): void {
  if (around.depth > 0) {
    const { at } = reader;
    skipToClosers(reader, at);
    return;
  }
  const end = reader.trimmedLineEnd(reader.at);
  const tail = reader.text.slice(Math.max(reader.at, end - 3), end);
  // The line opens something that goes on for several lines; those make no sense on their own.
  if (/(?:[[{]|"""|''')$/.test(tail)) reader.cutAt(nextStatement(reader, end), end);
  else reader.at = end;
}

function isNothing(reader: TomlReader, around: Surroundings): boolean {
  const code = reader.code();
  if (reader.isLineEnd() || code === HASH) return true;
  return around.depth > 0 && (code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE);
}

function recoverEquals(reader: TomlReader, start: number, key: Key, around: Surroundings): 'value' | 'key-unclear' | 'no-value' {
  const { at, problems } = reader;
  const code = reader.code();
  if (isNothing(reader, around)) {
    if (key.isOdd) return 'no-value';
    const name = quoteShort(reader.text.slice(start, key.end));
    problems.add('toml-missing-equals', start, key.end, `${name} has no \`=\` and no value`, 'write `key = value`');
    return 'no-value';
  }
  if (code === COLON) {
    problems.add('toml-missing-equals', at, at + 1, 'TOML has `=` between key and value, not `:`', 'write `=`');
    reader.at++;
    return 'value';
  }
  const words = findEndOfWords(reader, EQUALS);
  if (words !== null) {
    reportKeyWithBlanks(reader, start, words.end);
    reader.at = words.at + 1;
    return 'key-unclear';
  }
  if (code === QUOTE || code === APOSTROPHE || code === OPEN_BRACKET || code === OPEN_BRACE || isDigit(code)) {
    const from = at > key.end ? key.end : at;
    problems.add(
      'toml-missing-equals',
      from,
      from + 1,
      `an \`=\` is missing between the key and its value`,
      'write `key = value`',
    );
    return 'value';
  }
  const end = reader.trimmedLineEnd(at);
  if (!key.isOdd)
    problems.add(
      'toml-missing-equals',
      at,
      end,
      `an \`=\` is expected behind the key, not ${reader.quote(at, end)}`,
      'write `key = value`',
    );
  skipBrokenPair(reader, around);
  return 'no-value';
}
