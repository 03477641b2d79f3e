// Reads a file in which something is declared (a plugin's manifest, an agent's preset), TOML or JSON, and tells mistakes at their
// place in it.
// Not here: what is declared (read-manifest.ts, preset/read-preset.ts).

import { readFileSync } from 'node:fs';
import { locateDiagnostics, parseToml } from '@workflow-platform/core';
import type { Diagnostic, TomlDocument } from '@workflow-platform/core';
import type { ManifestPath, Report } from './fields.ts';
import { isTable } from './fields.ts';

/** What is wrong with a file, or worth knowing. */
export interface PluginProblem {
  readonly severity: 'error' | 'warning';
  /** The file, or the folder when it has none. */
  readonly file: string;
  /** From 1; null where the place is not known. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly help: string | null;
}

export interface Declaration {
  readonly values: { readonly [key: string]: unknown };
  /** Takes a mistake in. */
  readonly report: Report;
}

/** Returns what the file says; null when it cannot be read, which is reported. */
export function readDeclaration(file: string, problems: PluginProblem[]): Declaration | null {
  const source = readValues(file, problems);
  if (source === null) return null;
  const report: Report = (path, message, help) => {
    const place = source.document === null ? null : placeOf(source.document, path);
    problems.push({ ...problem('error', file, message, help ?? null), line: place?.line ?? null, column: place?.column ?? null });
  };
  return { values: source.values, report };
}

/** Makes a problem without a place. */
export function problem(severity: 'error' | 'warning', file: string, message: string, help: string | null): PluginProblem {
  return { severity, file, line: null, column: null, message, help };
}

function readValues(
  file: string,
  problems: PluginProblem[],
): { values: { readonly [key: string]: unknown }; document: TomlDocument | null } | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(problem('error', file, `cannot be read: ${(error as Error).message}`, null));
    return null;
  }
  if (file.endsWith('.toml')) {
    const document = parseToml(text, file);
    for (const { line, column, message, help } of locateDiagnostics([document], document.diagnostics)) {
      problems.push({ severity: 'error', file, line, column, message, help });
    }
    return document.diagnostics.length === 0 ? { values: document.root, document } : null;
  }
  try {
    const values: unknown = JSON.parse(text);
    if (isTable(values)) return { values, document: null };
    problems.push(problem('error', file, 'a manifest must be a JSON object', null));
  } catch (error) {
    problems.push(problem('error', file, `is not JSON: ${(error as Error).message}`, null));
  }
  return null;
}

function placeOf(document: TomlDocument, path: ManifestPath): { line: number; column: number } | undefined {
  const part = document.valueAt(path) === undefined ? 'entry' : 'key';
  const diagnostic: Diagnostic = {
    code: 'plugin',
    severity: 'error',
    message: '',
    help: null,
    span: document.spanOf(path, part),
    related: [],
  };
  return locateDiagnostics([document], [diagnostic])[0];
}
