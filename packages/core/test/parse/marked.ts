// Notation of the tests: the stretches that mistakes cover stand between « and » in the text, related places between ‹ and ›.

import type { Span } from '../../src/diagnostic/diagnostic.ts';

/** A text without its marks, and the places that were marked. */
export interface Marked {
  readonly text: string;
  readonly spans: readonly Span[];
  readonly related: readonly Span[];
}

/** Takes the marks out of a text. */
export function unmark(marked: string): Marked {
  const spans: Span[] = [];
  const related: Span[] = [];
  const open: { list: Span[]; start: number }[] = [];
  let text = '';
  for (const part of marked.split(/([«»‹›])/)) {
    if (part === '«') open.push({ list: spans, start: text.length });
    else if (part === '‹') open.push({ list: related, start: text.length });
    else if (part === '»' || part === '›') {
      const { list, start } = open.pop() ?? { list: spans, start: 0 };
      list.push({ start, end: text.length });
    } else text += part;
  }
  const byPlace = (a: Span, b: Span): number => a.start - b.start || a.end - b.end;
  return { text, spans: spans.sort(byPlace), related: related.sort(byPlace) };
}

/** Puts marks around spans; for messages that a person compares. */
export function mark(text: string, spans: readonly Span[]): string {
  let marked = text;
  for (const { start, end } of spans.toSorted((a, b) => b.start - a.start)) {
    marked = `${marked.slice(0, start)}«${marked.slice(start, end)}»${marked.slice(end)}`;
  }
  return marked;
}
