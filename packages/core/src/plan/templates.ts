// Turns texts and data of the file into the form that a plan keeps.
// Not here: what they become in a run (resolve-text.ts).

import { textOf } from '../expression/parse-text.ts';
import type { Json } from '../model/json.ts';
import type { Template, Text } from './plan.ts';

/** Returns a value of the file as a template; data without any `${{ }}` stays as it is. */
export function templateOf(value: Json): Template {
  if (typeof value === 'string') return { text: textOf(value) };
  if (typeof value !== 'object' || value === null || !holdsDollar(value)) return { json: value };
  if (Array.isArray(value)) return { list: value.map(templateOf) };
  return { table: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, templateOf(item)])) };
}

/** Returns the texts of a table. */
export function textsOf(table: { readonly [name: string]: string }): { readonly [name: string]: Text } {
  return Object.fromEntries(Object.entries(table).map(([name, text]) => [name, textOf(text)]));
}

/** Returns the sources of the expressions in a text. */
export function expressionsOf(text: Text): readonly string[] {
  return typeof text === 'string' ? [] : text.flatMap((part) => (typeof part === 'string' ? [] : [part.expression]));
}

function holdsDollar(value: Json): boolean {
  if (typeof value === 'string') return value.includes('${{');
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsDollar);
}
