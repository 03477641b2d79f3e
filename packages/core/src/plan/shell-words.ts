// Reads words of a shell script: quotes, backslashes, `$…`, substitutions. Where shells disagree on where something ends, it
// gives up rather than guess.
// Not here: commands (shell-parser.ts), here-documents (shell-heredoc.ts).

import { HOLE, type ShellCursor } from './shell-cursor.ts';
import type { PlaceCode, Word, WordPiece } from './shell-syntax.ts';

const PLAIN_IN_QUOTES = new RegExp(`[^\\\\\`$"${HOLE}]+`, 'y');

/** Which characters a word may hold beyond the usual: `pattern` of a case or `[[`, `regex` after `=~`. */
export type WordMode = 'plain' | 'pattern' | 'regex';

/** Reads the word that starts here; null when none does. */
export function readWord(cursor: ShellCursor, mode: WordMode = 'plain'): Word | null {
  const start = cursor.at;
  const pieces: WordPiece[] = [];
  while (!cursor.atEnd()) {
    if (isSubstitutionAhead(cursor) && cursor.at === start) pieces.push(readSubstitution(cursor, false));
    else if (opensPatternGroup(cursor, start, mode)) readPatternGroup(cursor, pieces);
    else if (isWordEnd(cursor)) break;
    else readPiece(cursor, pieces);
  }
  return cursor.at === start ? null : { start, end: cursor.at, raw: cursor.text.slice(start, cursor.at), pieces };
}

/** Reads the pieces of a here-document's lines, as inside double quotes but that `"` stands for itself. */
export function readHeredocPieces(cursor: ShellCursor): WordPiece[] {
  const pieces: WordPiece[] = [];
  while (!cursor.atEnd()) readQuotedPiece(cursor, pieces, true);
  return pieces;
}

/** Reads `((…))` or the rest of `$((…))`, from behind the opening brackets to behind the closing ones. */
export function skipArithmetic(cursor: ShellCursor): void {
  const start = cursor.at;
  let depth = 0;
  while (!cursor.atEnd()) {
    const character = cursor.peek();
    if (cursor.hole() !== null) cursor.at += 1;
    else if (character === '\\') cursor.at += 2;
    else if (character === "'") cursor.fail('a quote inside arithmetic');
    else if (character === '"') readDoubleQuotes(cursor, []);
    else if (character === '`') readBackticks(cursor);
    else if (character === '$') readDollar(cursor, [], true);
    else if (character === '(') {
      depth += 1;
      cursor.at += 1;
    } else if (character === ')' && depth > 0) {
      depth -= 1;
      cursor.at += 1;
    } else if (character === ')') {
      if (cursor.peek(1) !== ')')
        cursor.fail('brackets that are neither arithmetic nor a plain subshell; write `( (`', start - 2);
      cursor.at += 2;
      return;
    } else cursor.at += 1;
  }
  cursor.fail('`((` is never closed', start - 2);
}

function isWordEnd(cursor: ShellCursor): boolean {
  return cursor.hole() === null && ' \t\n;&|<>()'.includes(cursor.peek());
}

function isSubstitutionAhead(cursor: ShellCursor): boolean {
  return cursor.kind !== 'posix' && (cursor.startsWith('<(') || cursor.startsWith('>('));
}

/** `@(a|b)` in patterns, and any bracket in a regular expression. */
function opensPatternGroup(cursor: ShellCursor, start: number, mode: WordMode): boolean {
  if (mode === 'plain' || cursor.peek() !== '(') return false;
  return mode === 'regex' || (cursor.at > start && '?*+@!'.includes(cursor.text.charAt(cursor.at - 1)));
}

function readPatternGroup(cursor: ShellCursor, pieces: WordPiece[]): void {
  const start = cursor.at;
  let depth = 0;
  while (!cursor.atEnd()) {
    const character = cursor.hole() === null ? cursor.peek() : '';
    if (character === '\n') break;
    if ('()|<>&; \t'.includes(character) && character !== '') {
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      pieces.push({ kind: 'text', text: character, quoted: false, start: cursor.at, end: cursor.at + 1 });
      cursor.at += 1;
      if (depth === 0) return;
    } else readPiece(cursor, pieces);
  }
  cursor.fail('a bracket in a pattern is never closed', start);
}

