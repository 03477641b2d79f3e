import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern, type Pattern } from './pattern.ts';

function compiled(source: string): Pattern {
  const result = compilePattern(source);
  assert.ok(result.ok);
  return result.pattern;
}

test('a pattern matches only when it matches all of the text', () => {
  const pattern = compiled('[a-z]+');
  assert.deepEqual(['abc', 'abc1', '1abc', '', 'abc\n'].map(pattern.matchesAll), [true, false, false, false, false]);
  assert.equal(compiled('^[a-z]+$').matchesAll('abc'), true);
});

test('a pattern that takes exponential time elsewhere answers over a long text', () => {
  const text = `${'a'.repeat(200_000)}!`;
  for (const source of ['(a+)+$', '(a|a)*b', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
    assert.equal(compiled(source).matchesAll(text), false, source);
  }
});

test('the first match gives its first group, or all of itself when there is no group', () => {
  assert.equal(compiled('open: (\\d+)').firstMatch('x\nopen: 12, open: 3'), '12');
  assert.equal(compiled('\\d+').firstMatch('a 12 b 3'), '12');
  assert.equal(compiled('a(b)?').firstMatch('a'), '');
  assert.equal(compiled('z').firstMatch('abc'), null);
});

test('the last match gives what its named group holds', () => {
  const pattern = compiled('resets(?: at (?P<reset>\\w+))?');
  assert.deepEqual(pattern.lastMatch('resets at 3pm\nresets at 4pm', 'reset'), { whole: 'resets at 4pm', named: '4pm' });
  assert.deepEqual(pattern.lastMatch('resets at 3pm\nresets soon', 'reset'), { whole: 'resets', named: null });
  assert.deepEqual(compiled('resets').lastMatch('it resets', 'reset'), { whole: 'resets', named: null });
  assert.equal(pattern.lastMatch('nothing', 'reset'), null);
});

test('a mistake in a pattern is named with the stretch that is wrong, when there is only one such', () => {
  const problems = ['a(?=b)', 'x[z-a]', '(a)\\1', 'a{2000}', '*a', '((', 'a**b**'].map((source) => {
    const result = compilePattern(source);
    assert.ok(!result.ok);
    const { start, end, message } = result.problem;
    return [message, start === undefined ? null : source.slice(start, end)];
  });
  assert.deepEqual(problems, [
    ['invalid or unsupported Perl syntax', '(?='],
    ['invalid character class range', 'z-a'],
    ['invalid escape sequence', '\\1'],
    ['invalid repeat count', '{2000}'],
    ['missing argument to repetition operator', '*'],
    ['missing closing )', null],
    ['invalid nested repetition operator', null],
  ]);
});
