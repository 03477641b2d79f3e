// Collects what one rule has to say, and stops listening when the rule has said enough: a generated file with 100,000 mistakes
// must cost no more than one with a few hundred.
// Not here: order and number of what is shown in the end (limit.ts).

import type { Path, SpanPart, TomlDocument } from '../parse/document.ts';
import type { Diagnostic, RelatedPlace, Severity, Span } from './diagnostic.ts';
import { suggest } from './suggest.ts';

/** What else a diagnostic says. */
export interface Remarks {
  readonly help?: string | null;
  readonly related?: readonly RelatedPlace[];
}

/** Takes the diagnostics of one rule. */
export interface Report {
  /** Reports a mistake at a key, value or entry of the document. */
  at(path: Path, part: SpanPart, message: string, remarks?: Remarks): void;
  /** Reports a mistake at a stretch of text. */
  add(span: Span, message: string, remarks?: Remarks): void;
  /** True when further reports are dropped; saves the work of finding and wording them. */
  isFull(): boolean;
  /** A place to show along with another. */
  place(path: Path, part: SpanPart, message: string): RelatedPlace;
  /** Returns ``did you mean `x`?``, or `otherwise` when no candidate is near. Costs nothing once the report is full. */
  didYouMean(name: string, candidates: Iterable<string>, otherwise?: string | null): string | null;
}

/** A report that can be read. */
export interface OpenReport extends Report {
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes the report of one rule. It keeps the first `keep` diagnostics. */
export function openReport(document: TomlDocument, rule: { code: string; severity: Severity }, keep: number): OpenReport {
  const diagnostics: Diagnostic[] = [];
  const report: OpenReport = {
    diagnostics,
    isFull: () => diagnostics.length >= keep,
    add(span, message, remarks = {}) {
      if (diagnostics.length >= keep) return;
      const { code, severity } = rule;
      diagnostics.push({ code, severity, message, help: remarks.help ?? null, span, related: remarks.related ?? [] });
    },
    at(path, part, message, remarks) {
      if (!report.isFull()) report.add(document.spanOf(path, part), message, remarks);
    },
    place: (path, part, message) => ({ span: document.spanOf(path, part), message }),
    didYouMean(name, candidates, otherwise = null) {
      if (report.isFull()) return otherwise;
      const near = suggest(name, candidates);
      return near === null ? otherwise : `did you mean \`${near}\`?`;
    },
  };
  return report;
}
