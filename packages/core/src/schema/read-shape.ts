// Reads a TOML value by the description of its shape: every mistake is reported at its place, the rest is returned.
// Not here: tables and their keys (read-table.ts), texts (read-text.ts), what the values mean together (model/).

import { DURATION_RULE, guessDuration, parseDuration, renderDuration } from '../model/duration.ts';
import type { Json } from '../model/json.ts';
import { shorten } from '../model/shorten.ts';
import { guessSize, parseSize, SIZE_RULE } from '../model/size.ts';
import { isTomlDateTime } from '../parse/date-time.ts';
import type { TomlValue } from '../parse/document.ts';
import { readMap, readTable } from './read-table.ts';
import { readText, readTypeName } from './read-text.ts';
import type { Reading } from './reading.ts';
import type { DurationNode, EitherNode, KeyNode, ListNode, NumberNode, Shape, ShapeNode } from './shape.ts';
import { correctionFor, expectedBy, kindOf, tableOf } from './toml-kind.ts';

/** Deeper values are refused, before they exhaust the stack of whoever walks through them. */
export const DEPTH_MAX = 100;

/** Returns what the value reads as, or undefined when it is spoiled. `key` says more about it when it stands at a key. */
export function readValue<T>(reading: Reading, shape: Shape<T>, value: TomlValue, key: KeyNode | null = null): T | undefined {
  return readNode(reading, shape, value, key) as T | undefined;
}

/** The same, without types. */
export function readNode(reading: Reading, shape: ShapeNode, value: TomlValue, key: KeyNode | null): unknown {
  if (reading.path.length > DEPTH_MAX) {
    reading.error('too-deep', `tables and lists are nested more than ${DEPTH_MAX} levels deep`, { help: 'use fewer levels' });
    return undefined;
  }
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string' ? readText(reading, shape, value) : wrongType(reading, shape, value, key);
    case 'type-name':
      return typeof value === 'string' ? readTypeName(reading, value) : wrongType(reading, shape, value, key);
    case 'integer':
    case 'number':
      return readNumber(reading, shape, value, key);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrongType(reading, shape, value, key);
    case 'duration':
      return readDuration(reading, shape, value, key);
    case 'size':
      return readSize(reading, shape, value, key);
    case 'list':
      return Array.isArray(value) ? readList(reading, shape, value) : wrongType(reading, shape, value, key);
    case 'map': {
      const table = tableOf(value);
      return table === null ? wrongType(reading, shape, value, key) : readMap(reading, shape, table, readNode);
    }
    case 'table': {
      const table = tableOf(value);
      return table === null ? wrongType(reading, shape, value, key) : readTable(reading, shape, table, readNode);
    }
    case 'either':
      return readEither(reading, shape, value, key);
    case 'json':
      return readJson(reading, value);
  }
}

function wrongType(reading: Reading, shape: ShapeNode, value: TomlValue, key: KeyNode | null): undefined {
  const help = correctionFor(shape, value, reading.path, key === null ? null : key.example);
  reading.error('wrong-type', `${reading.name()} must be ${expectedBy(shape)}, not ${kindOf(value)}`, { help });
  return undefined;
}

function readNumber(reading: Reading, shape: NumberNode, value: TomlValue, key: KeyNode | null): number | undefined {
  if (typeof value === 'bigint') return outOfRange(reading, shape, String(value));
  if (typeof value !== 'number' || !Number.isFinite(value)) return wrongType(reading, shape, value, key);
  if (shape.kind === 'integer' && !Number.isInteger(value)) {
    reading.error('wrong-type', `${reading.name()} must be a whole number, not ${value}`, { help: `write ${Math.round(value)}` });
    return undefined;
  }
  if (shape.min !== null && value < shape.min) return outOfRange(reading, shape, String(value));
  if (shape.max !== null && value > shape.max) return outOfRange(reading, shape, String(value));
  return value === 0 ? 0 : value;
}

function outOfRange(reading: Reading, shape: NumberNode, value: string): undefined {
  const { min, max } = shape;
  const range =
    min !== null && max !== null
      ? `from ${min} to ${max}`
      : min !== null
        ? `at least ${min}`
        : max !== null
          ? `at most ${max}`
          : 'smaller';
  reading.error('out-of-range', `${reading.name()} is ${value}, which is out of range`, { help: `it must be ${range}` });
  return undefined;
}

