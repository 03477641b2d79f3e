// Reads the four kinds of TOML strings and says what is wrong with those that are never closed.
// Not here: escapes (toml-escapes.ts).

import { decodeString, skipFirstLineEnd } from './toml-escapes.ts';
import {
  type Spoiled,
  type TomlReader,
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  EQUALS,
  HASH,
  QUOTE,
  END,
  LF,
  isBlank,
  quoteShort,
  spoiled,
} from './toml-reader.ts';
import { looksLikeHeader, looksLikePair, nextHeader, skipToClosers } from './toml-recovery.ts';

/** Says whether three quotes of the same kind stand at the place. */
export function isTripleQuote(reader: TomlReader, at: number): boolean {
  const code = reader.code(at);
  return reader.code(at + 1) === code && reader.code(at + 2) === code;
}

/** Reads the string at the place. `depth` is 0 outside of arrays and inline tables. */
export function readString(reader: TomlReader, depth: number): string | Spoiled {
  return isTripleQuote(reader, reader.at) ? readMultiLine(reader, depth) : readSingleLine(reader, depth);
}

function readSingleLine(reader: TomlReader, depth: number): string | Spoiled {
  const { text } = reader;
  const start = reader.at;
  const quote = text.charCodeAt(start);
  let hasEscapes = false;
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      reader.at = at + 1;
      return hasEscapes ? decodeBasic(reader, start + 1, at) : text.slice(start + 1, at);
    }
    if (code === BACKSLASH && quote === QUOTE) {
      hasEscapes = true;
      if (!reader.isLineEnd(at + 1)) at++;
    } else if (code === LF) break;
  }
  const end = reader.trimmedLineEnd(start);
  const mark = String.fromCharCode(quote);
  reader.problems.add(
    'toml-unclosed-string',
    start,
    end,
    'this string is never closed; it starts here',
    `add ${mark} at its end; text of several lines goes between ${mark.repeat(3)} and ${mark.repeat(3)}`,
  );
  if (depth > 0) skipToClosers(reader, start + 1);
  else reader.at = reader.lineEnd(start);
  return spoiled;
}

function readMultiLine(reader: TomlReader, depth: number): string | Spoiled {
  const { text } = reader;
  const start = reader.at;
  const quote = text.charCodeAt(start);
  const contentStart = skipFirstLineEnd(text, start + 3);
  let hasEscapes = false;
  for (let at = contentStart; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH && quote === QUOTE) {
      hasEscapes = true;
      at++;
    } else if (code === 0x0d) hasEscapes = true;
    else if (code === quote && isTripleQuote(reader, at)) {
      // Up to two quotes may stand right before the closing three.
      let close = at;
      while (close < at + 2 && reader.code(close + 3) === quote) close++;
      const reopened = findReopening(reader, start, at, close + 3, depth);
      if (reopened >= 0) return unclosedMultiLine(reader, start, reopened);
      reader.at = close + 3;
      return hasEscapes ? decodeBasic(reader, contentStart, close, quote) : text.slice(contentStart, close);
    }
  }
  return unclosedMultiLine(reader, start, nextHeader(reader, start));
}

/**
 * When the quotes that would close a string look like the opening ones of a later string (`key = """`), and what follows
 * makes no sense after a closed string, then the string was never closed. Returns where that later line begins, or -1.
 */
function findReopening(reader: TomlReader, start: number, close: number, behind: number, depth: number): number {
  let before = close - 1;
  while (isBlank(reader.code(before))) before--;
  if (reader.code(before) !== EQUALS || before <= start) return -1;
  // Looks back no further than the string goes, so that a long line of strings stays cheap.
  let lineStart = before;
  while (lineStart > start && reader.code(lineStart) !== LF) lineStart--;
  if (lineStart === start) return -1;
  let statement = lineStart + 1;
  while (isBlank(reader.code(statement))) statement++;
  if (!looksLikePair(reader, statement)) return -1;
  return canFollowString(reader, behind, depth) ? -1 : statement;
}

/** Says whether the text at the place could go on after the closing quotes of a string. True for every right text. */
function canFollowString(reader: TomlReader, from: number, depth: number): boolean {
  const kept = reader.at;
  reader.at = from;
  reader.skipBlanks();
  const isLineOver = reader.isLineEnd() || reader.code() === HASH;
  reader.skipTrivia();
  const code = reader.code();
  const fits =
    depth === 0
      ? isLineOver && (code === END || looksLikePair(reader, reader.at) || looksLikeHeader(reader, reader.at))
      : code === COMMA || code === CLOSE_BRACKET || code === CLOSE_BRACE;
  reader.at = kept;
  return fits;
}

function unclosedMultiLine(reader: TomlReader, start: number, resumeAt: number): Spoiled {
  const mark = reader.text.slice(start, start + 3);
  const resumes = resumeAt < reader.text.length;
  reader.problems.add(
    'toml-unclosed-string',
    start,
    start + 3,
    'this string is never closed; it starts here',
    `add ${mark} behind its last line`,
    resumes ? [{ span: { start: resumeAt, end: reader.trimmedLineEnd(resumeAt) }, message: 'reading goes on here' }] : [],
  );
  reader.cutAt(resumeAt, start + 3);
  return spoiled;
}

function decodeBasic(reader: TomlReader, start: number, end: number, quote: number = QUOTE): string | Spoiled {
  let isSpoiled = false;
  const decoded = decodeString(reader.text, start, end, quote, {
    badEscape(from, to, why) {
      isSpoiled = true;
      const shown = quoteShort(reader.text.slice(from, to));
      const single = `double the backslash (\`\\\\\`) to mean a backslash, or put the text in single quotes, where backslashes mean nothing`;
      if (why === 'unknown') reader.problems.add('toml-bad-escape', from, to, `there is no escape ${shown}`, single);
      else if (why === 'digits') {
        const count = { x: 'two', u: 'four', U: 'eight' }[reader.text.charAt(from + 1)] ?? 'more';
        const letter = reader.text.charAt(from + 1);
        reader.problems.add('toml-bad-escape', from, to, `\`\\${letter}\` needs ${count} hexadecimal digits`, single);
      } else {
        reader.problems.add(
          'toml-bad-escape',
          from,
          to,
          `${shown} names no character`,
          'a surrogate or a number above 10FFFF is no character',
        );
      }
    },
  });
  return isSpoiled ? spoiled : decoded;
}
