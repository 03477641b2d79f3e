import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openSha256, sha256 } from './digest.ts';

const reference = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

test('hashes as Node does at every length around the borders of blocks, and of small and large content', () => {
  const lengths = [...Array(200).keys(), 65_535, 65_536, 65_537, 200_000];
  for (const length of lengths) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 255);
    assert.equal(sha256(bytes), reference(bytes), `${length} bytes`);
  }
});

test('hashes a text by its UTF-8 bytes, a lone surrogate as the replacement character', () => {
  for (const text of ['', 'abc', 'grüße 😀', '\ud800']) assert.equal(sha256(text), reference(text));
});

test('hashes a text in pieces as it does the whole', () => {
  for (const count of [0, 1, 3, 70, 300]) {
    const pieces = Array.from({ length: count }, (_, at) => `${at} grüße 😀 ${'x'.repeat(997)}`);
    const hash = openSha256();
    for (const piece of pieces) hash.update(piece);
    assert.equal(hash.digest(), reference(pieces.join('')), `${count} pieces`);
  }
});
