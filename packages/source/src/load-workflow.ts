// Loads a workflow: finds and reads the file, lays overlays over it, reads what it refers to, and checks all of it.
// Not here: finding (find-workflow.ts), the rules (core), which plugins are installed (the caller's catalog).

import { basename, dirname, join, relative } from 'node:path';
import {
  filesReadInText,
  layerDocuments,
  limitDiagnostics,
  parseToml,
  readModel,
  referencesOf,
  validateWorkflow,
} from '@workflow-platform/core';
import type {
  Catalog,
  Diagnostic,
  LayeredDocument,
  ReferredWorkflow,
  SourceText,
  TomlDocument,
  WorkflowModel,
} from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { decodeText } from './decode-text.ts';
import { sha256 } from './digest.ts';
import { fetchWorkflow, pinMismatch } from './fetch-workflow.ts';
import { findWorkflow, type WorkflowLocation } from './find-workflow.ts';
import { boundaryOf, readTextBeside, type Boundary } from './read-beside.ts';
import { readBytes } from './read-bytes.ts';
import { spareMemory } from './spare-memory.ts';

export interface LoadOptions {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** What is known without the file: parameter types, actions and validators, also those of plugins. */
  readonly catalog: Catalog;
  /** Laid over the file, and over `workflow.local.toml`; the last one is strongest. */
  readonly overlays?: readonly TomlDocument[];
  readonly fetch?: typeof fetch;
}

/** A workflow file with everything that a check, a plan or a run needs of it. */
export interface LoadedWorkflow {
  /** Absolute path or URL. */
  readonly source: string;
  /** As it is shown to people: relative to the current folder where that is shorter. */
  readonly name: string;
  /** Where relative paths in the file start; null for a file from the network. */
  readonly folder: string | null;
  readonly document: LayeredDocument;
  /** Null when there is nothing of a workflow in the file. */
  readonly model: WorkflowModel | null;
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
  /** Every text that diagnostics point into: the file, what is laid over it, and the templates it names. */
  readonly texts: readonly SourceText[];
  /** SHA-256 of the file's bytes. */
  fileDigest(): string;
}

/** Loads what a reference names. Mistakes in the file are diagnostics; a file that cannot be read at all is a UserError. */
export async function loadWorkflow(reference: string | null, options: LoadOptions): Promise<LoadedWorkflow> {
  const location = findWorkflow(reference, options);
  const bytes = await readLocation(location, options);
  spareMemory(bytes.length);
  const source = location.kind === 'file' ? location.path : location.url;
  const name = location.kind === 'file' ? displayName(source, options.cwd) : source;
  const base = parseToml(decodeText(bytes, name), name);
  const local = location.kind === 'file' ? readLocalOverlays(location.path, options.cwd) : [];
  const document = layerDocuments(base, [...local, ...(options.overlays ?? [])]);
  const boundary = location.kind === 'file' ? boundaryOf(location.path) : null;
  const reading = readModel(document, options.catalog);
  const catalog = reading.model === null ? options.catalog : await readReferences(reading.model, boundary, options);
  const checks = reading.model === null ? [] : validateWorkflow(document, reading.model, catalog);
  const shown = (path: string): string => (boundary === null ? path : displayName(join(boundary.folder, path), options.cwd));
  return {
    source,
    name,
    folder: boundary?.folder ?? null,
    document,
    model: reading.model,
    catalog,
    texts: [...document.layers, ...Object.entries(catalog.files).map(([path, { text }]) => ({ fileName: shown(path), text }))],
    diagnostics: limitDiagnostics([
      ...document.diagnostics,
      ...reading.diagnostics,
      ...checks.map((diagnostic) => inTemplate(diagnostic, catalog, shown)),
    ]),
    fileDigest: () => sha256(bytes),
  };
}

/** The core knows a template by the path that the file names it with; people find it by the path from where they are. */
function inTemplate(diagnostic: Diagnostic, { files }: Catalog, shown: (path: string) => string): Diagnostic {
  const { span } = diagnostic;
  if (span.file === undefined || files[span.file] === undefined) return diagnostic;
  return { ...diagnostic, span: { ...span, file: shown(span.file) } };
}

async function readLocation(location: WorkflowLocation, options: LoadOptions): Promise<Buffer> {
  if (location.kind === 'url') return fetchWorkflow(location.url, location.pin, options);
  const bytes = readBytes(location.path, { what: 'workflow file' });
  if (location.pin !== null && sha256(bytes) !== location.pin) throw pinMismatch(location.path, location.pin, sha256(bytes));
  return bytes;
}

/** `workflow.local.toml` beside the file, then `NAME.local.toml` for a file `NAME.toml`. */
function readLocalOverlays(path: string, cwd: string): readonly TomlDocument[] {
  const names = [...new Set(['workflow.local.toml', `${basename(path, '.toml')}.local.toml`])];
  const overlays: TomlDocument[] = [];
  for (const name of names) {
    const beside = join(dirname(path), name);
    const bytes = readOptional(beside);
    if (bytes !== null) overlays.push(parseToml(decodeText(bytes, displayName(beside, cwd)), displayName(beside, cwd)));
  }
  return overlays;
}

function readOptional(path: string): Buffer | null {
  try {
    return readBytes(path, { what: 'local overrides' });
  } catch (error) {
    if (error instanceof UserError && error.code === 'file-not-found') return null;
    throw error;
  }
}

/** Adds to the catalog what the file refers to. What is not there is left out, and a rule says so at its place. */
async function readReferences(model: WorkflowModel, boundary: Boundary | null, options: LoadOptions): Promise<Catalog> {
  const references = referencesOf(model);
  const files: { [path: string]: { digest: string; text: string } } = Object.create(null) as never;
  const read = (path: string): void => {
    const file = boundary === null ? null : tryRead(() => readTextBeside(path, boundary, 'file'));
    if (file !== null) files[path] = { digest: sha256(file.bytes), text: file.text };
  };
  for (const path of references.files) read(path);
  // A template brings files of its own. What those hold is text and nothing more.
  for (const path of references.templates) for (const inner of filesReadInText(files[path]?.text ?? '')) read(inner);
  const workflows: { [reference: string]: ReferredWorkflow } = Object.create(null) as never;
  const todo = references.workflows.map((reference) => ({ reference, boundary }));
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (workflows[next.reference] !== undefined || next.boundary === null) continue;
    const referred = await readReferred(next.reference, next.boundary, options);
    if (referred === null) continue;
    workflows[next.reference] = referred;
    // Ids mean the same everywhere; a path inside another file is that file's own business.
    const inner = referencesOf(referred.model).workflows.filter((reference) => reference.startsWith('workflow:'));
    for (const reference of inner) todo.push({ reference, boundary: boundaryOf(referred.source) });
  }
  return { ...options.catalog, files, workflows };
}

async function readReferred(reference: string, boundary: Boundary, options: LoadOptions): Promise<ReferredWorkflow | null> {
  const file = tryRead(() => {
    if (!reference.startsWith('workflow:')) return readTextBeside(reference, boundary, 'workflow file');
    const location = findWorkflow(reference, { cwd: boundary.folder });
    return location.kind === 'file' ? readTextBeside(location.path, boundary, 'workflow file') : null;
  });
  if (file === null) return null;
  const { model } = readModel(parseToml(file.text, file.path), options.catalog);
  return model === null ? null : { reference, source: file.path, fileDigest: sha256(file.bytes), model };
}

function tryRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function displayName(path: string, cwd: string): string {
  const way = relative(cwd, path);
  return way !== '' && !way.startsWith('../..') && way.length < path.length ? way : path;
}
