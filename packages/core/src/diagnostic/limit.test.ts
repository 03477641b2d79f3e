import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Diagnostic } from './diagnostic.ts';
import { limitDiagnostics, sortDiagnostics } from './limit.ts';

function diagnostic(start: number, severity: Diagnostic['severity'] = 'error', code = 'x'): Diagnostic {
  return { code, severity, message: 'm', help: null, span: { start, end: start + 1 }, related: [] };
}

test('diagnostics come in order of place, errors first at the same place, and each once', () => {
  const given = [
    diagnostic(5),
    diagnostic(1, 'warning'),
    diagnostic(1, 'error', 'y'),
    diagnostic(5),
    diagnostic(1, 'error', 'b'),
  ];
  assert.deepEqual(
    sortDiagnostics(given).map(({ code, severity, span }) => [span.start, severity, code]),
    [
      [1, 'error', 'b'],
      [1, 'error', 'y'],
      [1, 'warning', 'x'],
      [5, 'error', 'x'],
    ],
  );
});

test('as many as the limit are shown without a note', () => {
  const given = [0, 1, 2].map((start) => diagnostic(start));
  assert.deepEqual(limitDiagnostics(given, 3), given);
});

test('a flood of warnings hides no error, and a note closes the list', () => {
  const given = [...Array.from({ length: 9 }, (_, start) => diagnostic(start, 'warning')), diagnostic(100), diagnostic(101)];
  const limited = limitDiagnostics(given, 4);
  assert.deepEqual(
    limited.map(({ code, severity, span }) => [code, severity, span.start]),
    [
      ['x', 'warning', 0],
      ['x', 'warning', 1],
      ['x', 'error', 100],
      ['x', 'error', 101],
      ['too-many-problems', 'warning', 101],
    ],
  );
});
