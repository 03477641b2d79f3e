import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessDuration, parseDuration, renderDuration } from './duration.ts';

const cases: readonly [text: string, ms: number | null][] = [
  ['250ms', 250],
  ['10s', 10_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1d2h3m4s5ms', 93_784_005],
  ['0s', 0],
  ['007s', 7000],
  ['90m', 5_400_000],
  ['', null],
  ['10', null],
  ['10 m', null],
  ['m', null],
  ['1.5h', null],
  ['-1s', null],
  ['30m1h', null],
  ['1m1m', null],
  ['1M', null],
  ['1m ', null],
  ['1m\n', null],
  ['1234567890123s', null],
];

for (const [text, ms] of cases) {
  test(`reads ${JSON.stringify(text)} as ${ms === null ? 'no duration' : `${ms} ms`}`, () => {
    assert.equal(parseDuration(text), ms);
  });
}

test('renders one form for each length, which reads as the same length', () => {
  const forms: readonly [ms: number, text: string][] = [
    [0, '0s'],
    [1, '1ms'],
    [1000, '1s'],
    [90_000, '1m30s'],
    [3_600_000, '1h'],
    [86_400_000, '1d'],
    [93_784_005, '1d2h3m4s5ms'],
  ];
  for (const [ms, text] of forms) {
    assert.equal(renderDuration(ms), text);
    assert.equal(parseDuration(text), ms);
  }
});

test('guesses what other ways of writing mean', () => {
  const guesses: readonly [text: string, guess: string | null][] = [
    ['10 min', '10m'],
    ['1.5h', '1h30m'],
    ['30', '30s'],
    ['2 Days', '2d'],
    ['5 parsecs', null],
    ['soon', null],
  ];
  for (const [text, guess] of guesses) assert.equal(guessDuration(text), guess, text);
});
