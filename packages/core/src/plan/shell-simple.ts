// Reads single commands of a shell script: assignments, words, redirects; and what lies between words.
// Not here: what holds commands together (shell-parser.ts).

import type { ShellCursor } from './shell-cursor.ts';
import type { Assignment, Redirect, SimpleCommand, Word } from './shell-syntax.ts';
import { readWord } from './shell-words.ts';

/** A command, or the `name ()` that begins a function. */
type SimpleOrName = SimpleCommand | { readonly kind: 'function-name'; readonly name: Word };

/** Commands whose arguments may be `name=(…)`. */
export const declarations: ReadonlySet<string> = new Set([
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
  'integer',
  'float',
  'private',
]);

/** Skips blanks, joined lines and a comment, but no line break. */
export function skipBlanks(cursor: ShellCursor): void {
  for (;;) {
    const character = cursor.peek();
    if (cursor.hole() === null && (character === ' ' || character === '\t')) cursor.at += 1;
    else if (character === '\\' && cursor.peek(1) === '\n' && cursor.hole(cursor.at + 1) === null) skipJoin(cursor);
    else if (character === '#' && startsWord(cursor)) skipComment(cursor);
    else return;
  }
}

/** Says whether a reserved word stands here: unquoted, and alone. */
export function isAhead(cursor: ShellCursor, word: string): boolean {
  if (!cursor.startsWith(word)) return false;
  const next = cursor.peek(word.length);
  return next === '' || (cursor.hole(cursor.at + word.length) === null && ' \t\n;&|<>()'.includes(next));
}

/** Takes a reserved word if it stands here. */
export function takeKeyword(cursor: ShellCursor, word: string): boolean {
  skipBlanks(cursor);
  if (!isAhead(cursor, word)) return false;
  cursor.at += word.length;
  return true;
}

