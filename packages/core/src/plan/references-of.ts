// Lists what a workflow refers to outside its file, so that the edge can load it before anything is checked.
// Not here: loading (packages/source), what is missing (validate/uses-are-known.ts, validate/files-are-there.ts).

import { compileExpression } from '../expression/compile.ts';
import { parseText } from '../expression/parse-text.ts';
import type { Json } from '../model/json.ts';
import { listSources } from '../model/matrix.ts';
import type { ActionModel, StepModel, WorkflowModel } from '../model/workflow.ts';
import { readUses } from './read-uses.ts';

/** What a model names that is not in it; each list sorted, each entry once. */
export interface References {
  /** Paths relative to the workflow file: templates, and what `file('…')` names outside of templates. Some of the latter may be files of a workspace. */
  readonly files: readonly string[];
  /** Those of them that are templates; `filesReadInText` says what these read. */
  readonly templates: readonly string[];
  /** As in `uses`: `./other.toml`, `workflow:ID`. */
  readonly workflows: readonly string[];
  /** Names of plugins. */
  readonly plugins: readonly string[];
}

/** Returns what a model refers to. */
export function referencesOf(model: WorkflowModel): References {
  const found = {
    files: new Set<string>(),
    templates: new Set<string>(),
    workflows: new Set<string>(),
    plugins: new Set<string>(),
  };
  const todo: (StepModel | ActionModel)[] = [...model.actions, ...model.steps];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if ('steps' in next && next.steps !== null) for (const step of next.steps) todo.push(step);
    if (next.uses !== null) noteUses(next.uses, found);
    if (next.stdin?.kind === 'template') found.templates.add(next.stdin.path);
    const given = 'path' in next ? next.inputs : next.with;
    if (next.uses === 'workflow/run' && typeof given['workflow'] === 'string') noteUses(given['workflow'], found);
    noteFiles(next, found.files);
  }
  for (const path of found.templates) found.files.add(path);
  return {
    files: [...found.files].sort(),
    templates: [...found.templates].sort(),
    workflows: [...found.workflows].sort(),
    plugins: [...found.plugins].sort(),
  };
}

function noteUses(text: string, found: { readonly workflows: Set<string>; readonly plugins: Set<string> }): void {
  const uses = readUses(text);
  if (uses.kind === 'workflow') found.workflows.add(uses.reference);
  if (uses.kind === 'plugin' && uses.plugin !== '') found.plugins.add(uses.plugin);
}

/** Notes the files that expressions of a step or action read. Expressions without `file` are of no interest here and not worth parsing. */
function noteFiles(body: StepModel | ActionModel, files: Set<string>): void {
  noteFilesOfTexts(body.run, files);
  noteFilesOfTexts(body.argv, files);
  noteFilesOfTexts(body.env, files);
  if (body.stdin?.kind === 'text') noteFilesOfTexts(body.stdin.text, files);
  for (const { value } of body.outputs) noteFilesOfTexts(value, files);
  if (!('path' in body)) return noteFilesOfTexts(body.with, files);
  noteFilesOfTexts(body.inputs, files);
  noteFilesOfTexts(body.workspace, files);
  const { when, breakWhen, foreach, repeat } = body;
  for (const source of [
    when,
    breakWhen,
    ...listSources(foreach),
    foreach?.key,
    repeat?.until,
    repeat?.while,
    repeat?.progress?.of,
  ]) {
    if (typeof source === 'string' && mentionsFile(source)) addAll(filesRead(source), files);
  }
}

function noteFilesOfTexts(value: Json, files: Set<string>): void {
  if (typeof value === 'string') {
    if (!value.includes('${{') || !mentionsFile(value)) return;
    for (const part of parseText(value).parts) if (part.kind === 'expression') addAll(filesRead(part.source), files);
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) noteFilesOfTexts(item, files);
  }
}

function addAll(paths: readonly string[], files: Set<string>): void {
  for (const path of paths) files.add(path);
}

function mentionsFile(text: string): boolean {
  return /file\s*\(/i.test(text);
}

/** Returns the paths that the `${{ }}` of a text, such as a template, read with `file('path')`. */
export function filesReadInText(text: string): readonly string[] {
  const files = new Set<string>();
  noteFilesOfTexts(text, files);
  return [...files];
}

/** Returns the paths that an expression reads with `file('path')`. */
export function filesRead(source: string): readonly string[] {
  const compiled = compileExpression(source);
  return compiled.ok ? literalPaths(compiled.expression.calls, 'file') : [];
}

/** Returns the literal paths that calls of a function are given. */
export function literalPaths(
  calls: readonly { readonly name: string; readonly literalArguments: readonly (Json | undefined)[] }[],
  name: string,
): readonly string[] {
  return calls.flatMap(({ name: called, literalArguments: [path] }) =>
    called === name && typeof path === 'string' ? [path] : [],
  );
}
