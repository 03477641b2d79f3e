import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessSize, parseSize } from './size.ts';

const cases: readonly [text: string, bytes: number | null][] = [
  ['0B', 0],
  ['10kB', 10_000],
  ['1KiB', 1024],
  ['2GiB', 2_147_483_648],
  ['3TB', 3e12],
  ['2G', null],
  ['2 GiB', null],
  ['GiB', null],
  ['1.5GiB', null],
  ['-1B', null],
  ['999999999999999TiB', null],
];

for (const [text, bytes] of cases) {
  test(`reads ${JSON.stringify(text)} as ${bytes === null ? 'no size' : `${bytes} bytes`}`, () => {
    assert.equal(parseSize(text), bytes);
  });
}

test('guesses what other ways of writing mean', () => {
  assert.deepEqual(['2G', '2 gib', '512m', '10mb', '7', 'big'].map(guessSize), ['2GiB', '2GiB', '512MiB', '10MB', null, null]);
});