function readDuration(reading: Reading, shape: DurationNode, value: TomlValue, key: KeyNode | null): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const help = `write the unit in the text: "${value}s" for seconds, "${value}m" for minutes`;
    reading.error('bad-duration', `${reading.name()} is a bare number, a duration needs a unit`, { help });
    return undefined;
  }
  if (typeof value !== 'string') return wrongType(reading, shape, value, key);
  const ms = parseDuration(value);
  if (ms === null) {
    const guess = guessDuration(value);
    const isBare = /^[0-9.]{1,20}$/.test(value);
    const help = isBare
      ? `add the unit: "${value}s" for seconds, "${value}m" for minutes`
      : value.includes('${{')
        ? "durations are fixed before a run starts and can't hold `${{ }}`"
        : guess !== null
          ? `did you mean "${guess}"?`
          : `it must be ${DURATION_RULE}, the largest unit first`;
    reading.error('bad-duration', `${reading.name()} is no duration: ${JSON.stringify(shorten(value))}`, { help });
    return undefined;
  }
  if (ms < shape.minMs || ms > shape.maxMs) {
    const help =
      ms < shape.minMs
        ? `it must be at least "${renderDuration(shape.minMs)}"`
        : `it must be at most "${renderDuration(shape.maxMs)}"`;
    reading.error('out-of-range', `${reading.name()} is ${JSON.stringify(value)}, which is out of range`, { help });
    return undefined;
  }
  return ms;
}

function readSize(reading: Reading, shape: ShapeNode, value: TomlValue, key: KeyNode | null): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const help = `write the unit in the text: "${value}MiB", "${value}GiB"`;
    reading.error('bad-size', `${reading.name()} is a bare number, a size needs a unit`, { help });
    return undefined;
  }
  if (typeof value !== 'string') return wrongType(reading, shape, value, key);
  const bytes = parseSize(value);
  if (bytes !== null) return bytes;
  const guess = guessSize(value);
  const help = guess !== null && parseSize(guess) !== null ? `did you mean "${guess}"?` : `it must be ${SIZE_RULE}`;
  reading.error('bad-size', `${reading.name()} is no size: ${JSON.stringify(shorten(value))}`, { help });
  return undefined;
}

function readList(reading: Reading, shape: ListNode, value: readonly TomlValue[]): unknown[] {
  if (value.length === 0 && !shape.mayBeEmpty) {
    reading.error('empty', `${reading.name()} is empty`, { help: `it needs ${shape.itemName}, or leave the key out` });
  }
  const items: unknown[] = [];
  const seen = shape.distinct ? new Map<unknown, number>() : null;
  for (let index = 0; index < value.length; index++) {
    reading.path.push(index);
    const read = readNode(reading, shape.items, value[index]!, null);
    reading.path.pop();
    if (read === undefined) continue;
    const first = seen?.get(read);
    if (first !== undefined) repeatedItem(reading, index, first, read);
    else items.push(read);
    seen?.set(read, first ?? index);
  }
  // A copy is as long as what is in it; a list that grew has room to spare, and a large file has a list for each step.
  return items.slice();
}

function repeatedItem(reading: Reading, index: number, first: number, item: unknown): void {
  const related = [{ span: reading.at(first, () => reading.span('value')), message: 'first here' }];
  const name = reading.name();
  reading.at(index, () =>
    reading.error('repeated-item', `${name} has ${shorten(JSON.stringify(item))} twice`, {
      help: 'leave one of them out',
      related,
    }),
  );
}

function readEither(reading: Reading, shape: EitherNode, value: TomlValue, key: KeyNode | null): unknown {
  for (const each of shape.cases) if (isKindOf(each, value)) return readNode(reading, each, value, key);
  return wrongType(reading, shape, value, key);
}

/** Says whether a value is of the TOML kind that a shape asks for. */
function isKindOf(shape: ShapeNode, value: TomlValue): boolean {
  switch (shape.kind) {
    case 'integer':
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'map':
    case 'table':
      return tableOf(value) !== null;
    case 'json':
      return true;
    default:
      return typeof value === 'string';
  }
}

/** Turns a TOML value into JSON. Dates, nan, infinity and numbers beyond exact counting have no JSON counterpart. */
function readJson(reading: Reading, value: TomlValue): Json | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') {
    reading.error('out-of-range', `${reading.name()} is a number of more digits than can be kept exactly`, {
      help: `write it as text: "${value}"`,
    });
    return undefined;
  }
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value === 0 ? 0 : value;
    reading.error('wrong-type', `${reading.name()} must be a finite number, not ${kindOf(value)}`, {
      help: `write it as text: "${value}"`,
    });
    return undefined;
  }
  if (isTomlDateTime(value)) {
    reading.error('wrong-type', `${reading.name()} is a date or time, which workflow files have no use for`, {
      help: `write it as text: "${value.text}"`,
    });
    return undefined;
  }
  if (reading.path.length > DEPTH_MAX) return readNode(reading, { kind: 'json', typedBy: null }, value, null) as undefined;
  if (Array.isArray(value)) {
    return value
      .map((item: TomlValue, index) => reading.at(index, () => readJson(reading, item)))
      .filter((item) => item !== undefined);
  }
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(tableOf(value)!)) {
    const read = reading.at(key, () => readJson(reading, item));
    if (read !== undefined) entries.push([key, read]);
  }
  return Object.fromEntries(entries);
}
