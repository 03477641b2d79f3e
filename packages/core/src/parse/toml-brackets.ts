// What stands between the items of arrays and inline tables: commas, line ends, comments, the closing bracket, or the
// discovery that the bracket is missing.
// Not here: the items (toml-values.ts).

import { depthMax, reportTooDeep } from './toml-keys.ts';
import { type TomlReader, CLOSE_BRACE, CLOSE_BRACKET, COMMA, END } from './toml-reader.ts';
import { indentOf, looksLikeHeader, looksLikeHeaderOnly, looksLikePair, nextStatement } from './toml-recovery.ts';

export type Closer = typeof CLOSE_BRACKET | typeof CLOSE_BRACE;

/** Around a value: the bracket that closes what it stands in, and how deep that is. */
export interface Surroundings {
  readonly closer: Closer | null;
  /** Of arrays and inline tables; 0 at top level. */
  readonly depth: number;
  /** Of the tables around all of them. */
  readonly tableDepth: number;
}

/** An array or inline table that is being read. */
export interface Brackets {
  readonly open: number;
  readonly closer: Closer;
  readonly outerCloser: Closer | null;
  /** Whether a comma must, may or must not come next. */
  comma: 'needed' | 'allowed' | 'refused';
  /** Where the last item ended. */
  itemEnd: number;
}

/** Steps over an opening bracket. Returns null when it nests too deep; then the statement is given up. */
export function openBrackets(reader: TomlReader, around: Surroundings, closer: Closer): Brackets | null {
  const open = reader.at;
  if (around.depth + around.tableDepth >= depthMax) {
    reportTooDeep(reader, open, open + 1);
    reader.cutAt(nextStatement(reader, open), open + 1);
    return null;
  }
  reader.at++;
  return { open, closer, outerCloser: around.closer, comma: 'refused', itemEnd: open + 1 };
}

/** Steps to the next item. Returns false when there is none: the closing bracket was passed, or is missing. */
export function findItem(reader: TomlReader, brackets: Brackets): boolean {
  for (;;) {
    if (reader.cut || reader.problems.isFull) return false;
    const isNewLine = reader.skipTrivia();
    const code = reader.code();
    if (code === brackets.closer) {
      reader.at++;
      return false;
    }
    if (code === COMMA) {
      passComma(reader, brackets);
      continue;
    }
    if (code === END || (isNewLine && isNextStatement(reader, brackets))) {
      reportUnclosed(reader, brackets);
      reader.cutAt(reader.at, brackets.itemEnd);
      return false;
    }
    if (code === CLOSE_BRACKET || code === CLOSE_BRACE) {
      if (code === brackets.outerCloser) reportUnclosed(reader, brackets);
      else reportWrongBracket(reader, brackets);
      return false;
    }
    if (brackets.comma === 'needed') {
      reader.problems.add(
        'toml-missing-comma',
        reader.at,
        reader.at + 1,
        `a comma is missing before this ${itemName(brackets)}`,
        'put a comma between the two',
      );
    }
    return true;
  }
}

function passComma(reader: TomlReader, brackets: Brackets): void {
  const { at } = reader;
  if (brackets.comma === 'refused') {
    reader.problems.add('toml-extra-comma', at, at + 1, `no ${itemName(brackets)} stands before this comma`, 'remove the comma');
  }
  brackets.comma = 'refused';
  brackets.itemEnd = at + 1;
  reader.at = at + 1;
}

/** Says whether the line that begins at the place is more likely the next statement than an item. */
function isNextStatement(reader: TomlReader, brackets: Brackets): boolean {
  const { at } = reader;
  if (brackets.closer === CLOSE_BRACKET) {
    return (
      (brackets.comma === 'needed' ? looksLikeHeader(reader, at) : looksLikeHeaderOnly(reader, at)) || looksLikePair(reader, at)
    );
  }
  if (looksLikeHeader(reader, at)) return true;
  // A pair fits into an inline table. Without a comma before it, its indentation tells whether it was meant to be in there.
  return brackets.comma === 'needed' && looksLikePair(reader, at) && indentOf(reader, at) <= indentOf(reader, brackets.open);
}

function reportUnclosed(reader: TomlReader, brackets: Brackets): void {
  const isArray = brackets.closer === CLOSE_BRACKET;
  const related =
    reader.at < reader.text.length
      ? [{ span: { start: reader.at, end: reader.at + 1 }, message: 'it has to end before this' }]
      : [];
  reader.problems.add(
    isArray ? 'toml-unclosed-array' : 'toml-unclosed-inline-table',
    brackets.open,
    brackets.open + 1,
    `this ${isArray ? 'array' : 'inline table'} is never closed; it starts here`,
    `add \`${isArray ? ']' : '}'}\` behind its last ${itemName(brackets)}`,
    related,
  );
}

function reportWrongBracket(reader: TomlReader, brackets: Brackets): void {
  const { at, text } = reader;
  const [opener, closer] = brackets.closer === CLOSE_BRACKET ? ['[', ']'] : ['{', '}'];
  reader.problems.add(
    'toml-wrong-bracket',
    at,
    at + 1,
    `\`${text.charAt(at)}\` cannot close \`${opener}\``,
    `write \`${closer}\``,
    [{ span: { start: brackets.open, end: brackets.open + 1 }, message: 'opened here' }],
  );
  reader.at++;
}

function itemName(brackets: Brackets): string {
  return brackets.closer === CLOSE_BRACKET ? 'element' : 'key';
}
