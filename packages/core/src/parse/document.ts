// A parsed TOML text: plain values, and for each of them its place in the text.
// Not here: how it is parsed (toml-parser.ts), what the keys mean (model/).

import type { Diagnostic, Span } from '../diagnostic/diagnostic.ts';

/** A path of keys and array indexes from the root: `['steps', 'build', 'needs', 0]`. */
export type Path = readonly (string | number)[];

/** Which part of an entry is meant: its key (for a table: the last key of its header), its value, or both. */
export type SpanPart = 'key' | 'value' | 'entry';

/** A date or time of TOML, kept as written; workflow files have no use for them, so nothing more is known. */
export interface TomlDateTime {
  readonly kind: 'date-time';
  readonly text: string;
}

export type TomlValue =
  | string
  | number
  | bigint
  | boolean
  | TomlDateTime
  | readonly TomlValue[]
  | { readonly [key: string]: TomlValue };

/** A TOML text with the places of all that is in it. Tables have a null prototype, so a key may be called anything. */
export interface TomlDocument {
  readonly fileName: string;
  readonly text: string;
  /** What could be read; whatever a syntax error spoiled is left out. */
  readonly root: { readonly [key: string]: TomlValue };
  /** Syntax errors, all of them, in order of place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Returns the value at a path, or undefined. */
  valueAt(path: Path): TomlValue | undefined;
  /** Returns the place of what stands at the path, or of the nearest ancestor that exists. For `value` of a header table: its header. */
  spanOf(path: Path, part: SpanPart): Span;
  /**
   * Returns the place in the text of a stretch of a *decoded* string value: escapes, the trimmed first newline and
   * line-ending backslashes of multi-line strings are accounted for. Offsets are UTF-16 units of the decoded string.
   */
  spanInString(path: Path, start: number, end: number): Span;
  /**
   * Says whether a syntax error spoiled what stands at the path, or may have: the value could not be read, or lines of the
   * table it belongs to could not. No rule should then complain that it is missing.
   */
  isSpoiled(path: Path): boolean;
}
