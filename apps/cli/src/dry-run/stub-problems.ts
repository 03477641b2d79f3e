// Collects what is wrong with a stubs file, each mistake at its place.
// Not here: what counts as one (read-stubs.ts, read-outcome.ts, read-facts.ts, stub-book.ts).

import { renderTomlKey, suggest } from '@workflow-platform/core';
import type { Diagnostic, Path, SpanPart, TomlDocument } from '@workflow-platform/core';

/** What the mistakes are called. */
export type StubCode =
  | 'stub-unknown-key'
  | 'stub-unknown-step'
  | 'stub-wrong-value'
  | 'stub-outputs'
  | 'stub-impossible'
  | 'stub-unused';

/** Takes the mistakes of one file. */
export class StubProblems {
  readonly document: TomlDocument;
  readonly diagnostics: Diagnostic[] = [];

  constructor(document: TomlDocument) {
    this.document = document;
  }

  add(code: StubCode, message: string, place: { path: Path; part: SpanPart; help?: string | null }): void {
    const span = this.document.spanOf(place.path, place.part);
    this.diagnostics.push({ code, severity: 'error', message, help: place.help ?? null, span, related: [] });
  }

  unknownKey(path: Path, keys: readonly string[]): void {
    const key = String(path.at(-1));
    const near = suggest(key, keys);
    const help = near === null ? `it may have ${keys.map((each) => `\`${each}\``).join(', ')}` : `did you mean \`${near}\`?`;
    this.add('stub-unknown-key', `there is no key \`${renderTomlKey(key)}\` here`, { path, part: 'key', help });
  }

  /** Reports that a value is of the wrong kind; `wanted` completes "it must be". */
  wrongKind(path: Path, wanted: string): void {
    this.add('stub-wrong-value', `\`${renderTomlKey(String(path.at(-1)))}\` must be ${wanted}`, { path, part: 'value' });
  }
}
