import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocatedDiagnostic } from '@workflow-platform/core';
import { renderCount, renderDiagnostics } from './diagnostics.ts';
import { createStyle } from './style.ts';

const plain = createStyle(false);

function diagnostic(place: Partial<LocatedDiagnostic>): LocatedDiagnostic {
  const line = place.line ?? 1;
  return {
    file: 'w.toml',
    line,
    column: 1,
    endLine: line,
    endColumn: 2,
    code: 'some-code',
    severity: 'error',
    message: 'something is wrong',
    help: null,
    related: [],
    ...place,
  };
}

function render(text: string, place: Partial<LocatedDiagnostic>, columns = 80): string[] {
  return renderDiagnostics([diagnostic(place)], { texts: new Map([['w.toml', text]]), style: plain, columns }).split('\n');
}

test('shows place, code, message, source line with carets, and help', () => {
  assert.deepEqual(render('a = 1\nneeds = ["tset"]\n', { line: 2, column: 11, endColumn: 15, help: 'did you mean `test`?' }), [
    'w.toml:2:11: error[some-code]: something is wrong',
    '  |',
    '2 | needs = ["tset"]',
    '  |           ^^^^',
    '  = help: did you mean `test`?',
    '',
    '',
  ]);
});

test('carets stand right under wide characters and after tabs', () => {
  assert.deepEqual(render('\tkey = "日本" # 🐝 x', { column: 8, endColumn: 12 }).slice(2, 4), [
    '1 |     key = "日本" # 🐝 x',
    '  |           ^^^^^^',
  ]);
});

test('a span of several lines shows its first and last line', () => {
  assert.deepEqual(render('run = """\n  echo a\n  echo b\n"""\n', { column: 7, endLine: 4, endColumn: 4 }).slice(1, -2), [
    '  |',
    '1 | run = """',
    '  |       ^^^',
    '. |',
    '4 | """',
    '  | ^^^',
  ]);
});

test('an empty span at the end of a line still gets a caret', () => {
  assert.deepEqual(render('id =', { column: 5, endColumn: 5 }).slice(2, 4), ['1 | id =', '  |     ^']);
});

test('a long line is shown around its span', () => {
  const text = `x = "${'a'.repeat(300)}BAD${'b'.repeat(300)}"`;
  const [source, marks] = render(text, { column: 306, endColumn: 309 }, 60).slice(2, 4);
  assert.ok(source!.length <= 60, String(source));
  assert.match(source!, /^1 \| …a+BADb+…$/);
  assert.equal(source!.indexOf('BAD'), marks!.indexOf('^^^'));
});

test('a line of megabytes is shown around its span, too', () => {
  const text = `x = "${'🐝'.repeat(2_000_000)}BAD${'b'.repeat(2_000_000)}"`;
  const [source, marks] = render(text, { column: 2_000_006, endColumn: 2_000_009 }, 60).slice(2, 4);
  assert.match(source!, /^1 \| …(🐝)+BADb+…$/u);
  assert.match(marks!, /^  \| +\^{3}$/);
});

test('related places come with their own lines, and unknown files without', () => {
  const place = { line: 3, column: 1, endLine: 3, endColumn: 2, message: 'first used here' };
  const lines = render('a = 1\nb = 2\nc = 3', {
    related: [
      { file: 'w.toml', ...place },
      { file: 'other.toml', ...place },
    ],
  });
  assert.deepEqual(lines.slice(4, 9), [
    '  :: w.toml:3:1: first used here',
    '  |',
    '3 | c = 3',
    '  | -',
    '  :: other.toml:3:1: first used here',
  ]);
});

test('escape sequences of the file do not reach the terminal', () => {
  const text = render('a = "\u001b[2J"', { message: 'bad \u001b[31mred' }).join('\n');
  assert.doesNotMatch(text, /\u001b/);
  assert.match(text, /␛\[2J/);
});

test('counts errors and warnings', () => {
  const warning = diagnostic({ severity: 'warning' });
  assert.equal(renderCount([diagnostic({}), diagnostic({}), warning], ['w.toml']), '2 errors and 1 warning in w.toml');
  assert.equal(renderCount([warning], ['a', 'b']), '1 warning in 2 files');
});
