import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseResetTime } from './reset-time.ts';

/** A Thursday, 14:30 in London and 15:30 in Berlin. */
const NOW = Date.UTC(2026, 10, 26, 14, 30);
const at = (text: string): number => Date.parse(text);

const cases: readonly { readonly said: string; readonly is: string | null; readonly because: string }[] = [
  { said: '2026-11-26T18:00:00Z', is: '2026-11-26T18:00:00Z', because: 'RFC 3339' },
  { said: '2026-11-26T18:00:00.250+02:00.', is: '2026-11-26T16:00:00Z', because: 'RFC 3339 with an offset' },
  { said: 'at 2026-11-26 18:00', is: '2026-11-26T17:00:00Z', because: 'a time without a zone is local' },
  { said: '2026-11-26 18:00 UTC', is: '2026-11-26T18:00:00Z', because: 'a zone by its name' },
  { said: '1795719600', is: '2026-11-26T19:00:00Z', because: 'seconds since 1970' },
  { said: '1795719600000', is: '2026-11-26T19:00:00Z', because: 'milliseconds since 1970' },
  { said: '3h 12m', is: '2026-11-26T17:42:00Z', because: 'a duration' },
  { said: 'in 3 hours and 12 minutes.', is: '2026-11-26T17:42:00Z', because: 'a duration in words' },
  { said: '3 days 28 minutes', is: '2026-11-29T14:58:00Z', because: 'a duration with days' },
  { said: '1h2m3.5s', is: '2026-11-26T15:32:03.500Z', because: 'a duration of one word' },
  { said: '120', is: '2026-11-26T14:32:00Z', because: 'seconds, as in Retry-After' },
  { said: '3pm (UTC)', is: '2026-11-26T15:00:00Z', because: 'a time of day with its zone' },
  { said: '4:15 PM', is: '2026-11-26T15:15:00Z', because: 'a time of day is local' },
  { said: '16:15', is: '2026-11-26T15:15:00Z', because: 'a time of day of 24 hours' },
  { said: '2pm (UTC)', is: '2026-11-27T14:00:00Z', because: 'a time of day that is over is tomorrow' },
  { said: '2:25pm (UTC)', is: '2026-11-26T14:25:00Z', because: 'one that is just over is meant as it is' },
  { said: '12am (UTC)', is: '2026-11-27T00:00:00Z', because: 'midnight' },
  { said: '11:30am (America/New_York)', is: '2026-11-26T16:30:00Z', because: 'a zone far away' },
  { said: 'Nov 28, 1am (Europe/Amsterdam)', is: '2026-11-28T00:00:00Z', because: 'a day and a time' },
  { said: 'Dec 3rd, 2026 5:17 PM', is: '2026-12-03T16:17:00Z', because: 'a day with its year' },
  { said: '2 January at 09:00 UTC', is: '2027-01-02T09:00:00Z', because: 'a day of next year' },
  { said: 'Jul 1, 2027, 9am (Europe/Berlin)', is: '2027-07-01T07:00:00Z', because: 'summer time of then' },
  { said: '3pm (Middle/Earth)', is: null, because: 'nobody knows the zone' },
  { said: 'tomorrow', is: null, because: 'no time' },
  { said: '', is: null, because: 'nothing' },
  { said: '9795719600', is: null, because: 'too far ahead to be meant' },
];

for (const { said, is, because } of cases) {
  test(`\`${said}\` is read as ${is ?? 'no time'}: ${because}`, () => {
    const atMs = parseResetTime(said, NOW, 'Europe/Berlin');
    assert.equal(atMs === null ? null : new Date(atMs).toISOString(), is === null ? null : new Date(at(is)).toISOString());
  });
}

test('a time in the zone of the machine is read without saying which it is', () => {
  const midday = new Date(2026, 10, 27, 12, 0);
  assert.equal(parseResetTime('2026-11-27 12:00', NOW), midday.getTime());
});

test('any text gives a time or none, and never a time that is far ahead', () => {
  const word = fc.constantFrom(
    '3',
    '12',
    '2026',
    ':',
    '-',
    'pm',
    'am',
    'h',
    'm',
    'Oct',
    'UTC',
    '(',
    ')',
    'T',
    'Z',
    '+01:00',
    ' ',
    'days',
    '99999999999',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
        fc.string(),
      ),
      (text) => {
        const atMs = parseResetTime(text, NOW, 'UTC');
        assert.ok(atMs === null || (Number.isFinite(atMs) && atMs <= NOW + 400 * 86_400_000));
      },
    ),
    { numRuns: 3000 },
  );
});
