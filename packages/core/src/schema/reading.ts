// What is passed along while a document is read: where the reader stands, and what was wrong so far.
// Not here: the reading (read-shape.ts).

import type { Diagnostic, RelatedPlace, Span } from '../diagnostic/diagnostic.ts';
import type { Catalog } from '../model/catalog.ts';
import { shorten } from '../model/shorten.ts';
import type { Path, SpanPart, TomlDocument } from '../parse/document.ts';

/** What a diagnostic says besides its message. */
export interface Remarks {
  readonly help?: string | null;
  readonly related?: readonly RelatedPlace[];
  /** The place, when it is not the value the reader stands at. */
  readonly span?: Span;
}

/** The state of reading one document. */
export class Reading {
  readonly document: TomlDocument;
  readonly catalog: Catalog;
  readonly diagnostics: Diagnostic[] = [];
  /** Where the reader stands. One array for the whole reading: copies are made only for what is kept. */
  readonly path: (string | number)[] = [];

  constructor(document: TomlDocument, catalog: Catalog) {
    this.document = document;
    this.catalog = catalog;
  }

  /** Reports a mistake in the value the reader stands at. */
  error(code: string, message: string, remarks: Remarks = {}): void {
    const { help = null, related = [], span = this.span('value') } = remarks;
    this.diagnostics.push({ code, severity: 'error', message, help, span, related });
  }

  /** Carries out `read` one level further down. */
  at<T>(step: string | number, read: () => T): T {
    this.path.push(step);
    const result = read();
    this.path.pop();
    return result;
  }

  /** Says whether a syntax error may have taken an entry of the table the reader stands at away. */
  isSpoiled(key: string): boolean {
    return this.document.isSpoiled([...this.path, key]);
  }

  /** Returns the place of an entry of the table the reader stands at. */
  spanOfKey(key: string): Span {
    return this.document.spanOf([...this.path, key], 'key');
  }

  /** Returns the place of what the reader stands at. */
  span(part: SpanPart): Span {
    return this.document.spanOf([...this.path], part);
  }

  /** How the place the reader stands at is called in messages: `` `steps.build` ``. */
  name(...further: (string | number)[]): string {
    return `\`${renderPath([...this.path, ...further])}\``;
  }
}

/** Renders a path for a message, as it could be written in TOML: `steps.build.needs[0]`. */
export function renderPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += (text === '' ? '' : '.') + renderKey(part);
  }
  return text;
}

/** Renders a key of TOML for a message, quoted where it must be. */
export function renderKey(key: string): string {
  const shown = shorten(key);
  return /^[A-Za-z0-9_-]+$/.test(shown) ? shown : JSON.stringify(shown);
}
