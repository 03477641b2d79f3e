// Finds the `${{ expression }}` in a text. `$${{` stands for a literal `${{`; everything else is left as it is.
// Not here: what the expressions are worth (plan/resolve-text.ts), scripts (plan/rewrite-script.ts).

import type { Text } from '../plan/plan.ts';
import type { Stretch } from './node.ts';

/** A part of a text; offsets are UTF-16 units within it. */
export type TextPart =
  | (Stretch & { readonly kind: 'literal'; readonly text: string })
  /** From `${{` to `}}`. `source` is trimmed and begins at `sourceStart`. */
  | (Stretch & { readonly kind: 'expression'; readonly source: string; readonly sourceStart: number });

/** A `${{` without `}}`. */
export interface TextProblem extends Stretch {
  readonly code: 'interpolation-unclosed';
  readonly message: string;
  readonly help: string;
}

export interface ParsedText {
  /** In order, covering the whole text; never two literals in a row. */
  readonly parts: readonly TextPart[];
  readonly problems: readonly TextProblem[];
}

const OPEN = '${{';
const CLOSE = '}}';

/** Splits a text at its expressions. Never throws; the text after an unclosed `${{` is a literal. */
export function parseText(text: string): ParsedText {
  const parts: TextPart[] = [];
  const problems: TextProblem[] = [];
  let literal = '';
  let literalStart = 0;
  let offset = 0;
  for (;;) {
    const start = text.indexOf(OPEN, offset);
    if (start === -1) break;
    if (start > offset && text.charAt(start - 1) === '$') {
      literal += text.slice(offset, start - 1) + OPEN;
      offset = start + OPEN.length;
      continue;
    }
    const close = findClose(text, start + OPEN.length);
    if (close === -1) {
      problems.push(unclosed(start));
      break;
    }
    literal += text.slice(offset, start);
    if (literal !== '') parts.push({ kind: 'literal', text: literal, start: literalStart, end: start });
    parts.push(expressionPart(text, start, close));
    offset = close + CLOSE.length;
    literal = '';
    literalStart = offset;
  }
  literal += text.slice(offset);
  if (literal !== '') parts.push({ kind: 'literal', text: literal, start: literalStart, end: text.length });
  return { parts, problems };
}

/** Returns a text in the form that plans keep. What is wrong with it is left to `parseText`. */
export function textOf(source: string): Text {
  const { parts } = parseText(source);
  if (parts.every((part) => part.kind === 'literal')) return parts.map((part) => part.text).join('');
  return parts.map((part) => (part.kind === 'literal' ? part.text : { expression: part.source }));
}

function expressionPart(text: string, start: number, close: number): TextPart {
  const inner = text.slice(start + OPEN.length, close);
  const source = inner.trim();
  const sourceStart = start + OPEN.length + (inner.length - inner.trimStart().length);
  return {
    kind: 'expression',
    source,
    sourceStart: source === '' ? start + OPEN.length : sourceStart,
    start,
    end: close + CLOSE.length,
  };
}

/** The `}}` outside the expression's strings; where a string never ends, the first `}}`, so that the mistake is seen as one in the expression. */
function findClose(text: string, from: number): number {
  let inString = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'") inString = !inString;
    else if (character === '}' && !inString && text.startsWith(CLOSE, at)) return at;
  }
  return text.indexOf(CLOSE, from);
}

function unclosed(start: number): TextProblem {
  return {
    code: 'interpolation-unclosed',
    message: '`${{` is never closed',
    help: 'close it with `}}`, or write `$${{` for the characters themselves',
    start,
    end: start + OPEN.length,
  };
}
