// Where everything of a parsed text stands: a tree beside the tree of values, packed into one array of integers.
// Not here: the values themselves, and the answers to paths (toml-document.ts).

/** What a node is; decides what later lines may do with it. */
export const nodeKind = {
  /** A string, number, boolean or date. */
  scalar: 0,
  /** A table that only longer headers mention: `a` of `[a.b]`. */
  implicit: 1,
  /** A table with a header of its own, or the root. */
  header: 2,
  /** A table made by a dotted key: `a` of `a.b = 1`. */
  dotted: 3,
  /** An inline table; complete where it ends. */
  inline: 4,
  /** An array written with `[ ]`; complete where it ends. */
  array: 5,
  /** An array of tables, each with a header `[[a]]`. */
  tables: 6,
  /** An entry whose value could not be read; it has no value in the tree. */
  spoiled: 7,
  /** Text that stands in the source as it is, without quotes. */
  text: 8,
} as const;

export type NodeKind = (typeof nodeKind)[keyof typeof nodeKind];

// Fields of a node.
const KIND = 0;
const FIRST_CHILD = 1;
const LAST_CHILD = 2;
const NEXT = 3;
const KEY_START = 4;
const KEY_END = 5;
const VALUE_START = 6;
const VALUE_END = 7;
const STRIDE = 8;

const NONE = -1;
/** From this many children on, a look-up by name uses an index. */
const INDEXED_FROM = 12;

/** The node of the root table. */
export const rootNode = 0;

/** The tree of places. A node is its number; a child has the name of its key, or none as an element of an array. */
export class TomlNodes {
  #fields: Int32Array;
  readonly #names: (string | null)[] = [];
  readonly #byName = new Map<number, Map<string, number>>();
  readonly #byIndex = new Map<number, number[]>();
  /** Tables in which lines were skipped, so that a key that is missing there may be one of them. */
  readonly #torn = new Set<number>();

  /** Takes how many nodes to make room for at first. */
  constructor(expected: number) {
    this.#fields = new Int32Array(STRIDE * Math.max(expected, 16));
    this.add(NONE, null, 0, 0, nodeKind.header);
  }

  /** Adds a node as last child; with a parent of -1 it hangs nowhere (what a mistake made unreachable). */
  add(parent: number, name: string | null, keyStart: number, keyEnd: number, kind: NodeKind): number {
    const node = this.#names.length;
    this.#names.push(name);
    const base = node * STRIDE;
    if (base === this.#fields.length) this.#grow();
    const fields = this.#fields;
    fields[base + KIND] = kind;
    fields[base + FIRST_CHILD] = NONE;
    fields[base + LAST_CHILD] = NONE;
    fields[base + NEXT] = NONE;
    fields[base + KEY_START] = keyStart;
    fields[base + KEY_END] = keyEnd;
    fields[base + VALUE_START] = keyStart;
    fields[base + VALUE_END] = keyEnd;
    if (parent >= 0) this.#append(parent, node);
    return node;
  }

  setKind(node: number, kind: NodeKind): void {
    this.#fields[node * STRIDE + KIND] = kind;
  }

  setKey(node: number, start: number, end: number): void {
    this.#fields[node * STRIDE + KEY_START] = start;
    this.#fields[node * STRIDE + KEY_END] = end;
  }

  setValue(node: number, start: number, end: number): void {
    this.#fields[node * STRIDE + VALUE_START] = start;
    this.#fields[node * STRIDE + VALUE_END] = end;
  }

  kind(node: number): NodeKind {
    return this.#field(node, KIND) as NodeKind;
  }

  keyStart(node: number): number {
    return this.#field(node, KEY_START);
  }

  keyEnd(node: number): number {
    return this.#field(node, KEY_END);
  }

  valueStart(node: number): number {
    return this.#field(node, VALUE_START);
  }

  valueEnd(node: number): number {
    return this.#field(node, VALUE_END);
  }

  /** Notes that lines of a table could not be read. */
  tear(node: number): void {
    if (node >= 0) this.#torn.add(node);
  }

  isTorn(node: number): boolean {
    return this.#torn.has(node);
  }

  /** Finds a child by name without keeping an index; for the parser, which still adds nodes. */
  findChild(parent: number, name: string): number {
    for (let child = this.#field(parent, FIRST_CHILD); child !== NONE; child = this.#field(child, NEXT)) {
      if (this.#names[child] === name) return child;
    }
    return NONE;
  }

  /** Finds a child by name (of a table) or by index (of an array), or -1. Only once the tree is complete. */
  child(parent: number, key: string | number): number {
    if (typeof key === 'number') return this.#elements(parent)[key] ?? NONE;
    const index = this.#byName.get(parent);
    if (index !== undefined) return index.get(key) ?? NONE;
    let found = NONE;
    let steps = 0;
    for (let child = this.#field(parent, FIRST_CHILD); child !== NONE; child = this.#field(child, NEXT)) {
      if (this.#names[child] === key) found = this.#better(found, child);
      if (++steps === INDEXED_FROM) return this.#indexNames(parent).get(key) ?? NONE;
    }
    return found;
  }

  #indexNames(parent: number): Map<string, number> {
    const index = new Map<string, number>();
    for (let child = this.#field(parent, FIRST_CHILD); child !== NONE; child = this.#field(child, NEXT)) {
      const name = this.#names[child];
      if (typeof name === 'string') index.set(name, this.#better(index.get(name) ?? NONE, child));
    }
    this.#byName.set(parent, index);
    return index;
  }

  /** Of two children with the same name, at most one has a value. */
  #better(first: number, second: number): number {
    return first === NONE || this.kind(first) === nodeKind.spoiled ? second : first;
  }

  #elements(parent: number): number[] {
    let elements = this.#byIndex.get(parent);
    if (elements === undefined) {
      elements = [];
      for (let child = this.#field(parent, FIRST_CHILD); child !== NONE; child = this.#field(child, NEXT)) {
        // Spoiled elements are not in the array of values either.
        if (this.#names[child] === null && this.kind(child) !== nodeKind.spoiled) elements.push(child);
      }
      this.#byIndex.set(parent, elements);
    }
    return elements;
  }

  #append(parent: number, node: number): void {
    const last = this.#field(parent, LAST_CHILD);
    if (last === NONE) this.#fields[parent * STRIDE + FIRST_CHILD] = node;
    else this.#fields[last * STRIDE + NEXT] = node;
    this.#fields[parent * STRIDE + LAST_CHILD] = node;
  }

  #grow(): void {
    const grown = new Int32Array(this.#fields.length * 2);
    grown.set(this.#fields);
    this.#fields = grown;
  }

  #field(node: number, field: number): number {
    return this.#fields[node * STRIDE + field] ?? NONE;
  }
}
