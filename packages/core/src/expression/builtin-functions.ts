// What the pure functions give. Each is total: it gives a value or says why there is none.
// Not here: `case`, which evaluates its arguments one by one (evaluate.ts); status and lookup functions (the scope).

import type { Json } from '../model/json.ts';
import { foldCase, looselyEqual, toText } from './coerce.ts';
import { formatText } from './format-text.ts';
import { compareSemver } from './semver.ts';

type Outcome = { readonly value: Json } | { readonly problem: string; readonly cause?: unknown };
type Builtin = (args: readonly Json[]) => Outcome;

/** A value deeper than this is refused: no step needs it, and every later walk over it would need as much stack. */
const NESTING_MAX = 500;

/** The pure functions but for `case`, by their name in lower case. */
export const builtinFunctions: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['contains', ([search = null, item = null]) => ({ value: contains(search, item) })],
  ['startswith', ([text = null, prefix = null]) => ({ value: matchesEnd(text, prefix, (a, b) => a.startsWith(b)) })],
  ['endswith', ([text = null, suffix = null]) => ({ value: matchesEnd(text, suffix, (a, b) => a.endsWith(b)) })],
  ['format', format],
  ['join', ([list = null, separator = ',']) => ({ value: join(list, separator) })],
  ['tojson', ([value = null]) => toJson(value)],
  ['fromjson', ([text = null]) => fromJson(toText(text))],
  ['semver', semver],
]);

function isPrimitive(value: Json): value is null | boolean | number | string {
  return typeof value !== 'object' || value === null;
}

function contains(search: Json, item: Json): boolean {
  if (Array.isArray(search)) return search.some((each) => looselyEqual(item, each));
  if (!isPrimitive(search) || !isPrimitive(item)) return false;
  return toText(search).toLowerCase().includes(toText(item).toLowerCase());
}

function matchesEnd(text: Json, end: Json, matches: (text: string, end: string) => boolean): boolean {
  return isPrimitive(text) && isPrimitive(end) && matches(foldCase(toText(text)), foldCase(toText(end)));
}

function format([template = null, ...values]: readonly Json[]): Outcome {
  const filled = formatText(toText(template), values.map(toText));
  return 'text' in filled ? { value: filled.text } : { problem: filled.problem.message };
}

function join(list: Json, separator: Json): string {
  if (isPrimitive(list)) return toText(list);
  if (!Array.isArray(list)) return '';
  return list.map(toText).join(isPrimitive(separator) ? toText(separator) : ',');
}

function semver([left = null, operator = null, right = null]: readonly Json[]): Outcome {
  const compared = compareSemver(toText(left), toText(operator), toText(right));
  return 'value' in compared ? compared : { problem: compared.message };
}

function toJson(value: Json): Outcome {
  if (nestsTooDeep(value)) return { problem: `toJSON of a value nested deeper than ${NESTING_MAX} levels` };
  return { value: JSON.stringify(value, null, 2) };
}

function fromJson(text: string): Outcome {
  if (text.trim() === '') return { problem: 'fromJSON of an empty text' };
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    return { problem: `fromJSON of a text that is not JSON: ${(cause as Error).message}`, cause };
  }
  if (text.length > 2 * NESTING_MAX && nestsTooDeep(value)) {
    return { problem: `fromJSON of a value nested deeper than ${NESTING_MAX} levels` };
  }
  return { value };
}

function nestsTooDeep(value: Json): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; depth <= NESTING_MAX; depth += 1) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}
