// Reads values that are one word: numbers, booleans, dates. Says what was meant when a word is none of them, most often text
// without quotes.
// Not here: strings (toml-strings.ts), arrays and inline tables (toml-values.ts).

import { parseDateTime } from './date-time.ts';
import type { TomlValue } from './document.ts';
import {
  type Spoiled,
  type TomlReader,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  CR,
  END,
  HASH,
  LF,
  SPACE,
  TAB,
  isDigit,
  quoteShort,
  spoiled,
} from './toml-reader.ts';

const decimal = /^[+-]?(?:0|[1-9](?:_?\d)*)$/;
const prefixed = /^0(?:x[\da-f](?:_?[\da-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/i;
const float = /^[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:e[+-]?\d(?:_?\d)*)?$/i;
const special = /^([+-]?)(inf|nan)$/;

/** Reads the word at the place. `depth` is 0 outside of arrays and inline tables. */
export function readScalar(reader: TomlReader, depth: number): TomlValue | Spoiled {
  const small = readSmallInteger(reader);
  if (small >= 0) return small;
  const start = reader.at;
  const end = wordEnd(reader);
  const word = reader.text.slice(start, end);
  reader.at = end;
  if (word === 'true') return true;
  if (word === 'false') return false;
  const number = parseNumber(word);
  if (number !== null && number !== 'too-big') return number;
  const date = parseDateTime(word);
  if (date !== null && date !== 'impossible') return date;
  if (number === 'too-big') {
    reader.problems.add(
      'toml-bad-number',
      start,
      end,
      `the integer ${quoteShort(word)} does not fit in 64 bits`,
      'put it in quotes or write it as a float',
    );
  } else if (date === 'impossible') {
    reader.problems.add(
      'toml-bad-date',
      start,
      end,
      `${quoteShort(word)} is no date or time that exists`,
      'put it in quotes if it is meant as text',
    );
  } else reportWord(reader, start, word, depth);
  return spoiled;
}

/** Reads what nearly every number is, an integer of a few digits; -1 when it is something else. */
function readSmallInteger(reader: TomlReader): number {
  const { text } = reader;
  const start = reader.at;
  let value = 0;
  let at = start;
  for (; at < text.length && at < start + 15; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) break;
    value = value * 10 + (code - 0x30);
  }
  if (at === start || !isWordEnd(reader.code(at))) return -1;
  // Leading zeros are a mistake, and digits before a blank may be the start of a date.
  if (at - start > 1 && text.charCodeAt(start) === 0x30) return -1;
  reader.at = at;
  return value;
}

function isWordEnd(code: number): boolean {
  return (
    code === SPACE ||
    code === TAB ||
    code === LF ||
    code === CR ||
    code === COMMA ||
    code === CLOSE_BRACKET ||
    code === CLOSE_BRACE ||
    code === HASH ||
    code === END
  );
}

function wordEnd(reader: TomlReader): number {
  let end = reader.at;
  while (!isWordEnd(reader.code(end))) end++;
  // `1979-05-27 07:32:00`: one blank may stand between date and time.
  const mayBeDate =
    end - reader.at === 10 && reader.code(end) === SPACE && isDigit(reader.code(end + 1)) && reader.code(end + 3) === COLON;
  if (mayBeDate && /^\d{4}-\d\d-\d\d$/.test(reader.text.slice(reader.at, end))) {
    end++;
    while (!isWordEnd(reader.code(end))) end++;
  }
  return end;
}

/** Returns the number that a word is; a bigint when it is an integer that a number cannot hold exactly. */
function parseNumber(word: string): number | bigint | 'too-big' | null {
  if (decimal.test(word)) return toInteger(word.replaceAll('_', ''));
  if (prefixed.test(word) && word.charAt(1) === word.charAt(1).toLowerCase()) return toInteger(word.replaceAll('_', ''));
  if (float.test(word)) return Number(word.replaceAll('_', ''));
  const match = special.exec(word);
  if (match === null) return null;
  if (match[2] === 'nan') return Number.NaN;
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function toInteger(digits: string): number | bigint | 'too-big' {
  const value = Number(digits);
  // `-0` is the integer 0.
  if (Number.isSafeInteger(value)) return value + 0;
  // The conversion to a bigint takes time with the square of the length.
  if (digits.length > 80) return 'too-big';
  const exact = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  return BigInt.asIntN(64, exact) === exact ? exact : 'too-big';
}

function reportWord(reader: TomlReader, start: number, word: string, depth: number): void {
  const lower = word.toLowerCase();
  if (/^[+-]?\.?\d/.test(word)) {
    const help = helpForNumber(word);
    reader.problems.add('toml-bad-number', start, reader.at, `${quoteShort(word)} is neither a number nor a date`, help);
    return;
  }
  if (lower === 'true' || lower === 'false') {
    reader.problems.add(
      'toml-bad-value',
      start,
      reader.at,
      `${quoteShort(word)} is no value`,
      `write \`${lower}\`, in lower case`,
    );
    return;
  }
  if (lower === 'null' || lower === 'nil' || lower === 'none') {
    reader.problems.add('toml-bad-value', start, reader.at, 'TOML has no null', 'leave the key out');
    return;
  }
  reader.at = textEnd(reader, start, depth);
  const text = reader.text.slice(start, reader.at);
  const help = /^[“”„‘’«]/.test(text)
    ? 'these are typographic quotes; use straight ones (")'
    : `write ${JSON.stringify(text).length > 60 ? 'it between quotes (")' : JSON.stringify(text)}`;
  reader.problems.add('toml-unquoted-text', start, reader.at, 'text has to stand in quotes', help);
}

function helpForNumber(word: string): string {
  if (/^[+-]?0\d/.test(word)) return 'an integer has no leading zeros; text such as a version goes between quotes';
  if (/__|_$|_\.|\._/.test(word)) return 'an underscore stands between two digits';
  if (/^[+-]?\.\d|^[+-]?\d+\.(?:e|$)/i.test(word)) return 'a float has digits on both sides of its dot';
  if (/^[+-]0[xob]/i.test(word) || /^0[XOB]/.test(word)) return 'write `0x`, `0o` or `0b` in lower case and without a sign';
  return `if it is meant as text, such as a duration or a version, write ${quoteShort(JSON.stringify(word))}`;
}

/** Text without quotes goes on to a comment or the end of the line; inside brackets also to a comma or bracket. */
function textEnd(reader: TomlReader, start: number, depth: number): number {
  const lineEnd = reader.lineEnd(start);
  let end = start;
  for (; end < lineEnd; end++) {
    const code = reader.code(end);
    if (code === HASH && end > start && reader.code(end - 1) === SPACE) break;
    if (depth > 0 && (code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE)) break;
  }
  while (end > start && (reader.code(end - 1) === SPACE || reader.code(end - 1) === TAB)) end--;
  // A mistake covers something, and reading must go on behind it.
  return end > start ? end : start + 1;
}