function readPiece(cursor: ShellCursor, pieces: WordPiece[]): void {
  const start = cursor.at;
  const hole = cursor.hole();
  if (hole !== null) {
    cursor.at += 1;
    pieces.push({ kind: 'hole', hole, quoted: false, start, end: cursor.at });
    return;
  }
  switch (cursor.peek()) {
    case '\\':
      readBackslash(cursor, pieces);
      return;
    case "'":
      pieces.push(readSingleQuotes(cursor));
      return;
    case '"':
      readDoubleQuotes(cursor, pieces);
      return;
    case '`':
      pieces.push(readBackticks(cursor));
      return;
    case '$':
      readDollar(cursor, pieces, false);
      return;
    default: {
      const run = cursor.match(/[\w.,:=+@%^/-]+/y) ?? cursor.peek();
      cursor.at += run.length;
      pieces.push({ kind: 'text', text: run, quoted: false, start, end: cursor.at });
    }
  }
}

function readBackslash(cursor: ShellCursor, pieces: WordPiece[]): void {
  const start = cursor.at;
  cursor.at += 2;
  if (cursor.at > cursor.end) cursor.fail('a backslash at the end', start);
  if (cursor.hole(start + 1) === null && cursor.text.charAt(start + 1) === '\n') refuseHiddenToken(cursor, start);
  // A backslash would take the quote or the dollar away from what the hole becomes.
  if (cursor.hole(start + 1) !== null) pieces.push({ kind: 'closed', code: 'interpolation-unclear', start, end: cursor.at });
  else if (cursor.text.charAt(start + 1) !== '\n') {
    pieces.push({ kind: 'text', text: cursor.text.charAt(start + 1), quoted: true, start, end: cursor.at });
  }
}

