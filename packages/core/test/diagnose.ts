// All that the core has to say about a text, in one go: syntax, form, rules, and the plan with the parameters given.

import { createHash } from 'node:crypto';
import {
  type Catalog,
  type Diagnostic,
  limitDiagnostics,
  locateDiagnostics,
  type LocatedDiagnostic,
  parseParamOption,
  parseToml,
  planWorkflow,
  readModel,
  resolveParameters,
  type TextHash,
  validateWorkflow,
} from '../src/index.ts';
import { exampleCatalog } from './example-catalog.ts';

/** Returns the located diagnostics of a text. Lines `# given: NAME=VALUE` give parameters. */
export function diagnose(text: string, catalog: Catalog = exampleCatalog): readonly LocatedDiagnostic[] {
  const document = parseToml(text, 'workflow.toml');
  const templates = Object.entries(catalog.files).map(([fileName, file]) => ({ fileName, text: file.text }));
  return locateDiagnostics([document, ...templates], limitDiagnostics([...found(text, catalog)]));
}

function* found(text: string, catalog: Catalog): Generator<Diagnostic> {
  const document = parseToml(text, 'workflow.toml');
  const { model, diagnostics } = readModel(document, catalog);
  const validated = model === null ? [] : validateWorkflow(document, model, catalog);
  const all = [...document.diagnostics, ...diagnostics, ...validated];
  yield* all;
  if (model === null || all.some(({ severity }) => severity === 'error')) return;
  const given = [...text.matchAll(/^# given: (.*)$/gm)].flatMap((match) => {
    const read = parseParamOption(match[1]!);
    return read.ok ? read.given : [];
  });
  const resolution = resolveParameters({ document, model, given, catalog });
  if (!resolution.ok) return yield* resolution.diagnostics;
  const result = planWorkflow({ document, model, catalog, parameters: resolution.parameters, openHash: openSha256 });
  if ('diagnostics' in result) yield* result.diagnostics;
}

/** The hash function that hosts hand to the planner. */
/** Begins a SHA-256 of a text in pieces. */
export function openSha256(): TextHash {
  const hash = createHash('sha256');
  return { update: (piece) => void hash.update(piece), digest: () => hash.digest('hex') };
}

/** SHA-256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
