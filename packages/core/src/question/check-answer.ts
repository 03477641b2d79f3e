// Holds the fields of an answer to the question. The same check where the answer is typed and where it is decided about.
// Not here: whether the person may answer (scheduler).

import { suggest } from '../diagnostic/suggest.ts';
import { checkValue } from '../model/check-value.ts';
import type { Json } from '../model/json.ts';
import { ownEntry } from '../model/own-entry.ts';
import type { Question } from './question.ts';
import { fieldTypes } from './read-field.ts';

export type CheckedAnswer =
  | { readonly ok: true; readonly fields: { readonly [name: string]: Json } }
  | { readonly ok: false; readonly problem: string; readonly help: string | null };

/** Returns the values of all fields, each in the form its type has, defaults included; or the first thing that is wrong. */
export function checkAnswer({ fields }: Question, given: { readonly [name: string]: Json }): CheckedAnswer {
  const names = fields.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const near = suggest(unknown, names);
    const list = names.length === 0 ? 'the question has no fields' : `it has ${names.map((name) => `\`${name}\``).join(', ')}`;
    return { ok: false, problem: `there is no field \`${unknown}\``, help: near === null ? list : `did you mean \`${near}\`?` };
  }
  const values: { [name: string]: Json } = {};
  for (const field of fields) {
    const value = ownEntry(given, field.name);
    if (value === undefined) {
      if (field.default !== undefined) values[field.name] = field.default;
      if (field.default !== undefined || !field.required) continue;
      const what = field.description === null ? '' : ` (${field.description})`;
      return {
        ok: false,
        problem: `the field \`${field.name}\`${what} has no value`,
        help: `give it with \`--field ${field.name}=…\``,
      };
    }
    const checked = checkValue(field, value, fieldTypes);
    if (!checked.ok) return { ok: false, problem: `the field \`${field.name}\` ${checked.problem}`, help: checked.help };
    values[field.name] = checked.value;
  }
  return { ok: true, fields: values };
}
