// Reads the commands of a shell script: pipelines, groups, loops, functions, tests. Follows POSIX and what bash, ksh and zsh
// share; gives up (ShellUnclear) wherever the shells that could run the script would disagree.
// Not here: words and quotes (shell-words.ts), here-documents (shell-heredoc.ts), single commands (shell-simple.ts).

import { computedVariables, runVariables } from './shell-commands.ts';
import { ShellCursor, ShellUnclear } from './shell-cursor.ts';
import { readLineBreak } from './shell-heredoc.ts';
import { isAhead, readRedirects, readSimple, skipBlanks, takeKeyword } from './shell-simple.ts';
import type { Command, CommandList, GroupCommand, Pipeline, Range, ShellKind, Word, WordPiece } from './shell-syntax.ts';
import { readWord, skipArithmetic } from './shell-words.ts';

export interface ShellScript {
  readonly statements: readonly CommandList[];
  readonly comments: readonly Range[];
  /** From where on the script could not be followed, and why; null when all of it could. */
  readonly unclear: { readonly from: number; readonly at: number; readonly message: string } | null;
  readonly holesIn: (range: Range) => number[];
}

/** Reads a script. Never throws; what comes after an unclear place is left out. */
export function parseShell(script: { text: string; holes: ReadonlyMap<number, number>; kind: ShellKind }): ShellScript {
  const cursor = new ShellCursor({ ...script, readList: (at) => readList(at, []) });
  const statements: CommandList[] = [];
  let from = 0;
  let unclear: ShellScript['unclear'] = null;
  try {
    for (;;) {
      skipToCommand(cursor);
      if (cursor.atEnd()) break;
      from = cursor.at;
      const statement: CommandList = { pipelines: readAndOr(cursor) };
      endStatement(cursor);
      // Not before its here-documents are read: a quote in them may swallow what follows.
      while (cursor.pending.length > 0) {
        skipBlanks(cursor);
        if (cursor.peek() !== '\n') {
          statements.push({ pipelines: readAndOr(cursor) });
          endStatement(cursor);
        } else readLineBreak(cursor);
      }
      statements.push(statement);
    }
  } catch (error) {
    if (!(error instanceof ShellUnclear)) throw error;
    unclear = { from, at: error.at, message: error.message };
  }
  return { statements, comments: cursor.comments, unclear, holesIn: (range) => cursor.holesIn(range) };
}

/** Words that end a list where a command could begin. */
function readList(cursor: ShellCursor, terminators: readonly string[]): CommandList {
  const pipelines: Pipeline[] = [];
  for (;;) {
    skipToCommand(cursor);
    if (cursor.atEnd() || cursor.peek() === ')' || cursor.startsWith(';;') || cursor.startsWith(';&')) break;
    if (terminators.some((word) => isAhead(cursor, word))) break;
    pipelines.push(...readAndOr(cursor));
    skipBlanks(cursor);
    if (cursor.peek() === ')' || cursor.atEnd() || cursor.startsWith(';;') || cursor.startsWith(';&')) break;
    endStatement(cursor);
  }
  return { pipelines };
}

function readAndOr(cursor: ShellCursor): Pipeline[] {
  const pipelines = [readPipeline(cursor)];
  for (;;) {
    skipBlanks(cursor);
    if (!cursor.startsWith('&&') && !cursor.startsWith('||')) return pipelines;
    cursor.at += 2;
    skipToCommand(cursor);
    pipelines.push(readPipeline(cursor));
  }
}

/** Takes what separates statements: `;`, `&` or a line break. */
function endStatement(cursor: ShellCursor): void {
  skipBlanks(cursor);
  if (cursor.atEnd()) {
    if (cursor.pending.length > 0) cursor.fail('a here-document has no lines');
    return;
  }
  if (cursor.peek() === '\n') readLineBreak(cursor);
  else if (cursor.peek() === '&' || (cursor.peek() === ';' && cursor.peek(1) !== ';')) cursor.at += 1;
  else cursor.fail(`\`${cursor.peek()}\` where a command should end`);
}

/** Skips blanks, line breaks and comments. */
function skipToCommand(cursor: ShellCursor): void {
  for (;;) {
    skipBlanks(cursor);
    if (cursor.peek() !== '\n') return;
    readLineBreak(cursor);
  }
}

