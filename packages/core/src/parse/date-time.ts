// Recognises dates and times of TOML. They are kept as text, so all there is to do is to check that they exist.
// Not here: arithmetic on dates (nothing in a workflow file has a use for it).

import type { TomlDateTime } from './document.ts';

const shape =
  /^(?:(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:[Zz]|[+-](\d\d):(\d\d))?)?|(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)$/;

/** Returns the date or time that a word is, `'impossible'` when it only looks like one (`2024-02-30`), or null. */
export function parseDateTime(word: string): TomlDateTime | 'impossible' | null {
  const match = shape.exec(word);
  if (match === null) return null;
  const number = (group: number): number => Number(match[group] ?? 0);
  const isDate = match[1] !== undefined;
  if (isDate && (number(2) < 1 || number(2) > 12 || number(3) < 1 || number(3) > daysIn(number(1), number(2))))
    return 'impossible';
  const [hour, minute, second] = isDate ? [4, 5, 6] : [9, 10, 11];
  if (number(hour ?? 0) > 23 || number(minute ?? 0) > 59 || number(second ?? 0) > 60) return 'impossible';
  if (number(7) > 23 || number(8) > 59) return 'impossible';
  return { kind: 'date-time', text: word };
}

/** Says whether a value of a document is a date or time. */
export function isTomlDateTime(value: unknown): value is TomlDateTime {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) === null) return false;
  return 'kind' in value && value.kind === 'date-time' && 'text' in value && typeof value.text === 'string';
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
