import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parsePath } from './json-path.ts';

const value = {
  a: { 'b-c': [1, { d: 'x' }, { d: 'y', kind: 'k' }, { d: 7, kind: 'k' }] },
  models: { one: { cost: 1 }, two: { cost: 2 } },
};

for (const [path, found] of [
  ['a.b-c[0]', [1]],
  ['a.b-c[9]', []],
  ['a.b-c[*].d', ['x', 'y', 7]],
  ['a.b-c[kind=k].d', ['y', 7]],
  ['a.b-c[d=7].kind', ['k']],
  ['models.*.cost', [1, 2]],
  ['a.nothing.at.all', []],
  ['a.b-c.d', []],
  ['toString', []],
] as const) {
  it(`\`${path}\` means ${JSON.stringify(found)}`, () => assert.deepEqual(parsePath(path)?.(value), found));
}

for (const path of ['', '.', 'a..b', 'a.', 'a b', 'a[', 'a[x]', '$.a', 'a[0]b']) {
  it(`\`${path}\` is no path`, () => assert.equal(parsePath(path), null));
}
