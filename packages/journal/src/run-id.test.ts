import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isRunId, newRunId } from './run-id.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('a run id has sixteen characters of Crockford base32 in lower case', () => {
  const id = newRunId(1_795_343_228_007, bytes(255, 254, 253, 252));
  assert.match(id, /^[0-9a-hjkmnp-tv-z]{16}$/);
  assert.ok(isRunId(id));
});

test('the time stands first, so ids sort as the runs began', () => {
  const times = [0, 1, 31, 32, 1023, 1024, 1_795_343_228_007, 1_795_343_228_008, 2 ** 49];
  const ids = times.map((nowMs) => newRunId(nowMs, bytes(255, 255, 255, 255)));
  assert.deepEqual([...ids].sort(), ids);
});

test('the same millisecond gives different ids for different chance', () => {
  assert.notEqual(newRunId(5, bytes(0, 0, 0, 1)), newRunId(5, bytes(0, 0, 0, 2)));
});

test('the known value of a time is what it says', () => {
  assert.equal(newRunId(32 ** 9, bytes(0, 0, 0, 33)), '1000000000000011');
});

test('fewer than four random bytes are refused', () => {
  assert.throws(() => newRunId(5, bytes(1, 2, 3)), /four random bytes/);
});

test('a prefix, an upper-case id and a letter that Crockford leaves out are no run ids', () => {
  for (const text of ['01m81c908w0g40r', '01M81C908W0G40R4', '01m81c908w0g40ri', '', '@'])
    assert.equal(isRunId(text), false, text);
});
