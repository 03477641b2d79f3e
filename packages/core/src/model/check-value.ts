// Holds a value to the rules of its parameter: type, allowed values, pattern, range.
// Not here: where values come from (resolve-parameters.ts).

import { suggest } from '../diagnostic/suggest.ts';
import type { ParameterType } from './catalog.ts';
import type { Json } from './json.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { shorten } from './shorten.ts';
import type { ParameterModel } from './workflow.ts';

/** A value that fits, or what is wrong with it: the problem completes a sentence whose subject is the value. */
export type CheckedValue =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      readonly code: 'param-type' | 'param-enum' | 'param-pattern' | 'param-range';
      readonly problem: string;
      readonly help: string | null;
    };

/** What of a parameter its values are held to. */
export type ValueRules = Pick<ParameterModel, 'type' | 'values' | 'items' | 'pattern' | 'min' | 'max'>;

type Problem = Extract<CheckedValue, { ok: false }>;

/** Checks a value, given as text or as data, and returns it in the form its type has. */
export function checkValue(rules: ValueRules, given: Json, types: ReadonlyMap<string, ParameterType>): CheckedValue {
  const parsed = types.get(rules.type)?.parse(given) ?? { ok: true, value: given };
  if (!parsed.ok) return refuse('param-type', parsed.problem, null, rules);
  let { value } = parsed;
  if (Array.isArray(value) && rules.type === 'list' && rules.items !== null) {
    const items = checkItems(rules.items, value, types);
    if (!Array.isArray(items)) return items;
    value = items;
  }
  return problemOf(rules, value) ?? { ok: true, value };
}

function checkItems(type: string, values: readonly Json[], types: ReadonlyMap<string, ParameterType>): Json[] | Problem {
  const items: Json[] = [];
  for (const [index, item] of values.entries()) {
    const parsed = types.get(type)?.parse(item) ?? { ok: true, value: item };
    if (!parsed.ok) return refuse('param-type', `has a wrong item ${index + 1}, which ${parsed.problem}`, null, null);
    items.push(parsed.value);
  }
  return items;
}

function problemOf(rules: ValueRules, value: Json): Problem | null {
  const { values, min, max } = rules;
  if (values !== null && typeof value === 'string' && !values.includes(value)) {
    const near = suggest(value, values);
    const listed = values
      .map((allowed) => `"${allowed}"`)
      .join(', ')
      .replace(/, ("[^"]*")$/, ' or $1');
    return refuse(
      'param-enum',
      `must be ${listed}, not ${JSON.stringify(shorten(value))}`,
      near === null ? null : `did you mean "${near}"?`,
      null,
    );
  }
  const size =
    typeof value === 'number'
      ? value
      : typeof value === 'string'
        ? Array.from(value).length
        : Array.isArray(value)
          ? value.length
          : null;
  if (size !== null && ((min !== null && size < min) || (max !== null && size > max))) {
    const unit = typeof value === 'number' ? '' : typeof value === 'string' ? ' characters long' : ' items long';
    const range = min === null ? `at most ${max}` : max === null ? `at least ${min}` : `from ${min} to ${max}`;
    return refuse('param-range', `must be ${range}${unit}`, null, null);
  }
  if (rules.pattern === null) return null;
  const pattern = patternOf(rules.pattern);
  const texts = Array.isArray(value) ? value : [value];
  // A pattern that does not compile is reported where it stands.
  const fits = pattern === null || texts.every((text) => typeof text !== 'string' || pattern.matchesAll(text));
  return fits
    ? null
    : refuse('param-pattern', `must match \`${shorten(rules.pattern)}\``, 'the pattern has to match the whole value', null);
}

function patternOf(source: string): Pattern | null {
  const compiled = compilePattern(source);
  return compiled.ok ? compiled.pattern : null;
}

function refuse(code: Problem['code'], problem: string, help: string | null, rules: ValueRules | null): Problem {
  const hint = help ?? (rules?.values ? `it must be one of ${rules.values.map((value) => `"${value}"`).join(', ')}` : null);
  return { ok: false, code, problem, help: hint };
}
