// Reads one `KEY=VALUE` of the command line as an overlay: the key as in a file, the value as in a file when it can be read
// so, otherwise as text. `--set steps.build.timeout=1m` and `--set max_parallel=4` both mean what they look like.
// Not here: laying it over the file (layers.ts).

import { isTomlDateTime } from './date-time.ts';
import type { TomlDocument, TomlValue } from './document.ts';
import { ParsedDocument } from './toml-document.ts';
import { type Key, readKeyPath } from './toml-keys.ts';
import { nodeKind, rootNode } from './toml-nodes.ts';
import { parseToml } from './toml-parser.ts';
import { TomlProblems } from './toml-problems.ts';
import { EQUALS, TomlReader, newTable } from './toml-reader.ts';
import { stepThroughDots } from './toml-tables.ts';

/** Parses a setting. `fileName` is how messages call it; its places are places in `setting`. */
export function parseSetting(setting: string, fileName: string): TomlDocument {
  const problems = new TomlProblems(setting);
  const reader = new TomlReader(setting, problems);
  const root = newTable();
  reader.nodeOf.set(root, rootNode);
  const path = readKeyPath(reader, 0);
  if (path !== null && reader.code() !== EQUALS) {
    const end = setting.length;
    problems.add(
      'toml-missing-equals',
      Math.min(reader.at, end),
      end,
      'a setting is KEY=VALUE, and the `=` is missing',
      'write KEY=VALUE',
    );
  }
  const key = path?.[path.length - 1];
  if (path === null || key === undefined || reader.code() !== EQUALS) {
    return new ParsedDocument(fileName, setting, root, problems.sorted(), reader.nodes);
  }
  const value = setting.slice(reader.at + 1);
  // Quotes and brackets are meant as such, so a mistake in them is a mistake.
  const isMeantAsToml = /^\s*["'[{]/.test(value);
  if (isMeantAsToml || !/[\r\n#]/.test(value)) {
    const parsed = parseToml(setting, fileName);
    const names = path.map((part) => part.name);
    const isWhole = /^\s*(?:#.*)?$/.test(setting.slice(parsed.spanOf(names, 'value').end));
    if (parsed.diagnostics.length > 0 ? isMeantAsToml : isWhole && !isUseless(parsed.valueAt(names))) return parsed;
  }
  setText(reader, root, path, key, value);
  return new ParsedDocument(fileName, setting, root, problems.sorted(), reader.nodes);
}

/** Says whether a value is of a kind that no key takes: then its text was meant. */
function isUseless(value: TomlValue | undefined): boolean {
  return isTomlDateTime(value) || (typeof value === 'number' && !Number.isFinite(value));
}

function setText(reader: TomlReader, root: ReturnType<typeof newTable>, path: readonly Key[], key: Key, value: string): void {
  const parent = stepThroughDots(reader, { table: root, node: rootNode }, path);
  if (parent === null) return;
  const node = reader.nodes.add(parent.node, key.name, key.start, key.end, nodeKind.text);
  reader.nodes.setValue(node, reader.at + 1, reader.text.length);
  parent.table[key.name] = value;
}
