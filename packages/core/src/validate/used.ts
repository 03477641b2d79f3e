// What a step or an action uses, looked up: a local action, a signature of the catalog, another workflow, or nothing.
// Not here: what is wrong when it is nothing (uses-are-known.ts), its inputs (inputs-are-known.ts and neighbours).

import { ownEntry } from '../model/own-entry.ts';
import type { ReferredWorkflow } from '../model/catalog.ts';
import type { Json } from '../model/json.ts';
import type { ValueRules } from '../model/check-value.ts';
import type { ActionInputModel, StdinModel } from '../model/workflow.ts';
import type { Path } from '../parse/document.ts';
import { readUses, type Uses } from '../plan/read-uses.ts';
import type { Facts } from './facts.ts';

/** An input that what is used accepts. */
export interface AcceptedInput extends ValueRules {
  readonly name: string;
  /** Must be given: there is no default either. */
  readonly isRequired: boolean;
  /** Where it is declared, when that is this file. */
  readonly path: Path | null;
}

/** One use. */
export interface Use {
  /** `step` or `action`, with its name, for messages. */
  readonly title: string;
  /** Of the step or action. */
  readonly path: Path;
  readonly text: string;
  readonly uses: Uses;
  /** What is given, and where. */
  readonly given: { readonly [name: string]: Json };
  readonly givenPath: Path;
  /** Null when what is used is not there. */
  readonly accepted: readonly AcceptedInput[] | null;
  /** Other names are accepted too. */
  readonly isOpen: boolean;
  /** It gives `stdin` as well. */
  readonly hasStdin: boolean;
}

/** Returns every `uses` of the file. */
export function* usesOf(facts: Facts): Generator<Use> {
  for (const { action, path } of facts.actions.values()) {
    if (action.uses === null) continue;
    const use = {
      title: `the action \`${action.name}\``,
      path,
      text: action.uses,
      given: action.with,
      givenPath: [...path, 'with'],
    };
    yield { ...use, ...lookUp(action.uses, givenBy(action.with, action.stdin), facts), hasStdin: action.stdin !== null };
  }
  for (const { step, path } of facts.steps) {
    if (step.uses === null) continue;
    const use = { title: `the step \`${step.id}\``, path, text: step.uses, given: step.inputs, givenPath: [...path, 'inputs'] };
    yield { ...use, ...lookUp(step.uses, givenBy(step.inputs, step.stdin), facts), hasStdin: step.stdin !== null };
  }
}

interface Given {
  readonly inputs: { readonly [name: string]: Json };
  readonly hasStdin: boolean;
}

function givenBy(inputs: Given['inputs'], stdin: StdinModel | null): Given {
  return { inputs, hasStdin: stdin !== null };
}

function lookUp(text: string, { inputs, hasStdin }: Given, facts: Facts): Pick<Use, 'uses' | 'accepted' | 'isOpen'> {
  const uses = readUses(text);
  switch (uses.kind) {
    case 'local': {
      const found = facts.actions.get(uses.name);
      const accepted = found?.action.inputs.map((input) => acceptedInput(input, [...found.path, 'inputs', input.name]));
      return { uses, accepted: accepted ?? null, isOpen: false };
    }
    case 'workflow': {
      const found = ownEntry(facts.catalog.workflows, uses.reference);
      return { uses, accepted: found === undefined ? null : [...inputsOfRun(facts), ...parametersOf(found)], isOpen: false };
    }
    default: {
      const signature = facts.catalog.actions.find((action) => action.reference === uses.reference);
      if (signature === undefined) return { uses, accepted: null, isOpen: false };
      const byStdin = hasStdin ? signature.stdinInput : undefined;
      const accepted = signature.inputs.map((input) =>
        acceptedInput(input.name === byStdin ? { ...input, required: false } : input, null),
      );
      // `workflow/run` with a workflow that is written out: its parameters are known.
      const workflow = uses.reference === 'workflow/run' ? inputs['workflow'] : undefined;
      const found = typeof workflow === 'string' ? ownEntry(facts.catalog.workflows, workflow) : undefined;
      if (found === undefined) return { uses, accepted, isOpen: signature.openInputs };
      return { uses, accepted: [...accepted, ...parametersOf(found)], isOpen: false };
    }
  }
}

/** What `workflow/run` takes besides the workflow itself. */
function inputsOfRun(facts: Facts): AcceptedInput[] {
  const signature = facts.catalog.actions.find((action) => action.reference === 'workflow/run');
  return (signature?.inputs ?? []).filter(({ name }) => name !== 'workflow').map((input) => acceptedInput(input, null));
}

function parametersOf({ model }: ReferredWorkflow): AcceptedInput[] {
  return model.parameters.map((parameter) => ({
    ...parameter,
    isRequired: parameter.required && parameter.default === undefined && parameter.env === null,
    path: null,
  }));
}

function acceptedInput({ name, type, required, default: fallback, values }: ActionInputModel, path: Path | null): AcceptedInput {
  return {
    name,
    type,
    values,
    items: null,
    pattern: null,
    min: null,
    max: null,
    isRequired: required && fallback === undefined,
    path,
  };
}