function readPipeline(cursor: ShellCursor): Pipeline {
  skipBlanks(cursor);
  if (cursor.kind !== 'posix' && cursor.startsWith('!(')) cursor.fail('`!(` is a pattern in some shells; write `! (`');
  while (takeKeyword(cursor, '!') || takeKeyword(cursor, 'time')) {
    skipBlanks(cursor);
    if (cursor.match(/-p(?=[ \t])/y) !== null) cursor.at += 2;
    skipBlanks(cursor);
  }
  const commands = [cursor.nested(() => readCommand(cursor))];
  for (;;) {
    skipBlanks(cursor);
    if (cursor.peek() !== '|' || cursor.peek(1) === '|') return { commands };
    cursor.at += cursor.peek(1) === '&' ? 2 : 1;
    skipToCommand(cursor);
    commands.push(cursor.nested(() => readCommand(cursor)));
  }
}

function readCommand(cursor: ShellCursor): Command {
  const start = cursor.at;
  if (cursor.peek() === '(') return cursor.peek(1) === '(' ? readArithmetic(cursor) : readSubshell(cursor);
  if (takeKeyword(cursor, '{')) return group(cursor, start, { lists: [readBlock(cursor, '}')] });
  if (takeKeyword(cursor, 'if')) return readIf(cursor, start);
  if (takeKeyword(cursor, 'while') || takeKeyword(cursor, 'until')) {
    return group(cursor, start, { lists: [readBlock(cursor, 'do'), readBlock(cursor, 'done')] });
  }
  if (takeKeyword(cursor, 'for')) return readFor(cursor, start);
  if (takeKeyword(cursor, 'case')) return readCase(cursor, start);
  if (isAhead(cursor, '[[')) return readTest(cursor);
  for (const word of [
    'select',
    'function',
    'coproc',
    'repeat',
    'foreach',
    'then',
    'else',
    'elif',
    'fi',
    'do',
    'done',
    'esac',
    '}',
  ]) {
    if (!isAhead(cursor, word)) continue;
    if (cursor.kind !== 'posix' && word === 'function') return readFunction(cursor, start);
    if (cursor.kind !== 'posix' && cursor.kind !== 'zsh' && word === 'select') {
      takeKeyword(cursor, word);
      return readFor(cursor, start);
    }
    if (cursor.kind === 'zsh' || (word !== 'repeat' && word !== 'foreach')) cursor.fail(`\`${word}\` is not expected here`);
  }
  const simple = readSimple(cursor);
  if (simple.kind === 'simple') return simple;
  skipToCommand(cursor);
  return { kind: 'function', name: simple.name, body: cursor.nested(() => readCommand(cursor)), start, end: cursor.at };
}

function group(
  cursor: ShellCursor,
  start: number,
  parts: { lists: CommandList[]; words?: Word[]; closed?: WordPiece[] },
): GroupCommand {
  const redirects = readRedirects(cursor);
  return {
    kind: 'group',
    words: parts.words ?? [],
    closed: parts.closed ?? [],
    lists: parts.lists,
    redirects,
    start,
    end: cursor.at,
  };
}

function readBlock(cursor: ShellCursor, ...closers: string[]): CommandList {
  const start = cursor.at;
  const list = readList(cursor, closers);
  if (!closers.some((word) => takeKeyword(cursor, word))) cursor.fail(`\`${closers.at(-1)}\` is missing`, start);
  return list;
}

function readSubshell(cursor: ShellCursor): Command {
  const start = cursor.at;
  cursor.at += 1;
  const list = readList(cursor, []);
  if (cursor.peek() !== ')') cursor.fail('`(` is never closed', start);
  cursor.at += 1;
  return group(cursor, start, { lists: [list] });
}

function readArithmetic(cursor: ShellCursor): Command {
  const start = cursor.at;
  if (cursor.kind === 'posix') cursor.fail('`((` is arithmetic in some shells; write `( (` or use `$((…))`');
  cursor.at += 2;
  skipArithmetic(cursor);
  return group(cursor, start, {
    lists: [],
    closed: [{ kind: 'closed', code: 'interpolation-arithmetic', start, end: cursor.at }],
  });
}

function readIf(cursor: ShellCursor, start: number): Command {
  const lists = [readBlock(cursor, 'then')];
  for (;;) {
    lists.push(readList(cursor, ['elif', 'else', 'fi']));
    if (takeKeyword(cursor, 'elif')) lists.push(readBlock(cursor, 'then'));
    else {
      if (takeKeyword(cursor, 'else')) lists.push(readBlock(cursor, 'fi'));
      else if (!takeKeyword(cursor, 'fi')) cursor.fail('`fi` is missing', start);
      return group(cursor, start, { lists });
    }
  }
}

