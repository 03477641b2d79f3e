import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from './json.ts';
import { builtinParameterTypes } from './parameter-types.ts';

/** What is given, and what it becomes; undefined when it is refused. */
const cases: { readonly [type: string]: readonly [given: Json, value: Json | undefined][] } = {
  string: [
    ['', ''],
    ['5', '5'],
    [5, undefined],
    [null, undefined],
  ],
  integer: [
    ['5', 5],
    [' -7 ', -7],
    ['+0', 0],
    [3, 3],
    ['5.0', undefined],
    [1.5, undefined],
    ['0x10', undefined],
    ['', undefined],
    ['9007199254740993', undefined],
    [true, undefined],
  ],
  number: [
    ['1.5', 1.5],
    ['.5', 0.5],
    ['-2e3', -2000],
    [7, 7],
    ['1e999', undefined],
    ['Infinity', undefined],
    ['', undefined],
    ['1,5', undefined],
  ],
  boolean: [
    ['true', true],
    ['Yes', true],
    ['1', true],
    ['off', false],
    [false, false],
    ['maybe', undefined],
    ['', undefined],
    [1, undefined],
  ],
  enum: [['quick', 'quick']],
  list: [
    ['a, b,c', ['a', 'b', 'c']],
    ['', []],
    ['["a,b", 1]', ['a,b', 1]],
    ['[a', undefined],
    [
      ['x', 2],
      ['x', 2],
    ],
    [5, undefined],
  ],
  path: [
    ['a/b', 'a/b'],
    ['/abs', '/abs'],
    ['', undefined],
    ['a\0', undefined],
    [1, undefined],
  ],
  duration: [
    ['90s', '1m30s'],
    ['10m', '10m'],
    ['10', undefined],
    [10, undefined],
  ],
  json: [
    ['{"a": [1]}', { a: [1] }],
    ['"x"', 'x'],
    [{ a: 1 }, { a: 1 }],
    ['x', undefined],
    [null, null],
  ],
  secret: [
    ['s3cret', 's3cret'],
    [5, undefined],
  ],
};

test('there are exactly the types that the format promises', () => {
  assert.deepEqual(
    builtinParameterTypes.map((type) => type.name),
    Object.keys(cases),
  );
});

for (const type of builtinParameterTypes) {
  for (const [given, value] of cases[type.name]!) {
    test(`${type.name} ${value === undefined ? 'refuses' : `makes ${JSON.stringify(value)} of`} ${JSON.stringify(given)}`, () => {
      const parsed = type.parse(given);
      assert.deepEqual(parsed.ok ? parsed.value : undefined, value);
      if (!parsed.ok) assert.match(parsed.problem, /^(must|is|begins) /);
    });
  }
}
