import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DETACH_KEYS, DetachKeys, parseDetachKeys } from './detach-keys.ts';

const typed = (keys: DetachKeys, text: string): [string, boolean] => {
  const { meant, isDetach } = keys.push(Buffer.from(text, 'latin1'));
  return [meant.toString('latin1'), isDetach];
};

test('keys are named as people say them', () => {
  assert.deepEqual([...parseDetachKeys(DETACH_KEYS)], [0x1c]);
  assert.deepEqual([...parseDetachKeys('ctrl-p,ctrl-Q')], [0x10, 0x11]);
  assert.deepEqual([...parseDetachKeys('~,.')], [0x7e, 0x2e]);
  for (const wrong of ['', 'ctrl-', 'foo', 'ctrl-p,', 'ctrl-1'])
    assert.throws(() => parseDetachKeys(wrong), { code: 'wrong-usage' });
});

test('what comes before the keys is meant for the program, what comes after is not', () => {
  assert.deepEqual(typed(new DetachKeys(Buffer.from([0x1c])), 'ab\u001ccd'), ['ab', true]);
});

test('the beginning of the keys is held back only until something else follows', () => {
  const keys = new DetachKeys(parseDetachKeys('ctrl-p,ctrl-q'));
  assert.deepEqual(typed(keys, 'a\u0010'), ['a', false]);
  assert.deepEqual(typed(keys, 'b'), ['\u0010b', false]);
  assert.deepEqual(typed(keys, '\u0010\u0010'), ['\u0010', false]);
  assert.deepEqual(typed(keys, '\u0011'), ['', true]);
});
