// Examples of keys as data. In the description they are TOML, because that is how people see them.
// Not here: whole example files.

import type { Json } from '../model/json.ts';
import type { TomlValue } from '../parse/document.ts';
import { parseToml } from '../parse/toml-parser.ts';
import type { KeyNode } from './shape.ts';
import { tableOf } from './toml-kind.ts';

/** Returns the example of a key as data. */
export function exampleOf(node: KeyNode): Json {
  const document = parseToml(`example = ${node.example}`, 'example');
  const value = document.root['example'];
  // The examples are our own; a test reads them all.
  if (value === undefined || document.diagnostics.length > 0)
    throw new Error(`broken invariant: an example is no TOML: ${node.example}`);
  return plain(value);
}

function plain(value: TomlValue): Json {
  if (Array.isArray(value)) return value.map((item: TomlValue) => plain(item));
  const table = tableOf(value);
  if (table !== null) return Object.fromEntries(Object.entries(table).map(([key, item]) => [key, plain(item)]));
  return value as Json;
}
