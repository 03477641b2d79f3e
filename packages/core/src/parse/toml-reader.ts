// The place in the text up to which a TOML text has been read, and the small steps over blanks, comments and line ends.
// Not here: keys, values, tables (toml-keys.ts, toml-values.ts, toml-tables.ts).

import type { TomlValue } from './document.ts';
import { TomlNodes } from './toml-nodes.ts';
import type { TomlProblems } from './toml-problems.ts';

/** A table while it is built. */
export type MutableTable = { [key: string]: TomlValue };

/** What a reader of values returns for one that could not be read; the mistake has been reported. */
export const spoiled = Symbol('spoiled');
export type Spoiled = typeof spoiled;

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const APOSTROPHE = 0x27;
export const COMMA = 0x2c;
export const DOT = 0x2e;
export const COLON = 0x3a;
export const EQUALS = 0x3d;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
/** What `code` gives behind the end of the text. */
export const END = -1;

/** The state of reading one text. */
export class TomlReader {
  readonly text: string;
  readonly problems: TomlProblems;
  readonly nodes: TomlNodes;
  /** The node of each table and array that later lines may extend. */
  readonly nodeOf = new Map<object, number>();
  /** Where reading stands. */
  at = 0;
  /** Set when a mistake ended the statement early: `at` is where the next one begins, and all that encloses it is given up. */
  cut = false;
  #cutEnd = 0;

  constructor(text: string, problems: TomlProblems) {
    this.text = text;
    this.problems = problems;
    // A file has a value every 10 to 40 characters. Room that is never written to takes no memory; room that grows is copied.
    this.nodes = new TomlNodes(text.length >> 3);
  }

  /** Returns the UTF-16 unit at the place, or END. */
  code(at: number = this.at): number {
    return at < this.text.length ? this.text.charCodeAt(at) : END;
  }

  /** Gives up the statement: the next one begins at `resumeAt`; what was read of the value ends at `valueEnd`. */
  cutAt(resumeAt: number, valueEnd: number): void {
    this.cut = true;
    this.#cutEnd = valueEnd;
    this.at = resumeAt;
  }

  /** Returns where the value ends that was read last. */
  endOfValue(): number {
    return this.cut ? this.#cutEnd : this.at;
  }

  /** Says whether a line ends at the place, or the text. */
  isLineEnd(at: number = this.at): boolean {
    const code = this.code(at);
    return code === LF || code === END || (code === CR && this.code(at + 1) === LF);
  }

  /** Steps over spaces and tabs. */
  skipBlanks(): void {
    const { text } = this;
    let at = this.at;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== SPACE && code !== TAB) break;
    }
    this.at = at;
  }

  /** Steps over blanks, line ends and comments. Returns whether a line end was among them. */
  skipTrivia(): boolean {
    let passedLine = false;
    for (;;) {
      const code = this.code();
      if (code === SPACE || code === TAB) this.at++;
      else if (code === LF) {
        this.at++;
        passedLine = true;
      } else if (code === CR && this.code(this.at + 1) === LF) {
        this.at += 2;
        passedLine = true;
      } else if (code === HASH) this.at = this.lineEnd();
      else return passedLine;
    }
  }

  /** Returns where the line of the place ends, its line end not included. */
  lineEnd(at: number = this.at): number {
    const lf = this.text.indexOf('\n', at);
    if (lf < 0) return this.text.length;
    return lf > at && this.text.charCodeAt(lf - 1) === CR ? lf - 1 : lf;
  }

  /** Returns where the line of the place begins. */
  lineStart(at: number): number {
    return at === 0 ? 0 : this.text.lastIndexOf('\n', at - 1) + 1;
  }

  /** Steps to the start of the next line. */
  skipLine(): void {
    const lf = this.text.indexOf('\n', this.at);
    this.at = lf < 0 ? this.text.length : lf + 1;
  }

  /** Returns the end of what stands on the rest of the line, without trailing blanks. */
  trimmedLineEnd(from: number): number {
    let end = this.lineEnd(from);
    while (end > from && isBlank(this.text.charCodeAt(end - 1))) end--;
    return end;
  }

  /** Quotes a stretch of the text for a message, shortened. */
  quote(start: number, end: number): string {
    return quoteShort(this.text.slice(start, Math.min(end, start + 60)));
  }
}

/**
 * Returns an empty table. Without a prototype, so that a key may be called `__proto__` or `constructor`. Not by
 * `Object.create(null)`, which makes a hash table, three times as large as an object that shares its layout with others.
 */
export function newTable(): MutableTable {
  return Object.setPrototypeOf({}, null) as MutableTable;
}

/** Says whether a unit is a space or a tab. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Says whether a unit may stand in a key without quotes. */
export function isBareKeyCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d
  );
}

/** Says whether a unit is a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Puts text in backquotes for a message: one line, 40 characters at most. */
export function quoteShort(text: string): string {
  const line = text.slice(0, 80).split(/[\r\n]/, 1)[0] ?? '';
  const shown = Array.from(line).slice(0, 40).join('');
  return shown.length < text.length ? `\`${shown}…\`` : `\`${shown}\``;
}