/** Joined lines may hide an operator or a reserved word: `$\` + `((`, `(\` + `(`. Plain characters on both sides hide nothing. */
function refuseHiddenToken(cursor: ShellCursor, start: number): void {
  const before = cursor.hole(start - 1) === null ? cursor.text.charAt(start - 1) : '"';
  const after = cursor.hole(start + 2) === null ? cursor.text.charAt(start + 2) : '"';
  const isHarmless = /^[\w.,:/@%+'" \t\n-]?$/;
  if (!isHarmless.test(before) || !isHarmless.test(after)) cursor.fail('a backslash at the end of a line, inside a word', start);
}

function readSingleQuotes(cursor: ShellCursor): WordPiece {
  const start = cursor.at;
  const close = cursor.text.indexOf("'", start + 1);
  if (close === -1 || close >= cursor.end) cursor.fail("`'` is never closed");
  cursor.at = close + 1;
  return quotedText(cursor, {
    start,
    end: cursor.at,
    text: cursor.text.slice(start + 1, close),
    code: 'interpolation-single-quotes',
  });
}

/** `$'…'`: escapes in bash, ksh and zsh; a plain string after a dollar in others. Both must agree on where it ends. */
function readAnsiQuotes(cursor: ShellCursor): WordPiece {
  const start = cursor.at;
  let at = start + 2;
  while (at < cursor.end && cursor.text.charAt(at) !== "'") at += cursor.text.charAt(at) === '\\' ? 2 : 1;
  if (at >= cursor.end) cursor.fail("`$'` is never closed");
  if (cursor.kind === 'posix' && at !== cursor.text.indexOf("'", start + 2))
    cursor.fail("`$'…\\'…'` means different things in different shells");
  cursor.at = at + 1;
  return quotedText(cursor, { start, end: cursor.at, text: null, code: 'interpolation-single-quotes' });
}

function quotedText(
  cursor: ShellCursor,
  { start, end, text, code }: { start: number; end: number; text: string | null; code: PlaceCode },
): WordPiece {
  if (cursor.hasHoles({ start, end })) return { kind: 'closed', code, start, end };
  return text === null ? { kind: 'expansion', oneField: true, start, end } : { kind: 'text', text, quoted: true, start, end };
}

function readDoubleQuotes(cursor: ShellCursor, pieces: WordPiece[]): void {
  const start = cursor.at;
  pieces.push({ kind: 'text', text: '', quoted: true, start, end: start + 1 });
  cursor.at += 1;
  while (!cursor.atEnd()) {
    if (cursor.hole() === null && cursor.peek() === '"') {
      cursor.at += 1;
      return;
    }
    readQuotedPiece(cursor, pieces, false);
  }
  cursor.fail('`"` is never closed', start);
}

function readQuotedPiece(cursor: ShellCursor, pieces: WordPiece[], inHeredoc: boolean): void {
  const start = cursor.at;
  const hole = cursor.hole();
  if (hole !== null) {
    cursor.at += 1;
    pieces.push({ kind: 'hole', hole, quoted: true, start, end: cursor.at });
    return;
  }
  switch (cursor.peek()) {
    case '\\':
      cursor.at = Math.min(start + 2, cursor.end);
      if (cursor.hole(start + 1) !== null) pieces.push({ kind: 'closed', code: 'interpolation-unclear', start, end: cursor.at });
      else
        pieces.push({
          kind: 'text',
          text: unescapeQuoted(cursor.text.slice(start, cursor.at), inHeredoc),
          quoted: true,
          start,
          end: cursor.at,
        });
      return;
    case '`':
      pieces.push(readBackticks(cursor));
      return;
    case '$':
      readDollar(cursor, pieces, true);
      return;
    default: {
      const run = cursor.match(PLAIN_IN_QUOTES) ?? cursor.peek();
      cursor.at += run.length;
      pieces.push({ kind: 'text', text: run, quoted: true, start, end: cursor.at });
    }
  }
}

function unescapeQuoted(pair: string, inHeredoc: boolean): string {
  const second = pair.charAt(1);
  if (second === '\n') return '';
  return '$`\\'.includes(second) || (second === '"' && !inHeredoc) ? second : pair;
}

/** Up to the next backtick without a backslash; what is between is not read, as every shell reads it once more later. */
function readBackticks(cursor: ShellCursor): WordPiece {
  const start = cursor.at;
  cursor.at += 1;
  while (!cursor.atEnd()) {
    const character = cursor.hole() === null ? cursor.peek() : '';
    if (character === '`') {
      cursor.at += 1;
      const range = { start, end: cursor.at };
      return cursor.hasHoles(range)
        ? { kind: 'closed', code: 'interpolation-backticks', ...range }
        : { kind: 'expansion', oneField: false, ...range };
    }
    cursor.at += character === '\\' ? 2 : 1;
  }
  return cursor.fail('`` ` `` is never closed', start);
}

function readDollar(cursor: ShellCursor, pieces: WordPiece[], quoted: boolean): void {
  const start = cursor.at;
  if (/^\$[({]?\\\n/.test(cursor.text.slice(start, start + 4)))
    cursor.fail('a backslash at the end of a line, inside an expansion');
  if (cursor.hole(start + 1) !== null) {
    cursor.at += 2;
    pieces.push({ kind: 'closed', code: 'interpolation-unclear', start, end: cursor.at });
    return;
  }
  if (cursor.startsWith('$((')) {
    cursor.at += 3;
    cursor.nested(() => skipArithmetic(cursor));
    pieces.push(closedOrExpansion(cursor, start, 'interpolation-arithmetic', quoted));
    return;
  }
  if (cursor.startsWith('$(')) {
    pieces.push(readSubstitution(cursor, quoted));
    return;
  }
  if (cursor.startsWith('${')) {
    cursor.nested(() => skipBraces(cursor, quoted));
    pieces.push(closedOrExpansion(cursor, start, 'interpolation-expansion', quoted));
    return;
  }
  if (cursor.startsWith('$[')) cursor.fail('`$[` is arithmetic in some shells; write `$((…))`');
  if (!quoted && cursor.startsWith("$'")) {
    pieces.push(readAnsiQuotes(cursor));
    return;
  }
  if (!quoted && cursor.startsWith('$"')) {
    cursor.at += 1;
    readDoubleQuotes(cursor, []);
    pieces.push(closedOrExpansion(cursor, start, 'interpolation-unclear', true));
    return;
  }
  readParameter(cursor, pieces, quoted);
}

function readParameter(cursor: ShellCursor, pieces: WordPiece[], quoted: boolean): void {
  const start = cursor.at;
  const name = cursor.match(/\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/y);
  if (cursor.kind === 'zsh' && /^\$[+=~^]/.test(cursor.text.slice(start, start + 2)))
    cursor.fail('an expansion that only zsh has');
  if (name === null) {
    cursor.at += 1;
    pieces.push({ kind: 'text', text: '$', quoted, start, end: cursor.at });
    return;
  }
  cursor.at += name.length;
  if (cursor.kind === 'zsh' && cursor.peek() === '[') cursor.fail('a subscript after a bare variable; write `${name[…]}`');
  pieces.push({ kind: 'expansion', oneField: quoted ? name !== '$@' : /^\$[#?$!]$/.test(name), start, end: cursor.at });
}

function closedOrExpansion(cursor: ShellCursor, start: number, code: PlaceCode, quoted: boolean): WordPiece {
  const range = { start, end: cursor.at };
  return cursor.hasHoles(range) ? { kind: 'closed', code, ...range } : { kind: 'expansion', oneField: quoted, ...range };
}

function readSubstitution(cursor: ShellCursor, quoted: boolean): WordPiece {
  const start = cursor.at;
  cursor.at += 2;
  const outer = cursor.pending;
  cursor.pending = [];
  const list = cursor.nested(() => cursor.readList(cursor));
  if (cursor.peek() !== ')') cursor.fail('`$(` is never closed', start);
  if (cursor.pending.length > 0) cursor.fail('a here-document has no lines before `)`');
  // Shells disagree on which lines a here-document takes when a substitution after it spans lines.
  if (outer.length > 0 && cursor.text.slice(start, cursor.at).includes('\n'))
    cursor.fail('a here-document before a `$(` of several lines');
  cursor.pending = outer;
  cursor.at += 1;
  return { kind: 'substitution', list, quoted, takesOutput: cursor.text.charAt(start) === '>', start, end: cursor.at };
}

/** `${…}`. Inside double quotes shells disagree on single quotes, and everywhere on a lone `{`. */
function skipBraces(cursor: ShellCursor, quoted: boolean): void {
  const start = cursor.at;
  cursor.at += 2;
  if (/[\s|{]/.test(cursor.peek())) cursor.fail('an expansion that not every shell has');
  while (!cursor.atEnd()) {
    const character = cursor.hole() === null ? cursor.peek() : '';
    if (character === '}') {
      cursor.at += 1;
      return;
    }
    if (character === '{') cursor.fail('a `{` inside `${…}`');
    else if (character === '\\') cursor.at += 2;
    else if (character === "'") {
      if (quoted) cursor.fail('a `\'` inside `"${…}"`');
      readSingleQuotes(cursor);
    } else if (character === '"') skipQuotesInBraces(cursor);
    else if (character === '`') readBackticks(cursor);
    else if (character === '$') readDollar(cursor, [], quoted);
    else cursor.at += 1;
  }
  cursor.fail('`${` is never closed', start);
}

function skipQuotesInBraces(cursor: ShellCursor): void {
  const start = cursor.at;
  readDoubleQuotes(cursor, []);
  if (/[}']/.test(cursor.text.slice(start, cursor.at).replace(/\$\{[A-Za-z0-9_]+\}/g, '')))
    cursor.fail('quotes inside `${…}`', start);
}
