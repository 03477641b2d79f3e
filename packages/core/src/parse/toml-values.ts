// Reads values: dispatches on the first character; arrays and inline tables, with what can go wrong between their brackets.
// Not here: strings (toml-strings.ts), words (toml-scalars.ts), what a key goes into (toml-tables.ts).

import type { TomlValue } from './document.ts';
import { type Surroundings, findItem, openBrackets } from './toml-brackets.ts';
import { readEquals, skipBrokenPair } from './toml-equals.ts';
import { isOtherComment, readKeyPath } from './toml-keys.ts';
import { nodeKind } from './toml-nodes.ts';
import {
  type Spoiled,
  type TomlReader,
  APOSTROPHE,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  isBareKeyCode,
  newTable,
  spoiled,
} from './toml-reader.ts';
import { skipToClosers } from './toml-recovery.ts';
import { readScalar } from './toml-scalars.ts';
import { readString } from './toml-strings.ts';
import { type OpenTable, endDottedTables, isFree, stepThroughDots } from './toml-tables.ts';

/** Reads `key = value` into a table. Returns whether both could be read. On return the place is behind the value, or `cut` is set. */
export function readPair(reader: TomlReader, into: OpenTable, around: Surroundings): boolean {
  const start = reader.at;
  const path = readKeyPath(reader, around.depth);
  const key = path?.[path.length - 1];
  if (path === null || key === undefined) {
    reader.nodes.tear(into.node);
    skipBrokenPair(reader, around);
    return false;
  }
  const equals = readEquals(reader, start, key, around);
  if (equals === 'no-value') {
    reader.nodes.tear(into.node);
    return false;
  }
  const parent = equals === 'key-unclear' ? null : stepThroughDots(reader, into, path);
  const keeper = parent !== null && isFree(reader, parent, key) ? parent : null;
  const node = reader.nodes.add(keeper?.node ?? -1, key.name, key.start, key.end, nodeKind.scalar);
  const valueStart = reader.at;
  const value = readValue(
    reader,
    node,
    path.length === 1 ? around : { ...around, tableDepth: around.tableDepth + path.length - 1 },
  );
  const valueEnd = reader.endOfValue();
  reader.nodes.setValue(node, valueStart, valueEnd);
  if (path.length > 1) endDottedTables(reader, into, path, valueEnd);
  if (keeper === null) reader.nodes.tear(into.node);
  else if (value === spoiled) reader.nodes.setKind(node, nodeKind.spoiled);
  else keeper.table[key.name] = value;
  return value !== spoiled;
}

/** Reads the value at the place. `node` gets the kind of the value and the nodes of what is in it. */
function readValue(reader: TomlReader, node: number, around: Surroundings): TomlValue | Spoiled {
  switch (reader.code()) {
    case QUOTE:
    case APOSTROPHE:
      return readStringValue(reader, around);
    case OPEN_BRACKET:
      return readArray(reader, node, around);
    case OPEN_BRACE:
      return readInlineTable(reader, node, around);
    case CLOSE_BRACKET:
    case CLOSE_BRACE:
    case COMMA:
      return reportNoValue(reader, around);
    default:
      return readScalar(reader, around.depth);
  }
}

function readStringValue(reader: TomlReader, around: Surroundings): TomlValue | Spoiled {
  const value = readString(reader, around.depth);
  if (around.depth === 0 || value === spoiled || !isBareKeyCode(reader.code())) return value;
  reportJunk(reader, reader.at, reader.trimmedLineEnd(reader.at), true);
  skipToClosers(reader, reader.at);
  return spoiled;
}

/** Reports what stands behind a value where nothing may. `touches`: directly behind the closing quote of a string. */
export function reportJunk(reader: TomlReader, start: number, end: number, touches: boolean): void {
  const help = touches
    ? 'quotes inside the text are written `\\"`; or put the whole text in single quotes'
    : isOtherComment(reader, start)
      ? 'a comment begins with `#`'
      : 'each `key = value` stands on a line of its own';
  reader.problems.add(
    'toml-junk-after-value',
    start,
    end,
    `nothing may stand behind the value, but ${reader.quote(start, end)} does`,
    help,
  );
}

function reportNoValue(reader: TomlReader, around: Surroundings): Spoiled {
  const { at } = reader;
  reader.problems.add('toml-bad-value', at, at + 1, `a value is expected here, not ${reader.quote(at, at + 1)}`, null);
  if (around.depth === 0) reader.at = reader.lineEnd();
  return spoiled;
}

function readArray(reader: TomlReader, node: number, around: Surroundings): TomlValue | Spoiled {
  const { nodes } = reader;
  const brackets = openBrackets(reader, around, CLOSE_BRACKET);
  if (brackets === null) return spoiled;
  const inner: Surroundings = { closer: CLOSE_BRACKET, depth: around.depth + 1, tableDepth: around.tableDepth };
  const elements: TomlValue[] = [];
  nodes.setKind(node, nodeKind.array);
  while (findItem(reader, brackets)) {
    const start = reader.at;
    const element = nodes.add(node, null, start, start, nodeKind.scalar);
    const value = readValue(reader, element, inner);
    brackets.itemEnd = reader.endOfValue();
    nodes.setKey(element, start, brackets.itemEnd);
    nodes.setValue(element, start, brackets.itemEnd);
    brackets.comma = value === spoiled ? 'allowed' : 'needed';
    if (value === spoiled) nodes.setKind(element, nodeKind.spoiled);
    else elements.push(value);
  }
  return elements;
}

function readInlineTable(reader: TomlReader, node: number, around: Surroundings): TomlValue | Spoiled {
  const brackets = openBrackets(reader, around, CLOSE_BRACE);
  if (brackets === null) return spoiled;
  const inner: Surroundings = { closer: CLOSE_BRACE, depth: around.depth + 1, tableDepth: around.tableDepth };
  const table = newTable();
  reader.nodes.setKind(node, nodeKind.inline);
  reader.nodeOf.set(table, node);
  while (findItem(reader, brackets)) {
    const isRead = readPair(reader, { table, node }, inner);
    brackets.itemEnd = reader.endOfValue();
    brackets.comma = isRead ? 'needed' : 'allowed';
  }
  return table;
}
