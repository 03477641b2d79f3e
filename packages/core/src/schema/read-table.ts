// Reads tables: known and unknown keys, missing ones, and keys that depend on each other.
// Not here: single values (read-shape.ts), what is wrong with an unknown key (unknown-key.ts).

import type { Span } from '../diagnostic/diagnostic.ts';
import { suggest } from '../diagnostic/suggest.ts';
import type { TomlValue } from '../parse/document.ts';
import { checkFormat } from './read-text.ts';
import { renderKey, type Reading } from './reading.ts';
import type { KeyNode, MapNode, ShapeNode, TableNode } from './shape.ts';
import { tableOf, type TomlTable } from './toml-kind.ts';
import { adviseOnUnknownKey } from './unknown-key.ts';

/** Reads what stands at a key; given by the caller, because tables hold values and values may be tables. */
export type Descend = (reading: Reading, shape: ShapeNode, value: TomlValue, key: KeyNode | null) => unknown;

/** Reads a table with known keys. Keys that are missing or spoiled have their default, or null. */
export function readTable(
  reading: Reading,
  shape: TableNode,
  table: TomlTable,
  descend: Descend,
): { readonly [key: string]: unknown } {
  // What an unknown key was meant for counts as present: one slip, one diagnostic.
  const meant = new Set<string>();
  for (const key of Object.keys(table)) {
    if (Object.hasOwn(shape.keys, key)) continue;
    const advice = adviseOnUnknownKey(shape, key);
    if (advice.meant !== null) meant.add(advice.meant);
    reportUnknownKey(reading, key, table[key]!, advice.help);
  }
  // So does what a syntax error took away.
  const has = (key: string): boolean => Object.hasOwn(table, key) || meant.has(key) || reading.isSpoiled(key);
  const { empty, needed } = layoutOf(shape);
  const read: { [key: string]: unknown } = { ...empty };
  for (const key of Object.keys(table)) {
    if (!Object.hasOwn(shape.keys, key)) continue;
    const value = readKey(reading, shape, table, key, shape.keys[key]!, descend);
    if (value !== undefined) read[key] = value;
  }
  for (const [key, node] of needed) {
    if (!Object.hasOwn(table, key) && isNeeded(shape, table, node) && !has(key)) reportMissingKey(reading, shape, key, node);
  }
  if (shape.body !== null) checkBody(reading, shape, shape.body, table, has);
  return read;
}

/** Reads a table whose names are the author's. An entry with a spoiled value stays, as empty as its shape allows. */
export function readMap(reading: Reading, shape: MapNode, table: TomlTable, descend: Descend): (readonly [string, unknown])[] {
  const names = Object.keys(table);
  if (names.length === 0 && !shape.mayBeEmpty && !reading.isSpoiled('NAME')) {
    const help = `write a table for each, \`[${[...reading.path, 'NAME'].join('.')}]\``;
    reading.error('empty', `${reading.name()} is empty`, { help, span: reading.span('key') });
  }
  const values = shape.values();
  const entries: (readonly [string, unknown])[] = [];
  for (const name of names) {
    reading.path.push(name);
    checkFormat(reading, shape.nameFormat, name, { isKey: true });
    const read = descend(reading, values, table[name]!, null) ?? emptyOf(values);
    if (read !== undefined) entries.push([name, read]);
    reading.path.pop();
  }
  return entries;
}

/** What is the same for all tables of a shape. */
interface Layout {
  /** What an empty table reads as. */
  readonly empty: { readonly [key: string]: unknown };
  /** Keys that must be there, always or under a condition. */
  readonly needed: readonly (readonly [string, KeyNode])[];
}

const layouts = new WeakMap<TableNode, Layout>();

function layoutOf(shape: TableNode): Layout {
  let layout = layouts.get(shape);
  if (layout === undefined) {
    const keys = Object.entries(shape.keys);
    const empty = Object.fromEntries(keys.map(([key, node]) => [key, node.readDefault ?? null]));
    const needed = keys.filter(([, node]) => node.required || node.onlyWhen?.isRequired === true);
    layouts.set(shape, (layout = { empty, needed }));
  }
  return layout;
}

function readKey(reading: Reading, shape: TableNode, table: TomlTable, key: string, node: KeyNode, descend: Descend): unknown {
  if (node.notAvailable !== null) {
    const message = `\`${key}\` is not available in this release`;
    reading.error('not-available', message, { help: node.notAvailable, span: reading.spanOfKey(key) });
  }
  checkCompany(reading, shape, table, key, node);
  const value = table[key]!;
  reading.path.push(key);
  const read = descend(reading, node.shape, value, node);
  reading.path.pop();
  return read;
}

function reportUnknownKey(reading: Reading, key: string, value: TomlValue, help: string): void {
  const where = reading.path.length === 0 ? 'at the top of the file' : `in ${reading.name()}`;
  const what = tableOf(value) === null ? 'key' : 'table';
  reading.error('unknown-key', `there is no ${what} \`${renderKey(key)}\` ${where}`, { help, span: reading.spanOfKey(key) });
}

