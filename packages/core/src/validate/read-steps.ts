// Finds the step that `steps.NAME` means where an expression stands: names are looked up in the step's own group first, then
// in the groups around it. Says also what can be known of the step's outputs.
// Not here: whether the step has run by then (step-reads-are-ancestors.ts).

import type { Reference } from '../expression/expression.ts';
import type { ActionSignature } from '../model/catalog.ts';
import type { Json } from '../model/json.ts';
import { ownEntry } from '../model/own-entry.ts';
import type { OutputModel } from '../model/workflow.ts';
import { readUses } from '../plan/read-uses.ts';
import { isAfterTurn, type ExpressionUse } from './expression-use.ts';
import type { Facts } from './facts.ts';
import type { ScopeFacts, StepFacts } from './step-facts.ts';

/** A read of a step's results. */
export interface StepRead {
  readonly use: ExpressionUse;
  readonly reference: Reference;
  /** As written. */
  readonly id: string;
  /** The step that is meant; null when there is none. */
  readonly step: StepFacts | null;
  /** The step of the same scope as `step` that must come after it: the reader, or the group that the reader is in. */
  readonly reader: StepFacts | null;
  /** The reader has run already: its own steps and outputs may be read. */
  readonly isAfterReader: boolean;
}

/** Returns what `steps.NAME` in an expression of a step means; null for other reads and for names that are not written out. */
export function findStepRead(use: ExpressionUse, reference: Reference): StepRead | null {
  const { step, action } = use.where;
  const id = reference.path[0];
  if (reference.context !== 'steps' || step === null || action !== null || typeof id !== 'string' || id === '*') return null;
  return { use, reference, id, ...find(use, step, id) };
}

function find(use: ExpressionUse, own: StepFacts, id: string): Pick<StepRead, 'step' | 'reader' | 'isAfterReader'> {
  const folded = id.toLowerCase();
  const { place } = use.where;
  const looksInside = own.inner !== null && isAfterTurn(place);
  const inside = looksInside ? own.inner.byFoldedId.get(folded) : undefined;
  if (inside !== undefined) return { step: inside, reader: null, isAfterReader: true };
  let reader: StepFacts | null = own;
  for (let scope: ScopeFacts | null = own.scope; scope !== null && reader !== null; scope = reader?.scope ?? null) {
    const step = scope.byFoldedId.get(folded);
    if (step !== undefined) {
      const isAfterReader = reader === own && (place === 'break_when' || place === 'output');
      return { step, reader, isAfterReader };
    }
    reader = scope.owner;
  }
  return { step: null, reader: null, isAfterReader: false };
}

/** Returns the ids that an expression could read, near ones first. */
export function readableIds(use: ExpressionUse): string[] {
  const own = use.where.step;
  if (own === null) return [];
  const ids: string[] = own.inner === null ? [] : [...own.inner.byId.keys()];
  for (let scope: ScopeFacts | null = own.scope; scope !== null; scope = scope.owner?.scope ?? null) {
    for (const id of scope.byId.keys()) if (id !== own.step.id) ids.push(id);
  }
  return ids;
}

/** Returns the outputs that a step declares, or null when it may have any: nothing is declared, or nothing is known. */
export function declaredOutputs({ step, inner }: StepFacts, facts: Facts): readonly OutputModel[] | null {
  // A group writes nothing itself.
  if (inner !== null) return step.outputs;
  const declared = [...step.outputs];
  if (step.uses !== null) {
    const used = outputsOfUsed(step.uses, step.inputs, facts);
    if (used === null) return null;
    declared.push(...used);
  }
  return declared.length === 0 ? null : declared;
}

function outputsOfUsed(text: string, inputs: { readonly [name: string]: Json }, facts: Facts): readonly OutputModel[] | null {
  const seen = new Set<string>();
  let given = inputs;
  const declared: OutputModel[] = [];
  for (let uses = readUses(text); ;) {
    if (uses.kind === 'local') {
      const action = facts.actions.get(uses.name)?.action;
      if (action === undefined || seen.has(uses.name)) return null;
      seen.add(uses.name);
      declared.push(...action.outputs);
      if (action.uses === null) return declared;
      uses = readUses(action.uses);
      given = action.with;
    } else {
      const reference = uses.kind === 'workflow' ? 'workflow/run' : uses.reference;
      const signature = facts.catalog.actions.find((action) => action.reference === reference);
      if (signature === undefined) return null;
      declared.push(...signature.outputs);
      const fields = fieldsOf(signature, given);
      return fields === null ? null : [...declared, ...fields];
    }
  }
}

/** What a person fills in, or what a JSON Schema has as properties; null when that is only known in the run. */
function fieldsOf(
  { kind, outputSchema }: ActionSignature,
  given: { readonly [name: string]: Json },
): readonly OutputModel[] | null {
  if (kind === 'wait') return outputsNamed(given['fields'] ?? {});
  const schema = outputSchema === undefined ? undefined : ownEntry(given, outputSchema);
  if (schema === undefined) return [];
  return isJsonTable(schema) ? outputsNamed(ownEntry(schema, 'properties') ?? null) : null;
}

function outputsNamed(fields: Json): readonly OutputModel[] | null {
  if (!isJsonTable(fields)) return null;
  return Object.keys(fields).map((name) => {
    return { name, from: 'file', pattern: null, value: null, required: false, description: null };
  });
}

function isJsonTable(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the step that `needs.NAME` means in an expression, or null. */
export function findNeeded(use: ExpressionUse, name: string | number | null | undefined): StepFacts | null {
  const own = use.where.step;
  if (own === null || typeof name !== 'string') return null;
  const step = own.scope.byFoldedId.get(name.toLowerCase());
  return step !== undefined && own.needs.includes(step) ? step : null;
}
