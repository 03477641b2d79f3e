// A place in a script that is being read, and what was found on the way. `${{ }}` are holes: one character each, known by position.
// Not here: the grammar (shell-parser.ts), words and quotes (shell-words.ts).

import type { CommandList, Range, Redirect, ShellKind } from './shell-syntax.ts';

/** Stands in the text for a hole. A script may hold the character too, so only its known positions count. */
export const HOLE = '\uFFFF';

/** Thrown where the script can't be followed; nothing from the current statement on is trusted. */
export class ShellUnclear extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Nesting of `$(…)`, groups and quotes; deeper scripts are refused before the stack is. */
const DEPTH_MAX = 100;

export class ShellCursor {
  readonly text: string;
  readonly kind: ShellKind;
  /** Reads the commands of a `$(…)` up to its `)`; given by the parser, as words and commands contain each other. */
  readonly readList: (cursor: ShellCursor) => CommandList;
  /** Comments, by place. */
  readonly comments: Range[];
  at = 0;
  end: number;
  depth = 0;
  /** Here-documents whose lines come after the next line break. */
  pending: Redirect[] = [];
  readonly #holes: ReadonlyMap<number, number>;

  constructor(from: {
    text: string;
    holes: ReadonlyMap<number, number>;
    kind: ShellKind;
    readList: (cursor: ShellCursor) => CommandList;
  }) {
    this.text = from.text;
    this.end = from.text.length;
    this.kind = from.kind;
    this.readList = from.readList;
    this.comments = [];
    this.#holes = from.holes;
  }

  /** The character at an offset from here; empty at the end. */
  peek(offset = 0): string {
    const at = this.at + offset;
    return at < this.end ? this.text.charAt(at) : '';
  }

  /** The hole that stands here, or null. */
  hole(at = this.at): number | null {
    return at < this.end ? (this.#holes.get(at) ?? null) : null;
  }

  atEnd(): boolean {
    return this.at >= this.end;
  }

  startsWith(text: string): boolean {
    return this.at + text.length <= this.end && this.text.startsWith(text, this.at);
  }

  /** Matches a sticky regular expression here, within what is to be read. */
  match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    return found === null || this.at + found[0].length > this.end ? null : found[0];
  }

  /** The holes between two places, in order. */
  holesIn({ start, end }: Range): number[] {
    const found: number[] = [];
    for (let at = this.text.indexOf(HOLE, start); at !== -1 && at < end; at = this.text.indexOf(HOLE, at + 1)) {
      const hole = this.#holes.get(at);
      if (hole !== undefined) found.push(hole);
    }
    return found;
  }

  hasHoles(range: Range): boolean {
    return this.holesIn(range).length > 0;
  }

  fail(message: string, at = this.at): never {
    throw new ShellUnclear(Math.min(at, this.text.length), message);
  }

  /** Runs a nested reader one level deeper. */
  nested<T>(read: () => T): T {
    if (this.depth >= DEPTH_MAX) this.fail('the script nests too deep here');
    this.depth += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  /** Reads `read` within a stretch of the text, as if nothing came after. */
  within<T>({ start, end }: Range, read: () => T): T {
    const outer = { at: this.at, end: this.end, pending: this.pending };
    this.at = start;
    this.end = end;
    this.pending = [];
    const value = read();
    if (this.pending.length > 0) this.fail('a here-document has no lines');
    this.at = outer.at;
    this.end = outer.end;
    this.pending = outer.pending;
    return value;
  }
}
