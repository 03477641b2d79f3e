// Turns offsets into lines and columns, once, where diagnostics leave the core. Lines and columns count from 1, columns in
// characters (Unicode code points); a byte order mark is no character.
// Not here: how a diagnostic is printed (the command line).

import type { Diagnostic, LocatedDiagnostic, Span } from '../diagnostic/diagnostic.ts';

/** A text that spans point into. Every TomlDocument is one. */
export interface SourceText {
  readonly fileName: string;
  readonly text: string;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Counts out the places of diagnostics. The first document is the workflow file, which spans without `file` mean. The result
 * is ordered by document, then by place.
 */
export function locateDiagnostics(documents: readonly SourceText[], diagnostics: readonly Diagnostic[]): LocatedDiagnostic[] {
  const main = documents[0]?.fileName ?? '';
  const offsetsOf = new Map<string, number[]>();
  const note = (span: Span): void => {
    const file = span.file ?? main;
    const offsets = offsetsOf.get(file);
    if (offsets === undefined) offsetsOf.set(file, [span.start, span.end]);
    else offsets.push(span.start, span.end);
  };
  for (const diagnostic of diagnostics) {
    note(diagnostic.span);
    for (const related of diagnostic.related) note(related.span);
  }

  const textOf = new Map(documents.map((document) => [document.fileName, document.text]));
  const placesOf = new Map<string, Map<number, Place>>();
  for (const [file, offsets] of offsetsOf) placesOf.set(file, countPlaces(textOf.get(file) ?? '', offsets));
  const locate = (span: Span) => {
    const file = span.file ?? main;
    const start = placesOf.get(file)?.get(span.start) ?? { line: 1, column: 1 };
    const end = placesOf.get(file)?.get(span.end) ?? start;
    return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  };

  const order = new Map(documents.map((document, index) => [document.fileName, index]));
  return diagnostics
    .toSorted((a, b) => compare(a, b, order, main))
    .map(({ code, severity, message, help, span, related }) => ({
      ...locate(span),
      code,
      severity,
      message,
      help,
      related: related.map((place) => ({ ...locate(place.span), message: place.message })),
    }));
}

function compare(a: Diagnostic, b: Diagnostic, order: ReadonlyMap<string, number>, main: string): number {
  const documentOf = (diagnostic: Diagnostic): number => order.get(diagnostic.span.file ?? main) ?? order.size;
  const byPlace = documentOf(a) - documentOf(b) || a.span.start - b.span.start || a.span.end - b.span.end;
  if (byPlace !== 0) return byPlace;
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}

/** Goes over the text once, in order of the offsets, so that many places on one long line cost no more than one. */
function countPlaces(text: string, offsets: number[]): Map<number, Place> {
  const places = new Map<number, Place>();
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  let column = 1;
  for (const offset of offsets.sort((a, b) => a - b)) {
    const target = Math.min(offset, text.length);
    let lf = text.indexOf('\n', at);
    while (lf >= 0 && lf < target) {
      line++;
      column = 1;
      at = lf + 1;
      lf = text.indexOf('\n', at);
    }
    while (at < target) {
      const width = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
      // An offset between the halves of a pair counts as the place before the pair.
      if (at + width > target) break;
      at += width;
      column++;
    }
    places.set(offset, { line, column });
  }
  return places;
}
