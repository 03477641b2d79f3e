// Columns of text, as wide as their widest cell; the last ones give way on a narrow terminal.

import { cutMiddle, cutTo, padTo, widthOf } from './width.ts';
import type { Style } from './style.ts';

/** One cell: what it says, and how it is styled after it was cut and padded. */
export interface Cell {
  readonly text: string;
  readonly style?: (text: string) => string;
  /** Numbers and times stand at the right of their column. */
  readonly right?: boolean;
  /** What does not fit is cut out of the middle: for paths and references. */
  readonly keepEnds?: boolean;
}

export interface TableOptions {
  readonly header?: readonly string[];
  readonly columns: number;
  readonly style: Style;
  /** Columns of the table that can be done without where the terminal is too narrow, the least needed first. */
  readonly dispensable?: readonly number[];
}

/** Renders rows under an optional header; no line is wider than `columns`, down to about 20. */
export function renderTable(rows: readonly (readonly Cell[])[], options: TableOptions): string[] {
  const { header, columns, style, dispensable: [least, ...others] = [] } = options;
  const all = header === undefined ? rows : [header.map((text): Cell => ({ text, style: style.dim })), ...rows];
  const widths = shrink(naturalWidths(all), columns);
  if (least !== undefined && widths.reduce((sum, width) => sum + width + 2, -2) > columns) {
    const without = <T>(row: readonly T[]): T[] => row.filter((_, index) => index !== least);
    return renderTable(rows.map(without), {
      ...options,
      ...(header === undefined ? {} : { header: without(header) }),
      dispensable: others.map((index) => (index > least ? index - 1 : index)),
    });
  }
  return all.map((row) => renderRow(row, widths));
}

function naturalWidths(rows: readonly (readonly Cell[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, widthOf(cell.text))));
  return widths;
}

/** Takes from the last column first, down to 12; then from the first, down to 8. */
function shrink(widths: number[], columns: number): number[] {
  const result = [...widths];
  const gaps = 2 * (result.length - 1);
  let excess = result.reduce((sum, width) => sum + width, 0) + gaps - columns;
  for (const [index, least] of [
    [result.length - 1, 12],
    [0, 8],
  ] as const) {
    if (excess <= 0) break;
    const taken = Math.min(excess, Math.max(0, result[index]! - least));
    result[index]! -= taken;
    excess -= taken;
  }
  return result;
}

function renderRow(row: readonly Cell[], widths: readonly number[]): string {
  let line = '';
  row.forEach((cell, index) => {
    const width = widths[index]!;
    const cut = cell.keepEnds === true ? cutMiddle(cell.text, width) : cutTo(cell.text, width);
    const last = index === row.length - 1;
    const padding = ' '.repeat(Math.max(0, width - widthOf(cut)));
    const styled = cell.style === undefined ? cut : cell.style(cut);
    line += cell.right === true ? padding + styled : last ? styled : styled + padding;
    if (!last) line += '  ';
  });
  return line.replace(/ +$/, '');
}

/** Renders `name  value` pairs with the names in one column. */
export function renderPairs(pairs: readonly (readonly [string, string])[], style: Style): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => widthOf(name)));
  return pairs.map(([name, value]) => `${style.dim(padTo(name, width))}  ${value}`);
}
