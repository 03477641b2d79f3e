// Collects the mistakes found while a TOML text is read: keeps them in order of place and keeps their number bearable.
// Not here: what is a mistake (toml-*.ts) and what each code means (toml-rules.ts).

import type { Diagnostic, RelatedPlace } from '../diagnostic/diagnostic.ts';

/** How many mistakes of one text are listed. */
export const problemsMax = 100;

/** The mistakes of one text. */
export class TomlProblems {
  readonly #text: string;
  readonly #list: Diagnostic[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Says that nothing more would be listed, so there is no use in reading on. */
  get isFull(): boolean {
    return this.#list.length > problemsMax;
  }

  /** Adds a mistake that covers the text from `start` to `end`. */
  add(
    code: string,
    start: number,
    end: number,
    message: string,
    help: string | null,
    related: readonly RelatedPlace[] = [],
  ): void {
    // A forbidden character was reported when the characters were checked; that it also fits no rule of the grammar is no news.
    if (this.isFull || (code !== 'toml-control-character' && isForbidden(this.#text, start))) return;
    this.#list.push({ code, severity: 'error', message, help, span: { start, end }, related });
  }

  /** Returns all mistakes in order of place; a long list ends with a note. */
  sorted(): Diagnostic[] {
    const list = this.#list.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    const last = list[problemsMax - 1];
    if (list.length <= problemsMax || last === undefined) return list;
    const message = `there are more than ${problemsMax} mistakes; those after this place are not listed`;
    const note: Diagnostic = {
      code: 'toml-too-many-mistakes',
      severity: 'error',
      message,
      help: 'fix the ones above first; is this really a TOML file?',
      span: { start: last.span.end, end: last.span.end },
      related: [],
    };
    return [...list.slice(0, problemsMax), note];
  }
}

/** Says whether the character at a place may stand nowhere in a TOML text. */
function isForbidden(text: string, at: number): boolean {
  if (at >= text.length) return false;
  const code = text.charCodeAt(at);
  if (code === 0x0d) return text.charCodeAt(at + 1) !== 0x0a;
  if (code >= 0xd800 && code <= 0xdfff) return (text.codePointAt(at) ?? 0) <= 0xffff;
  return (code < 0x20 && code !== 0x09 && code !== 0x0a) || code === 0x7f;
}
