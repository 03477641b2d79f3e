// What kind a TOML value is, in the words of messages, and how a value of the wrong kind could be put right.
// Not here: reading (read-shape.ts).

import { isTomlDateTime } from '../parse/date-time.ts';
import type { Path, TomlValue } from '../parse/document.ts';
import { renderKey, renderPath } from './reading.ts';
import type { ShapeNode } from './shape.ts';

/** A table of a document. */
export interface TomlTable {
  readonly [key: string]: TomlValue;
}

/** Returns the value as a table, or null when it is something else. */
export function tableOf(value: TomlValue): TomlTable | null {
  if (typeof value !== 'object' || Array.isArray(value) || isTomlDateTime(value)) return null;
  return value as TomlTable;
}

/** Names the kind of a value, with its article. */
export function kindOf(value: TomlValue): string {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return 'a number';
  if (typeof value === 'number') return Number.isNaN(value) ? 'nan' : Number.isFinite(value) ? 'a number' : 'infinity';
  if (Array.isArray(value))
    return value.length > 0 && value.every((item) => tableOf(item) !== null) ? 'a list of tables' : 'a list';
  return isTomlDateTime(value) ? 'a date or time' : 'a table';
}

/** Names what a shape asks for, with its article. */
export function expectedBy(shape: ShapeNode): string {
  switch (shape.kind) {
    case 'text':
      if (shape.content === 'expression') return 'an expression in quotes';
      return shape.format === null ? 'text' : `${shape.format.title} in quotes`;
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'duration':
      return 'a duration such as "10m"';
    case 'size':
      return 'a size such as "2GiB"';
    case 'type-name':
      return 'the name of a type';
    case 'list':
      return 'a list';
    case 'map':
    case 'table':
      return 'a table';
    case 'either':
      return shape.cases.map(expectedBy).join(' or ');
    case 'json':
      return 'a value';
  }
}

/** Says how to put a value of the wrong kind right, or null. */
export function correctionFor(shape: ShapeNode, value: TomlValue, path: Path, example: string | null): string | null {
  const last = path.at(-1);
  const key = typeof last === 'string' ? last : null;
  const entry = (text: string): string => (key === null ? text : `${renderKey(key)} = ${text}`);
  const shapes = shape.kind === 'either' ? shape.cases : [shape];
  for (const each of shapes) {
    const text = corrected(each, value);
    if (text !== null) return `write \`${entry(text)}\``;
  }
  const main = shapes.find((each) => each.kind === 'table' && each.mainKey !== null);
  if (main?.kind === 'table' && key !== null) {
    const text = rendered(main.keys[main.mainKey!]!.shape, value);
    if (text !== null) return `write \`${entry(`{ ${main.mainKey} = ${text} }`)}\``;
  }
  const asksForTable = shapes.find((each) => each.kind === 'table' || each.kind === 'map');
  const items = Array.isArray(value) ? value.map((item: TomlValue) => tableOf(item)).filter((item) => item !== null) : [];
  if (asksForTable !== undefined && items.length > 0) {
    const place = renderPath(path);
    if (asksForTable.kind === 'table') return `write \`[${place}]\` instead of \`[[${place}]]\``;
    return `write a table with a name for each, \`[${place}.${nameIn(items[0]!)}]\`, instead of \`[[${place}]]\``;
  }
  return example === null || key === null ? null : `for example \`${entry(example)}\``;
}

/** In lists of tables, as other tools have them, the name of each is one of its keys. */
function nameIn(table: TomlTable): string {
  const name = table['id'] ?? table['name'];
  return typeof name === 'string' && /^[A-Za-z_][A-Za-z0-9_-]{0,40}$/.test(name) ? name : 'NAME';
}

/** A value as it could stand at a key of that shape, or null when it does not fit there or is too long to quote. */
function rendered(shape: ShapeNode, value: TomlValue): string | null {
  const isText = shape.kind === 'text' || shape.kind === 'type-name' || shape.kind === 'json' || shape.kind === 'either';
  if (typeof value === 'string') return isText && value.length <= 60 ? JSON.stringify(value) : null;
  const isNumber = shape.kind === 'integer' || shape.kind === 'json' || shape.kind === 'either';
  if (typeof value === 'number' && Number.isInteger(value)) return isNumber ? String(value) : null;
  if (!Array.isArray(value) || shape.kind !== 'list') return null;
  const items = value.map((item) => rendered(shape.items, item));
  return items.length > 5 || items.includes(null) ? null : `[${items.join(', ')}]`;
}

function corrected(shape: ShapeNode, value: TomlValue): string | null {
  const isWord = shape.kind === 'text' || shape.kind === 'type-name';
  if (isWord && (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')) return `"${value}"`;
  if (isWord && isTomlDateTime(value)) return `"${value.text}"`;
  if (shape.kind === 'list') {
    if (typeof value === 'string') return shape.items.kind === 'text' && value.length <= 60 ? `[${JSON.stringify(value)}]` : null;
    if (typeof value === 'number' && shape.items.kind === 'integer') return `[${value}]`;
  }
  if (typeof value !== 'string') return null;
  const isNumeral =
    shape.kind === 'integer' ? /^[+-]?[0-9]{1,15}$/.test(value) : /^[+-]?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(value);
  if ((shape.kind === 'integer' || shape.kind === 'number') && isNumeral) return value;
  if (shape.kind === 'boolean' && /^(true|yes|on)$/i.test(value)) return 'true';
  if (shape.kind === 'boolean' && /^(false|no|off)$/i.test(value)) return 'false';
  return null;
}
