import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../model/json.ts';
import { expandMatrix, MATRIX_ITEMS_MAX } from './expand-matrix.ts';

function expand(
  axes: { readonly [name: string]: readonly Json[] },
  more: { exclude?: readonly Json[]; include?: readonly Json[] } = {},
) {
  const list = Object.entries(axes).map(([name, values]) => ({ name, values }));
  return expandMatrix({ axes: list, exclude: more.exclude ?? [], include: more.include ?? [] });
}

function keys(...args: Parameters<typeof expand>): string[] {
  const expansion = expand(...args);
  assert.ok(expansion.ok);
  return expansion.items.map(({ key }) => key);
}

test('the last axis changes fastest', () => {
  assert.deepEqual(keys({ os: ['linux', 'macos'], node: [20, 22] }), ['linux,20', 'linux,22', 'macos,20', 'macos,22']);
});

test('an axis without values leaves no combination', () => {
  assert.deepEqual(keys({ os: ['linux'], node: [] }), []);
});

test('what agrees with all of an exclusion is left out; a number is no text', () => {
  const axes = { os: ['linux', 'macos'], node: [20, 22] };
  assert.deepEqual(keys(axes, { exclude: [{ os: 'macos', node: 20 }] }), ['linux,20', 'linux,22', 'macos,22']);
  assert.deepEqual(keys(axes, { exclude: [{ os: 'macos' }] }), ['linux,20', 'linux,22']);
  assert.deepEqual(keys(axes, { exclude: [{ node: '20' }] }).length, 4);
});

test('tables are values too', () => {
  assert.deepEqual(keys({ at: [{ a: 1 }, { a: 2 }] }, { exclude: [{ at: { a: 1 } }] }), ['{"a":2}']);
});

test('include adds as GitHub Actions does: the example of its documentation', () => {
  const expansion = expand(
    { fruit: ['apple', 'pear'], animal: ['cat', 'dog'] },
    {
      include: [
        { color: 'green' },
        { color: 'pink', animal: 'cat' },
        { fruit: 'apple', shape: 'circle' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    },
  );
  assert.deepEqual(expansion.ok && expansion.items.map(({ value }) => value), [
    { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
    { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'pear', animal: 'dog', color: 'green' },
    { fruit: 'banana' },
    { fruit: 'banana', animal: 'cat' },
  ]);
  assert.deepEqual(expansion.ok && expansion.items.map(({ key }) => key).slice(-2), ['banana', 'banana,cat']);
});

test('what makes no sense is told, with its place', () => {
  const axes = { os: ['linux'] };
  const problems: readonly (readonly [Parameters<typeof expand>[1], string])[] = [
    [{ exclude: [{ os: 'linux' }, { so: 'linux' }] }, 'exclude 1: `so` in `exclude` is no axis; there are os'],
    [{ exclude: ['linux'] }, 'exclude 0: `exclude` must hold tables, such as `{ os = "…" }`'],
    [{ include: [{}] }, 'include 0: an empty table in `include` says nothing'],
    [{ include: [null] }, 'include 0: `include` must hold tables, such as `{ name = "…" }`'],
  ];
  for (const [more, told] of problems) {
    const expansion = expand(axes, more);
    assert.equal(expansion.ok ? '' : `${expansion.of} ${expansion.index}: ${expansion.message}`, told);
  }
});

test('a product that no machine could hold is refused without being made', () => {
  const long = Array.from({ length: 1000 }, (_, index) => index);
  const expansion = expand({ a: long, b: long, c: long, d: long, e: long });
  assert.equal(
    expansion.ok ? '' : expansion.message,
    `the matrix has 1000000000000000 combinations, and may have ${MATRIX_ITEMS_MAX}`,
  );
});
