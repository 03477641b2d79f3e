// Puts keys into tables: decides which table a header opens and into which a dotted key goes, and reports what TOML forbids:
// defining twice, extending what is complete, going below something that is no table.
// Not here: reading keys and values (toml-keys.ts, toml-values.ts).

import type { RelatedPlace } from '../diagnostic/diagnostic.ts';
import { isTomlDateTime } from './date-time.ts';
import type { TomlValue } from './document.ts';
import type { Key } from './toml-keys.ts';
import { type NodeKind, nodeKind } from './toml-nodes.ts';
import { type MutableTable, type TomlReader, newTable, quoteShort } from './toml-reader.ts';

/** A table that is being filled, with its node. */
export interface OpenTable {
  readonly table: MutableTable;
  readonly node: number;
}

/** Returns a table whose content is checked but not kept. */
export function lostTable(reader: TomlReader): OpenTable {
  const table = newTable();
  const node = reader.nodes.add(-1, null, reader.at, reader.at, nodeKind.header);
  reader.nodeOf.set(table, node);
  return { table, node };
}

/** Opens the table of `[path]`, or a new element of the array of tables `[[path]]`. `start` and `end` are those of the header. */
export function openHeader(
  reader: TomlReader,
  root: OpenTable,
  path: readonly Key[],
  isArray: boolean,
  start: number,
  end: number,
): OpenTable {
  let parent: OpenTable | null = root;
  for (const key of path.slice(0, -1)) {
    parent = parent === null ? null : stepThroughHeader(reader, parent, key, start, end);
  }
  const last = path[path.length - 1];
  if (parent === null || last === undefined) return lostTable(reader);
  const opened = isArray ? openElement(reader, parent, last, start, end) : openTable(reader, parent, path, last, start, end);
  return opened ?? lostTable(reader);
}

/** Returns the table into which the last part of a dotted key goes, or null when the way there is barred. */
export function stepThroughDots(reader: TomlReader, from: OpenTable, path: readonly Key[]): OpenTable | null {
  let current = from;
  for (let i = 0; i < path.length - 1; i++) {
    const key = path[i] as Key;
    const value = current.table[key.name];
    if (value === undefined) {
      current = addTable(reader, current, key, nodeKind.dotted);
      reader.nodes.setValue(current.node, key.start, key.start);
      continue;
    }
    const node = nodeAt(reader, value);
    const kind = node < 0 ? null : reader.nodes.kind(node);
    if (kind !== nodeKind.dotted) {
      reportBarred(reader, current, key, value, kind);
      return null;
    }
    current = { table: value as MutableTable, node };
  }
  return current;
}

/** Gives the tables that a dotted key made their place: from their part of the key to the end of the value. */
export function endDottedTables(reader: TomlReader, from: OpenTable, path: readonly Key[], end: number): void {
  let table = from.table;
  for (const key of path.slice(0, -1)) {
    const value = table[key.name];
    const node = value === undefined ? -1 : nodeAt(reader, value);
    if (node < 0 || reader.nodes.kind(node) !== nodeKind.dotted) return;
    const start = reader.nodes.valueStart(node);
    if (reader.nodes.valueEnd(node) === start) reader.nodes.setValue(node, start, Math.max(start, end));
    table = value as MutableTable;
  }
}

/** Says whether a key is free in a table; reports when it is not. */
export function isFree(reader: TomlReader, parent: OpenTable, key: Key): boolean {
  if (parent.table[key.name] === undefined) return true;
  reader.problems.add(
    'toml-duplicate-key',
    key.start,
    key.end,
    `the key ${quoteShort(key.name)} is defined twice`,
    'remove or rename one of the two',
    [firstPlace(reader, parent, key.name)],
  );
  return false;
}

function stepThroughHeader(reader: TomlReader, parent: OpenTable, key: Key, start: number, end: number): OpenTable | null {
  const value = parent.table[key.name];
  if (value === undefined) {
    const added = addTable(reader, parent, key, nodeKind.implicit);
    reader.nodes.setValue(added.node, start, end);
    return added;
  }
  const node = nodeAt(reader, value);
  const kind = node < 0 ? null : reader.nodes.kind(node);
  if (kind === nodeKind.tables) {
    const elements = value as TomlValue[];
    const element = elements[elements.length - 1] as MutableTable;
    return { table: element, node: nodeAt(reader, element) };
  }
  if (kind === nodeKind.implicit || kind === nodeKind.header || kind === nodeKind.dotted)
    return { table: value as MutableTable, node };
  reportBarred(reader, parent, key, value, kind);
  return null;
}

