// Reads a table of a Markdown document by the text of its first header cell.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Returns the rows of the first table of the document whose header begins with that cell. Throws when there is none. */
export function readTable(root: string, file: string, firstHeader: string): Row[] {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const header = lines.findIndex((line) => cellsOf(line)?.[0] === firstHeader);
  if (header === -1) throw new Error(`${file} has no table that begins with “${firstHeader}”`);
  const rows: Row[] = [];
  for (let at = header + 2; at < lines.length; at++) {
    const cells = cellsOf(lines[at] ?? '');
    if (cells === null) break;
    rows.push({ cells, line: at + 1 });
  }
  return rows;
}

function cellsOf(line: string): string[] | null {
  if (!line.trim().startsWith('|')) return null;
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}
