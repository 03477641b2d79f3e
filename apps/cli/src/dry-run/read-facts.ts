// Reads what a stub says that its step would find in the workspace.
// Not here: what becomes of it (stub-book.ts).

import { isTomlTable } from '@workflow-platform/core';
import type { Path, TomlValue } from '@workflow-platform/core';
import type { StubProblems } from './stub-problems.ts';
import type { FactStub } from './stub.ts';

/** Called as the functions that ask. */
export const factKeys: readonly string[] = ['exists', 'file', 'changed'];

/** Returns the answers, by `exists:PATH` and the like. */
export function readFacts(
  stub: { readonly [key: string]: TomlValue },
  path: Path,
  problems: StubProblems,
): ReadonlyMap<string, FactStub> {
  const facts = new Map<string, FactStub>();
  for (const key of factKeys) {
    const table = stub[key];
    if (table === undefined) continue;
    const at = [...path, key];
    if (!isTomlTable(table)) {
      problems.wrongKind(at, 'a table with paths as keys, such as `{ "Cargo.toml" = true }`');
      continue;
    }
    for (const [file, value] of Object.entries(table)) {
      const answers: readonly TomlValue[] = Array.isArray(value) ? (value as readonly TomlValue[]) : [value];
      if (answers.length > 0 && answers.every((answer) => isAnswer(key, answer))) {
        const entry = { path: [...at, file], answers: answers as readonly (boolean | string)[], isList: Array.isArray(value) };
        facts.set(`${key}:${file}`, entry);
      } else problems.wrongKind([...at, file], key === 'file' ? textWanted : 'true or false, or a list of them');
    }
  }
  return facts;
}

const textWanted = 'the text of the file, or false where there is none, or a list of them';

function isAnswer(key: string, value: TomlValue): boolean {
  return typeof value === 'boolean' ? key !== 'file' || !value : key === 'file' && typeof value === 'string';
}
