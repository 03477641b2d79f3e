// Here-documents: the lines that follow the line with a `<<WORD`, up to one that is WORD alone.
// Not here: who reads them (shell-judge.ts).

import type { ShellCursor } from './shell-cursor.ts';
import { type Redirect, type WordPiece, literalOf } from './shell-syntax.ts';
import { readHeredocPieces } from './shell-words.ts';

/** Takes the line break that stands here, and the lines of all here-documents that were opened before it. */
export function readLineBreak(cursor: ShellCursor): void {
  cursor.at += 1;
  const pending = cursor.pending;
  cursor.pending = [];
  for (const redirect of pending) redirect.body = readBody(cursor, redirect);
}

function readBody(cursor: ShellCursor, { operator, target }: Redirect): WordPiece[] {
  const delimiter = literalOf(target);
  if (delimiter === null || delimiter.includes('\n')) cursor.fail('a here-document with an unusual delimiter', target.start);
  const isQuoted = target.pieces.some((piece) => piece.kind === 'text' && piece.quoted);
  const start = cursor.at;
  for (;;) {
    if (cursor.atEnd()) cursor.fail(`the here-document is never closed by \`${delimiter}\``, target.start);
    const lineStart = cursor.at;
    const lineBreak = cursor.text.indexOf('\n', lineStart);
    const lineEnd = lineBreak === -1 || lineBreak >= cursor.end ? cursor.end : lineBreak;
    const line = cursor.text.slice(lineStart, lineEnd);
    cursor.at = Math.min(lineEnd + 1, cursor.end);
    if ((operator === '<<-' ? line.replace(/^\t+/, '') : line) !== delimiter) continue;
    // Shells disagree on whether a line that a backslash joins to this one keeps it from ending the text.
    if (!isQuoted && /(?:^|[^\\])(?:\\\\)*\\\n$/.test(cursor.text.slice(start, lineStart))) {
      cursor.fail('a backslash at the end of the last line of a here-document', lineStart - 1);
    }
    return isQuoted
      ? quotedBody(cursor, start, lineStart)
      : cursor.within({ start, end: lineStart }, () => readHeredocPieces(cursor));
  }
}

function quotedBody(cursor: ShellCursor, start: number, end: number): WordPiece[] {
  if (cursor.hasHoles({ start, end })) return [{ kind: 'closed', code: 'interpolation-heredoc-quoted', start, end }];
  return [{ kind: 'text', text: cursor.text.slice(start, end), quoted: true, start, end }];
}
