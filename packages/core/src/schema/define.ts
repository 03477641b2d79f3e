// Builders for shapes and keys: they fill in what is usual and tie each description to the type it reads as.
// Not here: the types of descriptions (shape.ts), the description of the format (workflow-shape.ts).

import type { Json } from '../model/json.ts';
import type { TextFormat } from './formats.ts';
import type { Condition, Entries, Key, KeyNode, Read, Shape, ShapeNode, TextNode } from './shape.ts';

/** Durations and retention times beyond this are slips: a hundred years. */
const DURATION_MS_MAX = 36_500 * 86_400_000;

/** Describes text. */
export function text(options: { format?: TextFormat; content?: TextNode['content']; mayBeEmpty?: boolean } = {}): Shape<string> {
  const { format = null, content = 'plain', mayBeEmpty = false } = options;
  return { kind: 'text', format, choices: null, unavailable: {}, content, mayBeEmpty };
}

/** Describes text in which `${{ }}` would mean nothing: for people, or in a syntax of its own. */
export function prose(format: TextFormat | null = null): Shape<string> {
  return { kind: 'text', format, choices: null, unavailable: {}, content: 'prose', mayBeEmpty: format === null };
}

/** Describes an expression that stands bare, without `${{ }}`. */
export function expression(): Shape<string> {
  return text({ content: 'expression' });
}

/** Describes text that is one of a few words. */
export function choice<const Words extends string>(
  choices: readonly Words[],
  unavailable: { readonly [word: string]: string } = {},
): Shape<Words> {
  return { kind: 'text', format: null, choices, unavailable, content: 'plain', mayBeEmpty: false };
}

/** Describes a whole number within a range. */
export function integer(min: number, max: number): Shape<number> {
  return { kind: 'integer', min, max };
}

/** Describes any finite number, within a range when one is given. */
export function number(min: number | null = null, max: number | null = null): Shape<number> {
  return { kind: 'number', min, max };
}

/** Describes true or false. */
export function boolean(): Shape<boolean> {
  return { kind: 'boolean' };
}

/** Describes a length of time such as "1h30m"; reads as milliseconds. */
export function duration(minMs = 1): Shape<number> {
  return { kind: 'duration', minMs, maxMs: DURATION_MS_MAX };
}

/** Describes an amount of bytes such as "2GiB"; reads as bytes. */
export function size(): Shape<number> {
  return { kind: 'size' };
}

/** Describes the name of a parameter type. */
export function typeName(): Shape<string> {
  return { kind: 'type-name' };
}

/** Describes any value that JSON has too, or one of the type that another key names. */
export function json(typedBy: string | null = null): Shape<Json> {
  return { kind: 'json', typedBy };
}

/** Describes a list. */
export function list<T>(
  items: Shape<T>,
  options: { itemName: string; mayBeEmpty?: boolean; distinct?: boolean },
): Shape<readonly T[]> {
  const { itemName, mayBeEmpty = true, distinct = false } = options;
  return { kind: 'list', items, itemName, mayBeEmpty, distinct };
}

/** Describes a table whose names the author chooses. */
export function map<T>(options: {
  placeholder: string;
  nameFormat: TextFormat;
  values: () => Shape<T>;
  mayBeEmpty?: boolean;
}): Shape<Entries<T>> {
  const { placeholder, nameFormat, values, mayBeEmpty = true } = options;
  return { kind: 'map', placeholder, nameFormat, values, mayBeEmpty };
}

/** Describes a table with known keys. */
export function table<const Keys extends { readonly [key: string]: KeyNode }>(options: {
  name: string;
  title: string;
  keys: Keys;
  body?: readonly (keyof Keys & string)[];
  mainKey?: keyof Keys & string;
}): Shape<Read<Keys>> {
  const { name, title, keys, body = null, mainKey = null } = options;
  return { kind: 'table', name, title, keys, body, mainKey };
}

/** Describes a value that has one of two shapes; they differ in the kind of TOML value. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return { kind: 'either', cases: [first, second] };
}

/** What else there is to say about a key. */
interface Remarks {
  readonly doc: string;
  readonly example: string;
  readonly notAvailable?: string;
  readonly beside?: readonly string[];
  readonly onlyWhen?: Pick<Condition, 'key' | 'values'> & Partial<Condition>;
}

/** A key that must be there. Reads as null only when it was missing or spoiled. */
export function required<T>(shape: Shape<T>, remarks: Remarks): Key<T | null> {
  return keyOf(shape, true, undefined, remarks);
}

/** A key that may be missing. */
export function optional<T>(shape: Shape<T>, remarks: Remarks): Key<T | null> {
  return keyOf(shape, false, undefined, remarks);
}

/** A key that has a value when it is missing: `value` as read, `written` as it would stand in the file when that differs. */
export function defaulted<T>(shape: Shape<T>, value: NoInfer<T>, remarks: Remarks, written?: Json): Key<T> {
  return { ...keyOf(shape, false, written ?? (value as Json), remarks), readDefault: value };
}

function keyOf(shape: ShapeNode, isRequired: boolean, fallback: Json | undefined, remarks: Remarks): KeyNode {
  const { doc, example, notAvailable = null, beside = null, onlyWhen } = remarks;
  return {
    shape,
    required: isRequired,
    default: fallback,
    readDefault: undefined,
    doc,
    example,
    notAvailable,
    beside,
    onlyWhen: onlyWhen === undefined ? null : { isNegated: false, isRequired: false, isImplied: false, ...onlyWhen },
  };
}
