// Which outputs a step could give, and which it must.
// Not here: outputs that are computed from others (walk.ts computes them as a run does).

import type { ActionSignature, Json, PlanAttemptStep, Template } from '@workflow-platform/core';

export interface StepOutputs {
  /** Names, those that are not computed; null where the step may give any. */
  readonly given: readonly string[] | null;
  readonly required: readonly string[];
  /** Names of those whose value the file computes. */
  readonly computed: readonly string[];
}

/** Returns what is declared of a step's outputs, by itself and by the action that it uses. */
export function outputsOfStep(step: PlanAttemptStep, actions: readonly ActionSignature[]): StepOutputs {
  const signature = signatureOf(step, actions);
  const own = step.outputs.filter(({ from }) => from !== 'value');
  const computed = step.outputs.filter(({ from }) => from === 'value').map(({ name }) => name);
  const ofAction = (signature?.outputs ?? []).filter(({ name }) => step.outputs.every((output) => output.name !== name));
  const declared = [...own, ...ofAction];
  const ofSchema = propertiesOf(step, signature);
  const isOpen = ofSchema === null || (step.outputs.length === 0 && signature === null);
  return {
    given: isOpen ? null : [...declared.map(({ name }) => name), ...ofSchema],
    required: declared.filter(({ required }) => required).map(({ name }) => name),
    computed,
  };
}

/** What the schema of the answer has as properties, which are outputs too; null where the run computes the schema. */
function propertiesOf({ action }: PlanAttemptStep, signature: ActionSignature | null): readonly string[] | null {
  if (signature?.outputSchema === undefined || !('inputs' in action)) return [];
  const schema = action.inputs[signature.outputSchema];
  if (schema === undefined) return [];
  const properties = memberOf(schema, 'properties');
  if (properties === null) return null;
  if ('table' in properties) return Object.keys(properties.table);
  return 'json' in properties && isTable(properties.json) ? Object.keys(properties.json) : null;
}

function memberOf(template: Template, name: string): Template | null {
  if ('table' in template) return template.table[name] ?? { json: {} };
  if (!('json' in template)) return null;
  return isTable(template.json) ? { json: template.json[name] ?? {} } : null;
}

function isTable(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function signatureOf({ action }: PlanAttemptStep, actions: readonly ActionSignature[]): ActionSignature | null {
  if (action.kind !== 'builtin' && action.kind !== 'plugin') return null;
  const reference = action.kind === 'builtin' ? action.action : `plugin:${action.plugin}/${action.action}`;
  return actions.find((signature) => signature.reference === reference) ?? null;
}
