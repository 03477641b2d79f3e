// A parsed TOML text and its answers to questions about places.
// Not here: several texts over one another (layers.ts).

import type { Diagnostic, Span } from '../diagnostic/diagnostic.ts';
import type { Path, SpanPart, TomlDocument, TomlValue } from './document.ts';
import { StringPlaces } from './string-places.ts';
import { type TomlNodes, nodeKind, rootNode } from './toml-nodes.ts';

/** What `parseToml` returns. */
export class ParsedDocument implements TomlDocument {
  readonly fileName: string;
  readonly text: string;
  readonly root: { readonly [key: string]: TomlValue };
  readonly diagnostics: readonly Diagnostic[];
  readonly #nodes: TomlNodes;
  /** Of the string that was asked about last: whoever asks about one stretch of it asks about the next. */
  #lastPlaces: { readonly node: number; readonly places: StringPlaces } | null = null;

  constructor(
    fileName: string,
    text: string,
    root: { readonly [key: string]: TomlValue },
    diagnostics: readonly Diagnostic[],
    nodes: TomlNodes,
  ) {
    this.fileName = fileName;
    this.text = text;
    this.root = root;
    this.diagnostics = diagnostics;
    this.#nodes = nodes;
  }

  valueAt(path: Path): TomlValue | undefined {
    return valueAtPath(this.root, path);
  }

  spanOf(path: Path, part: SpanPart): Span {
    const node = this.#nearest(path).node;
    const nodes = this.#nodes;
    if (part === 'key') return { start: nodes.keyStart(node), end: nodes.keyEnd(node) };
    const value = { start: nodes.valueStart(node), end: nodes.valueEnd(node) };
    if (part === 'value') return value;
    return { start: Math.min(nodes.keyStart(node), value.start), end: Math.max(nodes.keyEnd(node), value.end) };
  }

  spanInString(path: Path, start: number, end: number): Span {
    const { node, isExact } = this.#nearest(path);
    const nodes = this.#nodes;
    const whole = { start: nodes.valueStart(node), end: nodes.valueEnd(node) };
    if (!isExact || typeof this.valueAt(path) !== 'string') return whole;
    if (this.#lastPlaces?.node !== node) {
      const isLiteral = nodes.kind(node) !== nodeKind.text;
      this.#lastPlaces = { node, places: new StringPlaces(this.text, whole.start, whole.end, isLiteral) };
    }
    return this.#lastPlaces.places.spanOf(start, end);
  }

  isSpoiled(path: Path): boolean {
    const { node, isExact, parent } = this.#nearest(path);
    if (isExact) return this.#nodes.kind(node) === nodeKind.spoiled;
    return this.#nodes.kind(node) === nodeKind.spoiled || this.#nodes.isTorn(parent);
  }

  /** Walks the path as far as it exists. */
  #nearest(path: Path): { node: number; parent: number; isExact: boolean } {
    let node = rootNode;
    for (const key of path) {
      const child = this.#nodes.child(node, key);
      if (child < 0) return { node, parent: node, isExact: false };
      node = child;
    }
    return { node, parent: node, isExact: true };
  }
}

/** Says whether a value of a document is a table; alone of all objects in it, tables have no prototype. */
export function isTomlTable(value: TomlValue): value is { readonly [key: string]: TomlValue } {
  return typeof value === 'object' && Object.getPrototypeOf(value) === null;
}

/** Returns the value at a path below a table, or undefined. */
export function valueAtPath(root: { readonly [key: string]: TomlValue }, path: Path): TomlValue | undefined {
  let value: TomlValue | undefined = root;
  for (const key of path) {
    if (value === undefined) return undefined;
    value = childOf(value, key);
  }
  return value;
}

/** Returns what a table or array holds under a key or index, or undefined. */
export function childOf(value: TomlValue, key: string | number): TomlValue | undefined {
  if (typeof key === 'number') return Array.isArray(value) ? (value as readonly TomlValue[])[key] : undefined;
  return isTomlTable(value) ? value[key] : undefined;
}
