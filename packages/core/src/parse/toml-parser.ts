// Turns TOML text into a document. Reads any text whatever: each mistake is reported, and reading goes on behind it.
// TOML 1.1: line ends and trailing commas in inline tables, `\e`, `\x00`, times without seconds.
// Not here: bytes (the text is decoded by whoever reads the file), and what the keys mean (model/).

import type { TomlDocument } from './document.ts';
import type { Surroundings } from './toml-brackets.ts';
import { checkCharacters } from './toml-characters.ts';
import { ParsedDocument } from './toml-document.ts';
import { type Key, findEndOfWords, readKeyPath, reportKeyWithBlanks } from './toml-keys.ts';
import { rootNode } from './toml-nodes.ts';
import { TomlProblems } from './toml-problems.ts';
import {
  type MutableTable,
  APOSTROPHE,
  CLOSE_BRACKET,
  END,
  HASH,
  OPEN_BRACKET,
  QUOTE,
  TomlReader,
  newTable,
} from './toml-reader.ts';
import { type OpenTable, lostTable, openHeader } from './toml-tables.ts';
import { readPair, reportJunk } from './toml-values.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** Parses a TOML text. Never throws; mistakes are in `diagnostics`, and what they spoiled is left out of `root`. */
export function parseToml(text: string, fileName: string): TomlDocument {
  const problems = new TomlProblems(text);
  const reader = new TomlReader(text, problems);
  const root = newTable();
  reader.nodeOf.set(root, rootNode);
  if (checkCharacters(text, problems)) readStatements(reader, root);
  return new ParsedDocument(fileName, text, root, problems.sorted(), reader.nodes);
}

function readStatements(reader: TomlReader, rootTable: MutableTable): void {
  const root: OpenTable = { table: rootTable, node: rootNode };
  let current = root;
  let depth = 0;
  if (reader.code() === BYTE_ORDER_MARK) reader.at++;
  for (;;) {
    reader.skipTrivia();
    if (reader.code() === END || reader.problems.isFull) return;
    if (reader.code() === OPEN_BRACKET) {
      const opened = readHeader(reader, root);
      current = opened.table;
      depth = opened.depth;
    } else {
      const around: Surroundings = { closer: null, depth: 0, tableDepth: depth };
      readPair(reader, current, around);
    }
    if (!endStatement(reader)) reader.nodes.tear(current.node);
  }
}

function readHeader(reader: TomlReader, root: OpenTable): { table: OpenTable; depth: number } {
  const start = reader.at;
  const isArray = reader.code(start + 1) === OPEN_BRACKET;
  reader.at += isArray ? 2 : 1;
  const path = readKeyPath(reader, 0);
  if (path !== null) {
    const end = readHeaderEnd(reader, start, path, isArray);
    if (end >= 0) return { table: openHeader(reader, root, path, isArray, start, end), depth: path.length };
  }
  reader.nodes.tear(rootNode);
  reader.at = reader.lineEnd();
  return { table: lostTable(reader), depth: 0 };
}

/** Steps over the brackets that close a header. Returns where it ends, or -1 when they are missing. */
function readHeaderEnd(reader: TomlReader, start: number, path: readonly Key[], isArray: boolean): number {
  const { at, problems } = reader;
  const count = isArray ? 2 : 1;
  const closer = isArray ? ']]' : ']';
  let found = 0;
  while (found < count && reader.code(at + found) === CLOSE_BRACKET) found++;
  reader.at = at + found;
  if (found === count) return reader.at;
  const words = findEndOfWords(reader, CLOSE_BRACKET);
  if (words !== null) {
    reportKeyWithBlanks(reader, path[path.length - 1]?.start ?? start, words.end);
    return -1;
  }
  const message = `this header is never closed; it starts here`;
  problems.add('toml-unclosed-header', start, reader.trimmedLineEnd(start), message, `end it with \`${closer}\``);
  // When only brackets are missing it is still clear which table is meant.
  return reader.isLineEnd() || reader.code() === HASH ? reader.at : -1;
}

/** Steps to the end of the line of a statement. Returns false when some of the text there, or up to here, could not be read. */
function endStatement(reader: TomlReader): boolean {
  if (reader.cut) {
    reader.cut = false;
    return false;
  }
  const before = reader.code(reader.at - 1);
  const from = reader.at;
  reader.skipBlanks();
  if (reader.isLineEnd() || reader.code() === HASH) return true;
  const touches = from === reader.at && (before === QUOTE || before === APOSTROPHE);
  reportJunk(reader, reader.at, reader.trimmedLineEnd(reader.at), touches);
  reader.at = reader.lineEnd();
  return false;
}