/** Reads a single command, up to what ends it. */
export function readSimple(cursor: ShellCursor): SimpleOrName {
  const start = cursor.at;
  const assignments: Assignment[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (;;) {
    skipBlanks(cursor);
    const redirect = readRedirect(cursor);
    if (redirect !== null) {
      redirects.push(redirect);
      continue;
    }
    if (cursor.peek() === '(' && cursor.hole() === null) {
      const name = readBracket(cursor, { assignments, words, redirects });
      if (name !== null) return { kind: 'function-name', name };
      continue;
    }
    const word = readWord(cursor);
    if (word === null) break;
    const assignment = words.length === 0 ? readAssignment(cursor, word) : null;
    if (assignment !== null) assignments.push(assignment);
    else {
      if (words.length === 0 && word.raw.includes('\\\n')) cursor.fail('a command name over two lines', word.start);
      if (cursor.kind === 'zsh' && words.length === 0 && word.raw.startsWith('{')) cursor.fail('a `{` without a blank behind it');
      if (cursor.kind === 'zsh' && word.raw === '}') cursor.fail('`}` as an argument ends a block in zsh');
      words.push(word);
    }
  }
  if (cursor.at === start)
    cursor.fail(cursor.atEnd() ? 'a command is missing' : `\`${cursor.peek()}\` where a command should begin`);
  return { kind: 'simple', assignments, words, redirects, start, end: cursor.at };
}

/** Reads the redirects behind a group. */
export function readRedirects(cursor: ShellCursor): Redirect[] {
  const redirects: Redirect[] = [];
  for (;;) {
    skipBlanks(cursor);
    const redirect = readRedirect(cursor);
    if (redirect === null) return redirects;
    redirects.push(redirect);
  }
}

/** A line joined to the next, between blanks; anywhere else it may hide an operator. */
function skipJoin(cursor: ShellCursor): void {
  const before = cursor.at === 0 ? ' ' : cursor.text.charAt(cursor.at - 1);
  const after = cursor.text.charAt(cursor.at + 2);
  const isWordCharacter = /[\w.,:/@%+'"\uFFFF-]/;
  const isBlank = (character: string): boolean => ' \t\n'.includes(character);
  if (!isBlank(before) && !isBlank(after) && !(isWordCharacter.test(before) && isWordCharacter.test(after))) {
    cursor.fail('a backslash at the end of a line, inside an operator');
  }
  cursor.at += 2;
}

function startsWord(cursor: ShellCursor): boolean {
  return cursor.at === 0 || ' \t\n;&|<>()'.includes(cursor.text.charAt(cursor.at - 1));
}

function skipComment(cursor: ShellCursor): void {
  const start = cursor.at;
  const lineBreak = cursor.text.indexOf('\n', start);
  cursor.at = lineBreak === -1 || lineBreak > cursor.end ? cursor.end : lineBreak;
  cursor.comments.push({ start, end: cursor.at });
}

function readRedirect(cursor: ShellCursor): Redirect | null {
  const start = cursor.at;
  if (cursor.hole() !== null) return null;
  const operator = cursor.match(/(?:[0-9]+|\{[A-Za-z_]\w*\})?(?:<<<|<<-|<<|<>|<&|<|>>|>&|>\||>)|&>>|&>/y);
  if (operator === null) return null;
  const sign = operator.replace(/^(?:[0-9]+|\{\w+\})/, '');
  if (cursor.kind !== 'posix' && (sign === '<' || sign === '>') && cursor.peek(operator.length) === '(') {
    // `<(…)` is a word; with a number before it, it is nothing.
    if (operator === sign) return null;
    cursor.fail('a number before `<(`');
  }
  if (cursor.kind === 'posix' && (sign === '<<<' || sign.startsWith('&>') || operator.startsWith('{'))) {
    cursor.fail(`\`${operator}\` is not in every sh; set \`shell = "bash"\``);
  }
  cursor.at += operator.length;
  if (cursor.startsWith('\\\n')) cursor.fail('a backslash at the end of a line, behind a redirect');
  skipBlanks(cursor);
  const target = readWord(cursor);
  if (target === null) cursor.fail(`nothing follows \`${operator}\``, start);
  const redirect: Redirect = { operator: sign, target, body: null, start, end: cursor.at };
  if (sign === '<<' || sign === '<<-') cursor.pending.push(redirect);
  return redirect;
}

function readAssignment(cursor: ShellCursor, word: Word): Assignment | null {
  const plain = /^([A-Za-z_]\w*)\+?=/.exec(word.raw);
  if (plain !== null) {
    const value = valueBehind(word, plain[0].length);
    const values = cursor.peek() === '(' && word.raw.length === plain[0].length ? readElements(cursor) : [value];
    return { name: plain[1] ?? '', values, subscript: null, start: word.start, end: cursor.at };
  }
  const element = /^([A-Za-z_]\w*)\[/.exec(word.raw);
  if (element === null) return null;
  const simple = /^[A-Za-z_]\w*\[[\w@*]*\]\+?=/.exec(word.raw);
  if (simple !== null) {
    const values = [valueBehind(word, simple[0].length)];
    return { name: element[1] ?? '', values, subscript: null, start: word.start, end: cursor.at };
  }
  if (!/\]\+?=/.test(word.raw)) cursor.fail('a subscript with blanks', word.start);
  return { name: element[1] ?? '', values: [], subscript: word, start: word.start, end: cursor.at };
}

/** The part of a word behind its first characters, none of which are quotes or expansions. */
function valueBehind(word: Word, length: number): Word {
  const start = word.start + length;
  const pieces = word.pieces.flatMap((piece) => {
    if (piece.end <= start && piece.kind === 'text') return [];
    if (piece.start >= start || piece.kind !== 'text') return [piece];
    return [{ ...piece, text: piece.text.slice(start - piece.start), start }];
  });
  return { raw: word.raw.slice(length), pieces, start, end: word.end };
}

/** The items of `name=(…)`. */
function readElements(cursor: ShellCursor): Word[] {
  const start = cursor.at;
  if (cursor.kind === 'posix') cursor.fail('lists are not in every sh; set `shell = "bash"`');
  cursor.at += 1;
  const elements: Word[] = [];
  for (;;) {
    skipBlanks(cursor);
    if (cursor.peek() === '\n') {
      if (cursor.pending.length > 0) cursor.fail('a here-document before a list of several lines', start);
      cursor.at += 1;
    } else if (cursor.peek() === ')') {
      cursor.at += 1;
      return elements;
    } else {
      const element = readWord(cursor);
      if (element === null) cursor.fail(cursor.atEnd() ? '`(` is never closed' : `\`${cursor.peek()}\` in a list`, start);
      elements.push(element);
    }
  }
}

/** `(` behind words: `name ()` of a function, or `declare name=(…)`; returns the function's name. */
function readBracket(
  cursor: ShellCursor,
  { assignments, words, redirects }: { assignments: Assignment[]; words: Word[]; redirects: Redirect[] },
): Word | null {
  const [first] = words;
  const last = words.at(-1);
  if (first !== undefined && words.length === 1 && assignments.length === 0 && redirects.length === 0) {
    const brackets = cursor.match(/\([ \t]*\)/y);
    if (brackets === null || !/^[\w.:/-]+$/.test(first.raw)) cursor.fail('`(` behind a word');
    cursor.at += brackets.length;
    return first;
  }
  const name = /^([A-Za-z_]\w*)\+?=$/.exec(last?.raw ?? '');
  if (first === undefined || name === null || !declarations.has(first.raw) || last?.end !== cursor.at)
    return cursor.fail('`(` behind a word');
  const start = cursor.at;
  assignments.push({ name: name[1] ?? '', values: readElements(cursor), subscript: null, start, end: cursor.at });
  return null;
}
