// Real shells read a quoted text as one word, character by character.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellQuote } from '../../src/index.ts';
import { awkward, hostileValue } from './hostile-values.ts';
import { runShellBatch, shellsHere } from './shell-batch.ts';

const texts = [
  ...awkward,
  ...fc.sample(fc.oneof(hostileValue, fc.string({ unit: 'grapheme' })), { numRuns: 400, seed: 1 }),
].filter((text) => !text.includes('\0') && text.isWellFormed());

for (const { path } of shellsHere()) {
  test(`a quoted text is one word for ${path}`, () => {
    const outputs = runShellBatch(
      path,
      texts.map((text) => ({ script: `probe ${shellQuote(text)} x${shellQuote(text)}`, variables: {} })),
    );
    for (const [at, text] of texts.entries()) {
      assert.deepEqual(outputs[at], { stdout: `2\0${text}\0x${text}\0`, stderr: '' }, JSON.stringify(text));
    }
  });
}

test('a text that needs no quotes has none', () => {
  assert.equal(shellQuote('src/a-b_c.ts:1'), 'src/a-b_c.ts:1');
  assert.equal(shellQuote(''), "''");
  assert.equal(shellQuote("it's"), `'it'\\''s'`);
});
