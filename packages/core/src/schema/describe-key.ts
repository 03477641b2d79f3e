// The key reference: what each key means, for `workflow explain steps.retry`, for editors and for the documentation.
// Not here: pages of diagnostic codes (shape-rules.ts and the rules).

import type { Json } from '../model/json.ts';
import { DURATION_RULE, renderDuration } from '../model/duration.ts';
import { allKeys } from './all-keys.ts';
import type { KeyNode, ShapeNode, TableNode } from './shape.ts';
import { workflowShape } from './workflow-shape.ts';

/** Everything there is to say about a key. */
export interface KeyDescription {
  /** `steps.<id>.retry` */
  readonly place: string;
  /** What its values are: `duration`, `list of text`, `table`. */
  readonly type: string;
  /** What values must look like beyond their type, or null. */
  readonly rule: string | null;
  readonly required: boolean;
  /** As it would stand in the file; undefined when there is none. */
  readonly default: Json | undefined;
  /** The only values allowed, or null. */
  readonly values: readonly string[] | null;
  readonly doc: string;
  /** TOML of an entry: `timeout = "10m"`. */
  readonly example: string;
  /** Set when this release does not carry the key out: what to do instead. */
  readonly notAvailable: string | null;
  /** The keys inside it. */
  readonly keys: readonly KeySummary[];
}

/** A key in a list of keys. */
export interface KeySummary {
  readonly key: string;
  readonly doc: string;
  readonly required: boolean;
  readonly isAvailable: boolean;
}

/** Where a path leads: to a key, or to an entry with a name of the author's. */
interface Found {
  readonly place: string;
  readonly shape: ShapeNode;
  readonly node: KeyNode | null;
}

/**
 * Describes a key. Names of the author's choosing may be written, left out or replaced by their placeholder:
 * `steps.build.retry`, `steps.retry` and `steps.<id>.retry` are the same key. Null when there is no such key.
 */
export function describeKey(path: readonly string[]): KeyDescription | null {
  const found = find(path);
  if (found === null || found.place === '') return null;
  const { node, shape, place } = found;
  return {
    place,
    type: typeOf(shape),
    rule: ruleOf(shape),
    required: node?.required ?? false,
    default: node?.default,
    values: shape.kind === 'text' ? shape.choices : null,
    doc: node?.doc ?? `${tableIn(shape)?.title ?? 'An entry'} of this name.`.replace(/^./, (letter) => letter.toUpperCase()),
    example: node === null ? '' : `${place.split('.').at(-1)!} = ${node.example}`,
    notAvailable: node?.notAvailable ?? null,
    keys: summariesOf(shape),
  };
}

/** Lists the keys that may stand in the table at a path: what an editor offers there. Empty when there is no such table. */
export function keysAt(path: readonly string[]): readonly KeySummary[] {
  const found = find(path);
  return found === null || found.shape.kind === 'map' ? [] : summariesOf(found.shape);
}

/** Lists the values that an editor offers at a key; the types of parameters are the catalog's. */
export function valuesAt(path: readonly string[], typeNames: readonly string[]): readonly string[] {
  const shape = find(path)?.shape;
  if (shape?.kind === 'boolean') return ['true', 'false'];
  if (shape?.kind === 'type-name') return typeNames;
  return shape?.kind === 'text' ? (shape.choices ?? []) : [];
}

/** Lists the places of all keys, in the order of the description: `steps.<id>.retry.max`. */
export function keyPlaces(): readonly string[] {
  return allKeys().map((placed) => placed.place);
}

function find(path: readonly string[]): Found | null {
  let found: Found = { place: '', shape: workflowShape, node: null };
  for (const part of path) {
    const next = step(found, part);
    if (next === null) return null;
    found = next;
  }
  return found;
}

function step(from: Found, part: string): Found | null {
  const { shape } = from;
  if (shape.kind === 'map') {
    const values = shape.values();
    const entry: Found = { place: `${from.place}.${shape.placeholder}`, shape: values, node: null };
    // `steps.retry`: no step is meant but the key of any step. A step called `retry` has the same page.
    return (part === shape.placeholder ? null : key(entry, part)) ?? entry;
  }
  return key(from, part);
}

function key(from: Found, part: string): Found | null {
  const table = tableIn(from.shape);
  if (table === null || !Object.hasOwn(table.keys, part)) return null;
  const node = table.keys[part]!;
  return { place: from.place === '' ? part : `${from.place}.${part}`, shape: node.shape, node };
}

/** The table among the shapes that a value may have. */
function tableIn(shape: ShapeNode): TableNode | null {
  if (shape.kind === 'table') return shape;
  const found = shape.kind === 'either' ? shape.cases.find((each) => each.kind === 'table') : undefined;
  return found?.kind === 'table' ? found : null;
}

function summariesOf(shape: ShapeNode): KeySummary[] {
  const table = tableIn(shape.kind === 'map' ? shape.values() : shape);
  if (table === null) return [];
  return Object.entries(table.keys).map(([name, { doc, required, notAvailable }]) => ({
    key: name,
    doc,
    required,
    isAvailable: notAvailable === null,
  }));
}

function typeOf(shape: ShapeNode): string {
  switch (shape.kind) {
    case 'text':
      return shape.content === 'expression' ? 'expression' : shape.content === 'template' ? 'text with `${{ }}`' : 'text';
    case 'integer':
      return 'whole number';
    case 'type-name':
      return 'name of a type';
    case 'list':
      return `list of ${typeOf(shape.items)}`;
    case 'map': {
      const values = typeOf(shape.values());
      return values === 'table' ? 'tables by name' : `table of ${values}`;
    }
    case 'either':
      return shape.cases.map(typeOf).join(' or ');
    case 'json':
      return 'any value';
    default:
      return shape.kind;
  }
}

function ruleOf(shape: ShapeNode): string | null {
  switch (shape.kind) {
    case 'text':
      return shape.format?.rule ?? null;
    case 'integer':
    case 'number':
      if (shape.min !== null && shape.max !== null) return `from ${shape.min} to ${shape.max}`;
      return shape.min !== null ? `at least ${shape.min}` : shape.max !== null ? `at most ${shape.max}` : null;
    case 'duration':
      return shape.minMs > 0 ? `${DURATION_RULE}; at least "${renderDuration(shape.minMs)}"` : DURATION_RULE;
    case 'list':
      return ruleOf(shape.items);
    case 'map':
      return `each name: ${shape.nameFormat.rule}`;
    default:
      return null;
  }
}
