// The language in which the file format is described: shapes of values and the keys of tables, as plain data. Reading with
// diagnostics, the JSON Schema, the key reference and completion are all derived from the same description.
// Not here: the description itself (workflow-shape.ts and its neighbours).

import type { Json } from '../model/json.ts';
import type { TextFormat } from './formats.ts';

declare const produces: unique symbol;

/** Describes values that read as a `T`. */
export type Shape<T> = ShapeNode & { readonly [produces]?: T };

export type ShapeNode =
  | TextNode
  | NumberNode
  | { readonly kind: 'boolean' }
  | DurationNode
  | { readonly kind: 'size' }
  /** Name of a parameter type of the catalog. */
  | { readonly kind: 'type-name' }
  | ListNode
  | MapNode
  | TableNode
  | EitherNode
  /** Any value that has a JSON counterpart. With `typedBy`: of the parameter type that the key of that name beside it names. */
  | { readonly kind: 'json'; readonly typedBy: string | null };

export interface TextNode {
  readonly kind: 'text';
  /** What it must look like. A stretch `${{ }}` is only known in a run, so texts with one are not held to it. */
  readonly format: TextFormat | null;
  /** The only texts allowed. */
  readonly choices: readonly string[] | null;
  /** Texts that the format knows and this release does not carry out, with the reason. */
  readonly unavailable: { readonly [text: string]: string };
  /** `plain` text must not hold `${{ }}`, in `prose` it means nothing, `template` may hold it, `expression` is one as a whole. */
  readonly content: 'plain' | 'prose' | 'template' | 'expression';
  /** May be empty or blank. */
  readonly mayBeEmpty: boolean;
}

export interface NumberNode {
  readonly kind: 'integer' | 'number';
  readonly min: number | null;
  readonly max: number | null;
}

export interface DurationNode {
  readonly kind: 'duration';
  readonly minMs: number;
  readonly maxMs: number;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: ShapeNode;
  /** What an item is called in messages, with its article: `a step id`. */
  readonly itemName: string;
  readonly mayBeEmpty: boolean;
  /** No two items are equal. */
  readonly distinct: boolean;
}

/** A table with names of the author's choosing. */
export interface MapNode {
  readonly kind: 'map';
  /** How a name stands in the key reference: `<id>` in `steps.<id>.run`. */
  readonly placeholder: string;
  readonly nameFormat: TextFormat;
  /** Lazy, because groups hold steps. */
  readonly values: () => ShapeNode;
  readonly mayBeEmpty: boolean;
}

/** A table with known keys; all others are mistakes. */
export interface TableNode {
  readonly kind: 'table';
  /** Unique; names the definition in the JSON Schema and chooses the hints for keys of other tools. */
  readonly name: string;
  /** In messages, with its article: `a step`. */
  readonly title: string;
  readonly keys: { readonly [key: string]: KeyNode };
  /** Keys of which a valid table has exactly one. */
  readonly body: readonly string[] | null;
  /** The key that a lone value in the table's place was probably meant for. */
  readonly mainKey: string | null;
}

/** One of several shapes, told apart by the kind of TOML value. */
export interface EitherNode {
  readonly kind: 'either';
  readonly cases: readonly ShapeNode[];
}

/** A key of a table: its value's shape and everything there is to say about it. */
export interface KeyNode {
  readonly shape: ShapeNode;
  readonly required: boolean;
  /** As it would stand in the file; undefined when there is none. */
  readonly default: Json | undefined;
  /** The default as it reads: milliseconds for "10s". */
  readonly readDefault: unknown;
  /** What the key does: one or two sentences. */
  readonly doc: string;
  /** TOML of an entry, right-hand side only: `"10m"`. */
  readonly example: string;
  /** Set when this release does not carry the key out: what to do instead. */
  readonly notAvailable: string | null;
  /** Keys of which one must stand beside this one: `shell` goes with `run`. */
  readonly beside: readonly string[] | null;
  readonly onlyWhen: Condition | null;
}

/** Ties the meaning of a key to the value of another key of its table. */
export interface Condition {
  readonly key: string;
  /** The key has a meaning only when the other's value is (`isNegated`: is not) one of these. */
  readonly values: readonly string[];
  readonly isNegated: boolean;
  /** The key must be there when the other's value is one of these. */
  readonly isRequired: boolean;
  /** When the other key is missing, this one's presence stands for the first of the values. */
  readonly isImplied: boolean;
}

/** A key with the type that its value has in what is read: null when it is missing or spoiled, unless it has a default. */
export interface Key<T> extends KeyNode {
  readonly [produces]?: T;
}

/** The type of what a shape reads as. */
export type Produced<S> = S extends { readonly [produces]?: infer T } ? Exclude<T, undefined> : never;

/** The type of what a table with these keys reads as. */
export type Read<Keys> = { readonly [Name in keyof Keys]: Keys[Name] extends Key<infer T> ? T : never };

/** A read map, in the order of the file. */
export type Entries<T> = readonly (readonly [name: string, value: T])[];
