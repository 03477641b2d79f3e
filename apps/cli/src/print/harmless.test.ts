import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { harmless, harmlessLines, lastRewrite } from './harmless.ts';

test('takes terminal sequences away and shows other control characters', () => {
  for (const [text, shown] of [
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001bc', ''],
    ['\u009b2J', ''],
    ['a\u0007b', 'a␇b'],
    ['a\rb', 'a␍b'],
    ['a\nb', 'a␊b'],
    ['a\u007fb', 'a␡b'],
    ['a\u202eb', 'a\ufffdb'],
    ['tab\there', 'tab\there'],
  ] as const) {
    assert.equal(harmless(text), shown, JSON.stringify(text));
  }
});

test('no text leaves a character that a terminal acts upon', () => {
  const piece = fc.oneof(
    fc.constantFrom('\u001b', '\u001b[', '\u009b', '\u001b]', '\u0007', '\r', '\n', '\u0090', '8;;x'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      assert.doesNotMatch(harmless(pieces.join('')), /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
    }),
    { numRuns: 500 },
  );
});

test('keeps lines where lines are wanted', () => {
  assert.equal(harmlessLines('a\u001b[2J\r\nb'), 'a\nb');
});

test('a line rewritten by carriage returns is its last state', () => {
  assert.equal(lastRewrite(' 10%\r 50%\r100%\r'), '100%');
  assert.equal(lastRewrite('plain'), 'plain');
  assert.equal(lastRewrite('\r'), '');
});
