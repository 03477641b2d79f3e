// Lines and columns of offsets.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic, Span } from '../../src/diagnostic/diagnostic.ts';
import { locateDiagnostics } from '../../src/parse/locate-diagnostics.ts';

function at(start: number, end: number, file?: string, related: readonly Span[] = []): Diagnostic {
  const span: Span = file === undefined ? { start, end } : { start, end, file };
  return {
    code: 'x',
    severity: 'error',
    message: 'm',
    help: null,
    span,
    related: related.map((place) => ({ span: place, message: 'r' })),
  };
}

function located(text: string, start: number, end: number): number[] {
  const [first] = locateDiagnostics([{ fileName: 'w', text }], [at(start, end)]);
  return [first?.line ?? 0, first?.column ?? 0, first?.endLine ?? 0, first?.endColumn ?? 0];
}

describe('locateDiagnostics', () => {
  const cases: readonly (readonly [title: string, text: string, start: number, end: number, place: number[]])[] = [
    ['counts from 1', 'abc', 0, 1, [1, 1, 1, 2]],
    ['counts lines', 'a\nbc\nd', 3, 6, [2, 2, 3, 2]],
    ['takes Windows line ends as one', 'a\r\nbc', 4, 5, [2, 2, 2, 3]],
    ['places a line end on its line', 'ab\r\nc', 2, 4, [1, 3, 2, 1]],
    ['counts a tab as one character', '\t\tx', 2, 3, [1, 3, 1, 4]],
    ['counts characters, not UTF-16 units', '😀é😀x', 5, 6, [1, 4, 1, 5]],
    ['does not split a character', '😀x', 1, 2, [1, 1, 1, 2]],
    ['counts no byte order mark', '\ufeffab', 1, 2, [1, 1, 1, 2]],
    ['accepts the place of the byte order mark', '\ufeffab', 0, 0, [1, 1, 1, 1]],
    ['stands behind the last line end at the end of the text', 'a\n', 2, 2, [2, 1, 2, 1]],
    ['keeps within the text', 'a\nb', 9, 99, [2, 2, 2, 2]],
    ['knows empty texts', '', 0, 0, [1, 1, 1, 1]],
  ];
  for (const [title, text, start, end, place] of cases) it(title, () => assert.deepEqual(located(text, start, end), place));

  it('orders by document, then by place', () => {
    const documents = [
      { fileName: 'z', text: 'a\nb\nc' },
      { fileName: 'b', text: 'a\nb' },
      { fileName: 'a', text: 'a' },
    ];
    const given = [at(0, 1, 'a'), at(2, 3, 'b'), at(4, 5), at(0, 1, 'b'), at(0, 1), at(0, 1, 'gone')];
    assert.deepEqual(
      locateDiagnostics(documents, given).map(({ file, line }) => `${file}:${line}`),
      ['z:1', 'z:3', 'b:1', 'b:2', 'a:1', 'gone:1'],
    );
  });

  it('places related places in their own files', () => {
    const documents = [
      { fileName: 'z', text: 'a\nb' },
      { fileName: 'b', text: 'a\n\nxy' },
    ];
    const [first] = locateDiagnostics(documents, [at(2, 3, undefined, [{ start: 4, end: 5, file: 'b' }])]);
    assert.deepEqual(first?.related, [{ file: 'b', line: 3, column: 2, endLine: 3, endColumn: 3, message: 'r' }]);
  });

  it('counts many places of one long line in one go', () => {
    const text = 'é'.repeat(200_000);
    const given = Array.from({ length: 5_000 }, (_, i) => at(i * 40, i * 40 + 1));
    const places = locateDiagnostics([{ fileName: 'w', text }], given.toReversed());
    assert.deepEqual(
      places.map((place) => place.column),
      given.map((diagnostic) => diagnostic.span.start + 1),
    );
  });
});
