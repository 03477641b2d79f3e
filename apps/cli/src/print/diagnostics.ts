// Prints diagnostics as compilers do: place, code, message, the source line with the span underlined, related places, help.
// Not here: the rules (core), data formats (sarif.ts; `validate --json` prints the located diagnostics as they are).

import type { LocatedDiagnostic } from '@workflow-platform/core';
import { formatCount } from './format.ts';
import { harmless } from './harmless.ts';
import type { Style } from './style.ts';
import { widthOf, widthOfCharacter } from './width.ts';

/** A place in a file: lines and columns in characters from 1, the end exclusive. */
interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface DiagnosticPrinting {
  /** Texts of the files by the name that diagnostics use. */
  readonly texts: ReadonlyMap<string, string>;
  readonly style: Style;
  readonly columns: number;
}

/** Renders all of them, in the order given, with an empty line after each. */
export function renderDiagnostics(diagnostics: readonly LocatedDiagnostic[], printing: DiagnosticPrinting): string {
  const linesByFile = new Map([...printing.texts].map(([file, text]) => [file, text.split(/\r?\n/)] as const));
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, linesByFile, printing).join('\n') + '\n\n').join('');
}

/** `2 errors and 1 warning in workflow.toml`. */
export function renderCount(diagnostics: readonly LocatedDiagnostic[], files: readonly string[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts = [errors > 0 ? formatCount(errors, 'error') : '', warnings > 0 ? formatCount(warnings, 'warning') : ''];
  const where = files.length === 1 ? harmless(files[0]!) : formatCount(files.length, 'file');
  return `${parts.filter((part) => part !== '').join(' and ')} in ${where}`;
}

function renderDiagnostic(
  diagnostic: LocatedDiagnostic,
  linesByFile: ReadonlyMap<string, readonly string[]>,
  { style, columns }: DiagnosticPrinting,
): string[] {
  const color = diagnostic.severity === 'error' ? style.red : style.yellow;
  const gutter = Math.max(...[diagnostic, ...diagnostic.related].map((place) => String(place.endLine).length));
  const head = `${style.bold(placeText(diagnostic))}: ${style.bold(color(`${diagnostic.severity}[${diagnostic.code}]`))}: ${style.bold(harmless(diagnostic.message))}`;
  const lines = [
    head,
    ...renderSnippet(diagnostic, linesByFile.get(diagnostic.file), { gutter, columns, style, color, mark: '^' }),
  ];
  for (const related of diagnostic.related) {
    lines.push(`${' '.repeat(gutter)} ${style.cyan('::')} ${placeText(related)}: ${harmless(related.message)}`);
    // The line above shows it already.
    if (isSamePlace(related, diagnostic)) continue;
    lines.push(
      ...renderSnippet(related, linesByFile.get(related.file), { gutter, columns, style, color: style.cyan, mark: '-' }),
    );
  }
  if (diagnostic.help !== null) {
    const [first = '', ...more] = diagnostic.help.split('\n').map(harmless);
    lines.push(`${' '.repeat(gutter)} ${style.cyan('=')} ${style.bold('help')}: ${first}`);
    for (const line of more) lines.push(`${' '.repeat(gutter)}         ${line}`);
  }
  return lines;
}

function isSamePlace(a: Place, b: Place): boolean {
  return (
    a.file === b.file && a.line === b.line && a.column === b.column && a.endLine === b.endLine && a.endColumn === b.endColumn
  );
}

function placeText(place: Place): string {
  return `${harmless(place.file)}:${place.line}:${place.column}`;
}

interface SnippetLook {
  readonly gutter: number;
  readonly columns: number;
  readonly style: Style;
  readonly color: (text: string) => string;
  readonly mark: string;
}

/** A span of several lines shows its first and its last line. */
function renderSnippet(place: Place, source: readonly string[] | undefined, look: SnippetLook): string[] {
  if (source === undefined) return [];
  const first = source[place.line - 1];
  if (first === undefined) return [];
  const bar = look.style.cyan('|');
  const empty = `${' '.repeat(look.gutter)} ${bar}`;
  const oneLine = place.endLine === place.line;
  const end = oneLine ? place.endColumn : Array.from(first).length + 1;
  const lines = [empty, ...renderLine(first, place.line, { from: place.column, to: end }, look)];
  const last = source[place.endLine - 1];
  if (!oneLine && last !== undefined && place.endColumn > 1) {
    if (place.endLine > place.line + 1) lines.push(`${'.'.repeat(look.gutter)} ${bar}`);
    const indent = Array.from(last).findIndex((character) => character !== ' ' && character !== '\t');
    lines.push(...renderLine(last, place.endLine, { from: Math.max(1, indent + 1), to: place.endColumn }, look));
  }
  return lines;
}

/** A source line and the line of marks below it. */
function renderLine(line: string, number: number, wholeSpan: { from: number; to: number }, look: SnippetLook): string[] {
  const { text, span } = shorten(line, wholeSpan);
  const cells = Array.from(text, shown);
  const room = Math.max(20, look.columns - look.gutter - 4);
  const window = chooseWindow(cells, span, room);
  const before = cells.slice(window.start, span.from - 1).join('');
  const marked = cells.slice(span.from - 1, Math.min(span.to - 1, window.end)).join('');
  const lead = window.start > 0 ? '…' : '';
  const shownText = lead + cells.slice(window.start, window.end).join('') + (window.end < cells.length ? '…' : '');
  const bar = look.style.cyan('|');
  const marks = ' '.repeat(widthOf(lead + before)) + look.color(look.mark.repeat(Math.max(1, widthOf(marked))));
  return [
    `${look.style.cyan(String(number).padStart(look.gutter))} ${bar} ${shownText}`.trimEnd(),
    `${' '.repeat(look.gutter)} ${bar} ${marks}`,
  ];
}

/** Of a line of megabytes only the stretch around the span is taken apart. */
function shorten(text: string, span: { from: number; to: number }): { text: string; span: { from: number; to: number } } {
  if (text.length <= STRETCH) return { text, span };
  const skipped = Math.max(0, span.from - 1 - STRETCH / 4);
  let at = 0;
  for (let count = 0; count < skipped && at < text.length; count += 1) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return { text: text.slice(at, at + STRETCH), span: { from: span.from - skipped, to: Math.min(span.to - skipped, STRETCH) } };
}

const STRETCH = 4000;

/** A long line is shown around its span. */
function chooseWindow(
  cells: readonly string[],
  span: { from: number; to: number },
  room: number,
): { start: number; end: number } {
  const widths = cells.map((cell) => (cell.length === 1 ? widthOfCharacter(cell) : widthOf(cell)));
  const total = widths.reduce((sum, width) => sum + width, 0);
  if (total <= room) return { start: 0, end: cells.length };
  const spanWidth = widths.slice(span.from - 1, span.to - 1).reduce((sum, width) => sum + width, 0);
  let lead = Math.max(8, Math.floor((room - Math.min(spanWidth, room)) / 2));
  let start = span.from - 1;
  while (start > 0 && lead - widths[start - 1]! >= 0) lead -= widths[--start]!;
  let left = room - 2;
  let end = start;
  while (end < cells.length && left - widths[end]! >= 0) left -= widths[end++]!;
  return { start, end };
}

/** A tab takes four columns; what could harm the terminal becomes visible. */
function shown(character: string): string {
  if (character === '\t') return '    ';
  if (character === '\u001b') return '\u241b';
  const safe = harmless(character);
  return safe === '' ? '\ufffd' : safe;
}
