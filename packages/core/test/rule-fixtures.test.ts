// What each rule finds, place by place: testdata/rules/CODE.toml and beside it CODE.json, the diagnostics that are expected.
// `UPDATE_FIXTURES=1 node --test` writes the expected files anew; their diff is to be read.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { rules } from '../src/index.ts';
import { diagnose } from './diagnose.ts';

const folder = new URL('../testdata/rules/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.toml'))
  .map((name) => name.slice(0, -'.toml'.length));

for (const name of names) {
  test(`${name}: the fixture gives exactly what is expected, each at its place`, () => {
    const located = diagnose(readFileSync(new URL(`${name}.toml`, folder), 'utf8'));
    assert.ok(
      located.some(({ code }) => code === name),
      `the fixture gives: ${located.map(({ code }) => code).join(', ') || 'nothing'}`,
    );
    const expected = new URL(`${name}.json`, folder);
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(expected, `${JSON.stringify(located, null, 2)}\n`);
    assert.deepEqual(located, JSON.parse(readFileSync(expected, 'utf8')));
  });
}

test('every code has a fixture', () => {
  assert.deepEqual(names.toSorted(), rules.map(({ code }) => code).toSorted());
});
