// Reads a document as a workflow: everything that is wrong with the form of the file, and a model of all that is right.
// Not here: what the keys are (schema/), what is wrong across keys (validate/).

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import type { TomlDocument } from '../parse/document.ts';
import { readValue } from '../schema/read-shape.ts';
import { Reading } from '../schema/reading.ts';
import { type ReadWorkflow, workflowShape } from '../schema/workflow-shape.ts';
import type { Catalog } from './catalog.ts';
import { checkParameters } from './check-parameters.ts';
import { readIdentity } from './read-identity.ts';
import { bodyOf } from './read-body.ts';
import { stepOf } from './read-step.ts';
import type { ActionModel, ParameterModel, WorkflowModel } from './workflow.ts';

/** What came of reading a file. With errors among the diagnostics the model is incomplete, but what is in it can be checked further. */
export interface ModelReading {
  readonly model: WorkflowModel | null;
  /** In the order in which they were found. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a document as a workflow. Never throws; the model is null only when there is nothing of a workflow in the file. */
export function readModel(document: TomlDocument, catalog: Catalog): ModelReading {
  const reading = new Reading(document, catalog);
  const read = readValue(reading, workflowShape, document.root);
  if (read === undefined) return { model: null, diagnostics: reading.diagnostics };
  const model = modelOf(reading, read);
  checkParameters(reading, model);
  return { model: Object.keys(document.root).length === 0 ? null : model, diagnostics: reading.diagnostics };
}

function modelOf(reading: Reading, read: ReadWorkflow): WorkflowModel {
  const { id, version } = readIdentity(reading, read);
  const { requirements, workspace } = read;
  return {
    id,
    version,
    name: read.name,
    description: read.description,
    tags: read.tags ?? [],
    license: read.license,
    homepage: read.homepage,
    maxParallel: read.max_parallel,
    env: Object.fromEntries(read.env ?? []),
    parameters: (read.parameters ?? []).map(([name, parameter]) => parameterOf(name, parameter)),
    requirements: { commands: requirements?.commands ?? [], python: requirements?.python ?? [] },
    workspace: {
      provider: workspace?.provider ?? 'auto',
      base: workspace?.base ?? null,
      include: workspace?.include ?? [],
      snapshot: workspace?.snapshot ?? null,
      keep: workspace?.keep ?? 'on-failure',
      setup: workspace?.setup ?? null,
      setupKey: workspace?.setup_key ?? [],
      direnv: workspace?.direnv ?? 'auto',
    },
    actions: (read.actions ?? []).map(([name, action]) => actionOf(name, action)),
    steps: (read.steps ?? []).map(([step, keys]) => stepOf(step, ['steps', step], keys)),
    artifacts: (read.artifacts ?? []).map(([name, { path, retention, required }]) => ({
      name,
      path: path ?? '',
      retentionMs: retention,
      required,
    })),
  };
}

function parameterOf(name: string, read: NonNullable<ReadWorkflow['parameters']>[number][1]): ParameterModel {
  const { type, description, required, pattern, values, items, min, max, env } = read;
  return { name, type, description, required, default: read.default ?? undefined, pattern, values, items, min, max, env };
}

function actionOf(name: string, read: NonNullable<ReadWorkflow['actions']>[number][1]): ActionModel {
  return {
    name,
    description: read.description,
    ...bodyOf(read),
    uses: read.uses,
    with: Object.fromEntries(read.with ?? []),
    inputs: (read.inputs ?? []).map(([input, { type, required, secret, description, values, ...rest }]) => ({
      name: input,
      type,
      required,
      default: rest.default ?? undefined,
      secret,
      description,
      values,
    })),
  };
}