function readFor(cursor: ShellCursor, start: number): Command {
  skipBlanks(cursor);
  const nameStart = cursor.at;
  const words: Word[] = [];
  let code: 'interpolation-arithmetic' | 'interpolation-command' = 'interpolation-command';
  if (cursor.startsWith('((') && cursor.kind !== 'posix') {
    cursor.at += 2;
    skipArithmetic(cursor);
    code = 'interpolation-arithmetic';
  } else {
    const name = readWord(cursor);
    if (name === null || computedVariables.has(name.raw) || runVariables.has(name.raw))
      cursor.fail('`for` without a plain name', nameStart);
  }
  const closed: WordPiece[] = [{ kind: 'closed', code, start: nameStart, end: cursor.at }];
  skipToCommand(cursor);
  if (takeKeyword(cursor, 'in')) {
    for (let word = nextWord(cursor); word !== null; word = nextWord(cursor)) words.push(word);
  }
  skipBlanks(cursor);
  if (cursor.peek() === ';') cursor.at += 1;
  skipToCommand(cursor);
  if (!takeKeyword(cursor, 'do')) cursor.fail('`do` is missing');
  return group(cursor, start, { lists: [readBlock(cursor, 'done')], words, closed });
}

function nextWord(cursor: ShellCursor): Word | null {
  skipBlanks(cursor);
  return readWord(cursor);
}

function readCase(cursor: ShellCursor, start: number): Command {
  const subject = nextWord(cursor);
  if (subject === null) cursor.fail('`case` without a value');
  skipToCommand(cursor);
  if (!takeKeyword(cursor, 'in')) cursor.fail('`in` is missing');
  const words = [subject];
  const lists: CommandList[] = [];
  for (;;) {
    skipToCommand(cursor);
    if (takeKeyword(cursor, 'esac')) return group(cursor, start, { lists, words });
    words.push(...readPatterns(cursor));
    lists.push(readList(cursor, ['esac']));
    const end = cursor.match(/;;&|;;|;&/y);
    if (end !== null) cursor.at += end.length;
    else if (!isAhead(cursor, 'esac')) cursor.fail('`esac` is missing', start);
  }
}

function readPatterns(cursor: ShellCursor): Word[] {
  const patterns: Word[] = [];
  if (cursor.peek() === '(') cursor.at += 1;
  for (;;) {
    skipBlanks(cursor);
    const pattern = readWord(cursor, cursor.kind === 'posix' ? 'plain' : 'pattern');
    if (pattern === null) cursor.fail('a pattern is missing');
    patterns.push(pattern);
    skipBlanks(cursor);
    if (cursor.peek() === ')') break;
    if (cursor.peek() !== '|') cursor.fail('a pattern that does not end in `)`');
    cursor.at += 1;
  }
  cursor.at += 1;
  return patterns;
}

function readTest(cursor: ShellCursor): Command {
  const start = cursor.at;
  if (cursor.kind === 'posix') cursor.fail('`[[` is not in every sh; write `[` or set `shell = "bash"`');
  takeKeyword(cursor, '[[');
  const words: Word[] = [];
  for (;;) {
    skipToCommand(cursor);
    if (cursor.atEnd()) cursor.fail('`[[` is never closed', start);
    if (takeKeyword(cursor, ']]')) break;
    const operator = cursor.match(/&&|\|\||[()<>]/y);
    if (operator !== null) {
      words.push(operatorWord(cursor, operator));
      continue;
    }
    const previous = words.at(-1)?.raw;
    const word = readWord(cursor, previous === '=~' ? 'regex' : 'pattern');
    if (word === null) cursor.fail(`\`${cursor.peek()}\` inside \`[[\``);
    words.push(word);
  }
  return { kind: 'test', words, redirects: readRedirects(cursor), start, end: cursor.at };
}

function operatorWord(cursor: ShellCursor, raw: string): Word {
  const start = cursor.at;
  cursor.at += raw.length;
  return { raw, pieces: [{ kind: 'text', text: raw, quoted: false, start, end: cursor.at }], start, end: cursor.at };
}

function readFunction(cursor: ShellCursor, start: number): Command {
  takeKeyword(cursor, 'function');
  const name = nextWord(cursor);
  if (name === null) cursor.fail('a function without a name');
  skipBlanks(cursor);
  const brackets = cursor.match(/\([ \t]*\)/y);
  if (brackets !== null) cursor.at += brackets.length;
  skipToCommand(cursor);
  return { kind: 'function', name, body: cursor.nested(() => readCommand(cursor)), start, end: cursor.at };
}
