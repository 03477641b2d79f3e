// GitHub's conversions between kinds of values, and the comparisons built on them.
// Text compares without case; unlike kinds compare as numbers; lists and objects are equal only to themselves.
// Not here: JSON text (builtin-functions.ts).

import type { Json } from '../model/json.ts';

/** Says whether a value counts as true: everything but false, null, 0, -0, NaN and the empty text. */
export function truthy(value: Json): boolean {
  return Boolean(value);
}

/** Converts a value to text as GitHub does: null is empty, a list `Array`, an object `Object`. */
export function toText(value: Json): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return value === null ? '' : Array.isArray(value) ? 'Array' : 'Object';
  }
}

/** At most 15 decimals, as GitHub's parser package has it. */
function numberText(value: number): string {
  return value === 0 ? '0' : String(Number(value.toFixed(15)));
}

/** Converts a value to a number as GitHub does; what is no number is NaN. */
export function toNumber(value: Json): number {
  switch (typeof value) {
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'string':
      return /^\s*0b/i.test(value) ? Number.NaN : Number(value);
    default:
      return value === null ? 0 : Number.NaN;
  }
}

/** Says whether two values are equal. */
export function looselyEqual(left: Json, right: Json): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left === right || foldCase(left) === foldCase(right);
  if (typeof left === 'object' && typeof right === 'object') return left === right;
  return toNumber(left) === toNumber(right);
}

/** Says whether `left` comes before `right`; false where they have no order. */
export function isLess(left: Json, right: Json): boolean {
  if (typeof left === 'string' && typeof right === 'string') return foldCase(left) < foldCase(right);
  return toNumber(left) < toNumber(right);
}

/** Upper case character by character, where that keeps the length: `ß` and the dotless `ı` stay as they are. */
export function foldCase(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text.toUpperCase();
  let folded = '';
  for (const character of text) {
    const upper = character.toUpperCase();
    folded += upper.length === character.length && character !== 'ı' ? upper : character;
  }
  return folded;
}
