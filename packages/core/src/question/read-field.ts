// Reads one field of a question: the keys that a parameter has, without `env`.
// Not here: the value that a person gives (check-answer.ts).

import { checkValue } from '../model/check-value.ts';
import type { Json } from '../model/json.ts';
import { builtinParameterTypes } from '../model/parameter-types.ts';
import { compilePattern } from '../model/pattern.ts';
import { suggest } from '../diagnostic/suggest.ts';
import { ANSWER_OUTPUTS, isOpenText, type NoteProblem, type QuestionField } from './question.ts';

/** Types by name, for fields: an answer is kept in the history, so no secrets, and answered anywhere, so none of plugins. */
export const fieldTypes = new Map(builtinParameterTypes.filter(({ name }) => name !== 'secret').map((type) => [type.name, type]));

const KEYS = ['type', 'description', 'required', 'default', 'values', 'items', 'pattern', 'min', 'max'];
const WITHOUT_PATTERN = new Set(['integer', 'number', 'boolean', 'enum', 'json']);
const WITHOUT_RANGE = new Set(['boolean', 'enum', 'duration', 'json']);

/** Returns the field, or nothing for one that makes no sense; notes what is wrong. */
export function readField(name: string, given: Json, note: NoteProblem): readonly QuestionField[] {
  const path = ['fields', name];
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
    note(path, `\`${name}\` is no name for a field`, 'letters, digits, `_` and `-`, beginning with a letter or `_`');
    return [];
  }
  if (ANSWER_OUTPUTS.some((taken) => taken === name.toLowerCase())) {
    note(path, `every answer has an output \`${name.toLowerCase()}\` of its own`, 'choose another name for the field');
    return [];
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    note(path, `the field \`${name}\` must be a table`, 'for example `{ type = "string" }`');
    return [];
  }
  const keys = given as { readonly [key: string]: Json };
  for (const key of Object.keys(keys)) {
    if (KEYS.includes(key)) continue;
    const near = suggest(key, KEYS);
    const help = near === null ? `it has ${KEYS.map((known) => `\`${known}\``).join(', ')}` : `did you mean \`${near}\`?`;
    note([...path, key], `a field has no key \`${key}\``, help);
  }
  const field = readKeys(name, keys, path, note);
  if (field === null) return [];
  if (field.default !== undefined && !isOpenText(field.default)) {
    const checked = checkValue(field, field.default, fieldTypes);
    if (checked.ok) return [{ ...field, default: checked.value }];
    note([...path, 'default'], `the default of \`${name}\` ${checked.problem}`, checked.help);
  }
  return [field];
}

function readKeys(
  name: string,
  keys: { readonly [key: string]: Json },
  path: readonly string[],
  note: NoteProblem,
): QuestionField | null {
  const { type = 'string', description = null, required = false, values = null, items = null, pattern = null } = keys;
  const { min = null, max = null } = keys;
  let isFine = true;
  const refuse = (key: string, message: string, help: string | null = null): void => {
    isFine = false;
    note([...path, key], message, help);
  };
  if (typeof type !== 'string' || !fieldTypes.has(type)) {
    refuse('type', ...typeProblem(type));
    return null;
  }
  if (description !== null && typeof description !== 'string') refuse('description', '`description` must be text');
  if (typeof required !== 'boolean') refuse('required', '`required` must be true or false');
  if (type === 'enum' && values === null) refuse('type', 'an `enum` needs `values`', 'for example `values = ["yes", "no"]`');
  if (values !== null && !isTexts(values)) refuse('values', '`values` must be a list of texts');
  else if (values !== null && type !== 'enum') refuse('values', '`values` are for the type `enum`');
  if (items !== null && type !== 'list') refuse('items', '`items` is for the type `list`');
  else if (items !== null && (typeof items !== 'string' || !fieldTypes.has(items))) refuse('items', ...typeProblem(items));
  if (pattern !== null && typeof pattern !== 'string') refuse('pattern', '`pattern` must be a regular expression');
  else if (pattern !== null && WITHOUT_PATTERN.has(type)) refuse('pattern', `the type \`${type}\` has no \`pattern\``);
  else if (typeof pattern === 'string') {
    const compiled = compilePattern(pattern);
    if (!compiled.ok) refuse('pattern', `\`pattern\` is no regular expression: ${compiled.problem.message}`);
  }
  for (const [key, bound] of Object.entries({ min, max })) {
    if (bound !== null && typeof bound !== 'number') refuse(key, `\`${key}\` must be a number`);
    else if (bound !== null && WITHOUT_RANGE.has(type)) refuse(key, `the type \`${type}\` has no \`${key}\``);
  }
  if (typeof min === 'number' && typeof max === 'number' && min > max) refuse('max', '`max` is less than `min`');
  if (!isFine) return null;
  return {
    name,
    type,
    description: description as string | null,
    required: required as boolean,
    default: keys['default'],
    values: values as readonly string[] | null,
    items: items as string | null,
    pattern: pattern as string | null,
    min: min as number | null,
    max: max as number | null,
  };
}

function typeProblem(type: Json): [message: string, help: string | null] {
  if (type === 'secret') return ['a field cannot be a secret', 'answers are kept in the history; give secrets as parameters'];
  const known = [...fieldTypes.keys()];
  const near = typeof type === 'string' ? suggest(type, known) : null;
  const help = near === null ? `there are ${known.map((name) => `\`${name}\``).join(', ')}` : `did you mean \`${near}\`?`;
  return [typeof type === 'string' ? `there is no type \`${type}\` of fields` : 'a type must be text', help];
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}
