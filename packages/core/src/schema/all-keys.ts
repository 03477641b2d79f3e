// Every key of the format with its place, from one walk over the description.
// Not here: how a key is shown (describe-key.ts).

import type { KeyNode, ShapeNode, TableNode } from './shape.ts';
import { workflowShape } from './workflow-shape.ts';

/** A key of the format. Steps inside groups have the keys of steps and are not listed again. */
export interface PlacedKey {
  /** `steps.<id>.retry.max` */
  readonly place: string;
  /** The table it is a key of, and that table's place: `steps.<id>.retry`; empty for the top level. */
  readonly table: TableNode;
  readonly tablePlace: string;
  readonly key: string;
  readonly node: KeyNode;
}

let listed: readonly PlacedKey[] | null = null;
let byKey: Map<string, PlacedKey[]> | null = null;

/** Returns all keys in the order of the description, a table's key before the keys inside it. */
export function allKeys(): readonly PlacedKey[] {
  if (listed === null) {
    const keys: PlacedKey[] = [];
    walk(workflowShape, '', new Set(), keys);
    listed = keys;
  }
  return listed;
}

/** Returns the places that have a key of this name. */
export function homesOf(key: string): readonly PlacedKey[] {
  if (byKey === null) {
    byKey = new Map();
    for (const placed of allKeys()) byKey.set(placed.key, [...(byKey.get(placed.key) ?? []), placed]);
  }
  return byKey.get(key) ?? [];
}

function walk(shape: ShapeNode, place: string, open: Set<string>, keys: PlacedKey[]): void {
  switch (shape.kind) {
    case 'table':
      if (open.has(shape.name)) return;
      open.add(shape.name);
      for (const [key, node] of Object.entries(shape.keys)) {
        const keyPlace = place === '' ? key : `${place}.${key}`;
        keys.push({ place: keyPlace, table: shape, tablePlace: place, key, node });
        walk(node.shape, keyPlace, open, keys);
      }
      open.delete(shape.name);
      return;
    case 'map':
      return walk(shape.values(), `${place}.${shape.placeholder}`, open, keys);
    case 'list':
      return walk(shape.items, place, open, keys);
    case 'either':
      for (const each of shape.cases) walk(each, place, open, keys);
      return;
    default:
      // The rest holds no keys.
      return;
  }
}