function openTable(
  reader: TomlReader,
  parent: OpenTable,
  path: readonly Key[],
  key: Key,
  start: number,
  end: number,
): OpenTable | null {
  const value = parent.table[key.name];
  if (value === undefined) {
    const added = addTable(reader, parent, key, nodeKind.header);
    reader.nodes.setValue(added.node, start, end);
    return added;
  }
  const node = nodeAt(reader, value);
  const kind = node < 0 ? null : reader.nodes.kind(node);
  if (kind === nodeKind.implicit) {
    reader.nodes.setKind(node, nodeKind.header);
    reader.nodes.setKey(node, key.start, key.end);
    reader.nodes.setValue(node, start, end);
    return { table: value as MutableTable, node };
  }
  const related = [firstPlace(reader, parent, key.name)];
  const name = reader.quote(path[0]?.start ?? key.start, key.end);
  if (kind === nodeKind.header || kind === nodeKind.dotted) {
    const message = `the table ${name} is defined twice`;
    reader.problems.add('toml-duplicate-table', start, end, message, 'join the two, or give one another name', related);
  } else if (kind === nodeKind.tables) {
    const message = `${name} is an array of tables; \`[ ]\` cannot open it`;
    reader.problems.add('toml-duplicate-table', start, end, message, 'write `[[ ]]` to add another element', related);
  } else reportBarred(reader, parent, key, value, kind);
  return null;
}

function openElement(reader: TomlReader, parent: OpenTable, key: Key, start: number, end: number): OpenTable | null {
  const value = parent.table[key.name];
  let elements: TomlValue[];
  let arrayNode: number;
  if (value === undefined) {
    elements = [];
    parent.table[key.name] = elements;
    arrayNode = reader.nodes.add(parent.node, key.name, key.start, key.end, nodeKind.tables);
    reader.nodes.setValue(arrayNode, start, end);
    reader.nodeOf.set(elements, arrayNode);
  } else {
    arrayNode = nodeAt(reader, value);
    const kind = arrayNode < 0 ? null : reader.nodes.kind(arrayNode);
    if (kind !== nodeKind.tables) {
      const message = `${quoteShort(key.name)} is ${describe(value)}, so \`[[ ]]\` cannot add an element to it`;
      const help =
        kind === nodeKind.array
          ? 'write all elements as `[[ ]]`, or all of them inside the array'
          : 'give one of the two another name';
      reader.problems.add('toml-not-a-table', start, end, message, help, [firstPlace(reader, parent, key.name)]);
      return null;
    }
    elements = value as TomlValue[];
  }
  const table = newTable();
  elements.push(table);
  const node = reader.nodes.add(arrayNode, null, key.start, key.end, nodeKind.header);
  reader.nodes.setValue(node, start, end);
  reader.nodeOf.set(table, node);
  return { table, node };
}

function addTable(reader: TomlReader, parent: OpenTable, key: Key, kind: NodeKind): OpenTable {
  const table = newTable();
  parent.table[key.name] = table;
  const node = reader.nodes.add(parent.node, key.name, key.start, key.end, kind);
  reader.nodeOf.set(table, node);
  return { table, node };
}

function nodeAt(reader: TomlReader, value: TomlValue): number {
  return typeof value === 'object' ? (reader.nodeOf.get(value) ?? -1) : -1;
}

function reportBarred(reader: TomlReader, parent: OpenTable, key: Key, value: TomlValue, kind: NodeKind | null): void {
  const related = [firstPlace(reader, parent, key.name)];
  const name = quoteShort(key.name);
  const { start, end } = key;
  if (kind === nodeKind.inline) {
    const message = `${name} is an inline table, which is complete where it ends`;
    reader.problems.add(
      'toml-inline-table-extended',
      start,
      end,
      message,
      'add the key between its braces, or write it as a `[table]`',
      related,
    );
  } else if (kind === nodeKind.header || kind === nodeKind.implicit) {
    const message = `the table ${name} has a header, so dotted keys elsewhere cannot add to it`;
    reader.problems.add('toml-dotted-key-conflict', start, end, message, 'put the key below that header', related);
  } else {
    const message = `${name} is ${describe(value)}, so it cannot hold further keys`;
    reader.problems.add('toml-not-a-table', start, end, message, 'give one of the two another name', related);
  }
}

function firstPlace(reader: TomlReader, parent: OpenTable, name: string): RelatedPlace {
  const { nodes } = reader;
  const node = reader.problems.isFull ? -1 : nodes.findChild(parent.node, name);
  const span = node < 0 ? { start: 0, end: 0 } : { start: nodes.keyStart(node), end: nodes.keyEnd(node) };
  return { span, message: 'first defined here' };
}

function describe(value: TomlValue): string {
  if (Array.isArray(value)) return 'an array';
  if (isTomlDateTime(value)) return 'a date';
  switch (typeof value) {
    case 'string':
      return 'a string';
    case 'boolean':
      return 'a boolean';
    case 'number':
    case 'bigint':
      return 'a number';
    default:
      return 'a table';
  }
}