function reportMissingKey(reading: Reading, shape: TableNode, key: string, node: KeyNode): void {
  const who = reading.path.length === 0 ? 'the workflow' : reading.name();
  const isTable = node.shape.kind === 'map' || node.shape.kind === 'table';
  const help = isTable && reading.path.length === 0 ? `add a table \`[${key}.NAME]\`` : `add \`${key} = ${node.example}\``;
  const why =
    node.onlyWhen === null ? '' : `, which ${shape.title} with \`${node.onlyWhen.key} = "${node.onlyWhen.values[0]}"\` needs`;
  reading.error('missing-key', `${who} has no \`${key}\`${why}`, { help, span: reading.span('key') });
}

/** One body, neither none nor two. */
function checkBody(
  reading: Reading,
  shape: TableNode,
  body: readonly string[],
  table: TomlTable,
  has: (key: string) => boolean,
): void {
  if (!body.some(has)) {
    const span = reading.span('key');
    const help = nearSibling(reading, span) ?? `give it one of ${orOf(body)}`;
    reading.error('no-body', `${reading.name()} has nothing to do`, { help, span });
  }
  const present = Object.keys(table).filter((key) => body.includes(key));
  const [first, ...others] = present;
  for (const other of others) {
    reading.error('two-bodies', `${reading.name()} has both \`${first}\` and \`${other}\``, {
      help: `${shape.title} has exactly one of ${orOf(body)}`,
      span: reading.spanOfKey(other),
      related: [{ span: reading.spanOfKey(first!), message: `\`${first}\` is here` }],
    });
  }
}

/** An override that names a step which is not in the file makes a new one, which is hardly what was wanted. */
function nearSibling(reading: Reading, span: Span): string | null {
  if (span.file === undefined) return null;
  const siblings = reading.document.valueAt(reading.path.slice(0, -1));
  const table = siblings === undefined ? null : tableOf(siblings);
  const near = table === null ? null : suggest(String(reading.path.at(-1)), Object.keys(table));
  return near === null ? null : `did you mean \`${renderKey(near)}\`?`;
}

/** Reports a key that has no meaning without another key, or beside another key's value. */
function checkCompany(reading: Reading, shape: TableNode, table: TomlTable, key: string, node: KeyNode): void {
  const hasBody = shape.body?.some((other) => Object.hasOwn(table, other)) ?? true;
  if (node.beside !== null && hasBody && !node.beside.some((other) => Object.hasOwn(table, other))) {
    const body = shape.body?.find((other) => Object.hasOwn(table, other));
    const message = body === undefined ? `\`${key}\` means nothing by itself` : `\`${key}\` means nothing beside \`${body}\``;
    reading.error('misplaced-key', message, { help: `it goes with ${orOf(node.beside)}`, span: reading.spanOfKey(key) });
  }
  if (node.onlyWhen === null) return;
  const { key: other, values, isNegated } = node.onlyWhen;
  const actual = valueOf(shape, table, other);
  if (actual === null || values.includes(actual) !== isNegated) return;
  const message = `\`${key}\` means nothing with \`${other} = "${actual}"\``;
  const help = isNegated
    ? `leave it out, or change \`${other}\``
    : `it goes with \`${other} = ${values.map((value) => `"${value}"`).join('` or `')}\``;
  reading.error('misplaced-key', message, { help, span: reading.spanOfKey(key) });
}

/** Whether a key must be there, always or because of another key's value. */
function isNeeded(shape: TableNode, table: TomlTable, node: KeyNode): boolean {
  if (node.required || node.onlyWhen === null || !node.onlyWhen.isRequired) return node.required;
  const actual = valueOf(shape, table, node.onlyWhen.key);
  return actual !== null && node.onlyWhen.values.includes(actual) !== node.onlyWhen.isNegated;
}

/** The value of a key that others depend on: what is written, else what is implied, else its default. Null when spoiled. */
function valueOf(shape: TableNode, table: TomlTable, key: string): string | null {
  const value = table[key];
  if (value !== undefined && Object.hasOwn(table, key)) return typeof value === 'string' ? value : null;
  for (const [other, { onlyWhen }] of Object.entries(shape.keys)) {
    if (onlyWhen?.isImplied && onlyWhen.key === key && Object.hasOwn(table, other)) return onlyWhen.values[0]!;
  }
  const fallback = shape.keys[key]!.default;
  return typeof fallback === 'string' ? fallback : null;
}

/** What stands for a spoiled entry, so that what refers to it by name is not reported too. */
function emptyOf(shape: ShapeNode): unknown {
  if (shape.kind === 'text') return '';
  if (shape.kind !== 'table') return undefined;
  return layoutOf(shape).empty;
}

function orOf(keys: readonly string[]): string {
  return keys
    .map((key) => `\`${key}\``)
    .join(', ')
    .replace(/, (`[^`]*`)$/, ' or $1');
}
