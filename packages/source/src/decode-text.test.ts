import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '@workflow-platform/events';
import { decodeText, firstBadByte } from './decode-text.ts';

function refusal(bytes: readonly number[]): string {
  try {
    decodeText(Uint8Array.from(bytes), 'a.toml');
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.equal(error.exitCode, 2);
    return `${error.code}: ${error.message}`;
  }
  return 'fine';
}

test('decodes UTF-8 and drops a byte order mark', () => {
  assert.equal(decodeText(Buffer.from('é 🐝\n'), 'a'), 'é 🐝\n');
  assert.equal(decodeText(Buffer.from('\ufeffid'), 'a'), 'id');
});

test('names the place of the first byte that is not UTF-8, in characters', () => {
  assert.equal(
    refusal([...Buffer.from('a = 1\né = '), 0xff]),
    'invalid-utf8: a.toml is not valid UTF-8: byte 0xff at line 2, column 5 (byte 11)',
  );
});

test('names the place of a zero byte', () => {
  assert.equal(refusal([0x61, 0x0a, 0x00]), 'binary-file: a.toml holds binary data: a zero byte at line 2, column 1 (byte 2)');
});

test('says UTF-16 when it is', () => {
  assert.equal(refusal([0xff, 0xfe, 0x61, 0x00]), 'invalid-utf8: a.toml is UTF-16, not UTF-8');
});

test('agrees with the decoder of the platform about every two- and three-byte start', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const isValid = (bytes: Uint8Array) => {
    try {
      decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xf5, 0xff];
  for (let first = 0; first < 256; first += 1) {
    for (const second of edges) {
      for (const third of edges) {
        for (const tail of [[], [0x80]]) {
          const bytes = Uint8Array.from([first, second, third, ...tail]);
          assert.equal(firstBadByte(bytes) === -1, isValid(bytes), bytes.toString());
        }
      }
    }
  }
});
