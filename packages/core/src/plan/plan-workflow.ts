// Compiles a workflow and its parameters into a plan. The same file and the same parameters give the same bytes: nothing of
// the machine, the folder or the time goes in.
// Not here: checking (validate/), carrying out (scheduler, executor).

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { limitDiagnostics } from '../diagnostic/limit.ts';
import type { Catalog } from '../model/catalog.ts';
import type { Json } from '../model/json.ts';
import { ownEntry } from '../model/own-entry.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import type { TomlDocument } from '../parse/document.ts';
import { validation } from '../validate/validate-workflow.ts';
import { writeCanonicalJson } from './canonical-json.ts';
import { PLAN_SCHEMA_VERSION, type Plan, type PlanCommandRequirement } from './plan.ts';
import { planSetup } from './plan-setup.ts';
import { planSteps } from './plan-steps.ts';
import { PlanTimeValues } from './plan-time-values.ts';
import { textsOf } from './templates.ts';

export interface PlanRequest {
  readonly document: TomlDocument;
  /** As read without errors; what is wrong across its keys is found here too. */
  readonly model: WorkflowModel;
  readonly catalog: Catalog;
  /** As resolved for this run. The values of secrets stay outside; only their names are told. */
  readonly parameters: { readonly values: { readonly [name: string]: Json }; readonly secrets: readonly string[] };
  /** Begins a SHA-256. */
  readonly openHash: () => TextHash;
  /** SHA-256 of the file's bytes; by default that of the document's text. */
  readonly fileDigest?: string;
}

/** A hash of a text that is given piece by piece. */
export interface TextHash {
  update(piece: string): void;
  /** Returns the hash of all pieces as lower-case hex. */
  digest(): string;
}

export type PlanResult = { readonly plan: Plan } | { readonly diagnostics: readonly Diagnostic[] };

/** Returns the plan, or what is wrong with the file or with the parameters for it. Validates first, unless that was just done. */
export function planWorkflow({ document, model, catalog, parameters, openHash, fileDigest }: PlanRequest): PlanResult {
  const { hints, scriptRewriter, diagnostics } = validation(document, model, catalog);
  const errors = [...document.diagnostics, ...diagnostics].filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0) return { diagnostics: limitDiagnostics(errors) };

  const secrets = [...parameters.secrets].sort();
  const values: { readonly [name: string]: Json } = {
    ...parameters.values,
    ...Object.fromEntries(secrets.map((name) => [name, null])),
  };
  const planTime = new PlanTimeValues(document, model, values);
  const body: Omit<Plan, 'digest'> = {
    schemaVersion: PLAN_SCHEMA_VERSION,
    workflow: {
      id: model.id,
      version: model.version,
      name: model.name,
      fileDigest: fileDigest ?? digestOf((update) => update(document.text), openHash),
    },
    parameters: values,
    secrets,
    maxParallel: model.maxParallel,
    env: textsOf(model.env),
    requirements: {
      commands: model.requirements.commands.map(readRequirement),
      python: model.requirements.python.map(readRequirement),
    },
    workspace: {
      provider: model.workspace.provider,
      base: (model.workspace.base === null ? null : planTime.text(model.workspace.base, ['workspace', 'base'])) || null,
      include: model.workspace.include,
      // Who asks for Jujutsu by name wants its log to tell the story; a workflow that leaves the provider open must do the same in
      // every repository, and ending a change empties what the next step sees as not committed.
      snapshot: model.workspace.snapshot ?? (model.workspace.provider === 'jj' ? 'step' : 'run'),
      keep: model.workspace.keep,
      setup: planSetup(model, planTime, scriptRewriter),
      setupKey: [...model.workspace.setupKey].sort(),
      direnv: model.workspace.direnv,
    },
    steps: planSteps(model.steps, {
      actions: new Map(model.actions.map((action) => [action.name, action])),
      signatures: new Map(catalog.actions.map((signature) => [signature.reference, signature])),
      catalog,
      values: planTime,
      scripts: scriptRewriter,
      expressions: hints,
    }),
    artifacts: model.artifacts
      .map(({ name, path, retentionMs, required }) => ({ name, path, retentionMs, required }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    files: filesOf(hints.filesRead, catalog),
  };
  if (planTime.diagnostics.length > 0) return { diagnostics: limitDiagnostics(planTime.diagnostics) };
  return { plan: { ...body, digest: digestOf((update) => writeCanonicalJson(body, update), openHash) } };
}

function digestOf(write: (update: (piece: string) => void) => void, openHash: () => TextHash): string {
  const hash = openHash();
  write((piece) => hash.update(piece));
  return hash.digest();
}

/** Files of the bundle that `file('path')` reads. What is not in the bundle is a file of the workspace. */
function filesOf(paths: readonly string[], catalog: Catalog): Plan['files'] {
  const files: { [path: string]: { readonly digest: string; readonly text: string } } = {};
  for (const path of paths) {
    const file = ownEntry(catalog.files, path);
    if (file !== undefined) files[path] = { digest: file.digest, text: file.text };
  }
  return files;
}

/** Reads `jj >= 0.30`. */
function readRequirement(text: string): PlanCommandRequirement {
  const [, name = text, operator, version = null] = /^(\S+?)\s*(?:(>=|<=|==|=|>|<)\s*(\S+))?$/.exec(text.trim()) ?? [];
  return { name, operator: (operator === '==' ? '=' : (operator ?? null)) as PlanCommandRequirement['operator'], version };
}
