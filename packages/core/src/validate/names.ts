// Which contexts an expression may read where it stands, and what the names in them are.
// Not here: steps (read-steps.ts), the diagnostics (rules).

import { isAfterTurn, type ExpressionPlace, type ExpressionUse } from './expression-use.ts';
import type { WorkflowModel } from '../model/workflow.ts';
import type { Facts } from './facts.ts';
import { enclosingGroups, type StepFacts } from './step-facts.ts';

/** All contexts that there are anywhere; the name that a `foreach` gives its item comes on top. */
export const contextNames = [
  'params',
  'env',
  'steps',
  'needs',
  'run',
  'workspace',
  'item',
  'iteration',
  'inputs',
  'secrets',
] as const;

export type ContextName = (typeof contextNames)[number];

/** What is known of the run itself. */
export const runNames: readonly string[] = ['id', 'workflow'];
export const workspaceNames: readonly string[] = ['path', 'id'];

/** What is known of a step. */
export const stepProperties: readonly string[] = ['outputs', 'outcome', 'conclusion', 'exit_code'];
/** What is known of a needed step. */
export const needsProperties: readonly string[] = ['result', 'outputs'];

/** Values of `outcome`, `conclusion` and `result`. */
export const conclusions: readonly string[] = ['success', 'failure', 'cancelled', 'skipped'];

/** Names that a `foreach` may not take: they mean something already. */
export function isContextName(name: string): name is ContextName {
  return (contextNames as readonly string[]).includes(name.toLowerCase());
}

/** Returns the contexts that stand open to an expression at this place, apart from items and turns. */
export function openContexts(use: ExpressionUse): ReadonlySet<string> {
  const { place, step, action } = use.where;
  if (isPlanTime(place)) return PLAN_TIME;
  if (action !== null) return ACTION;
  if (step === null) return WORKFLOW;
  return STEP;
}

/** True for values that are needed before there is a run. */
export function isPlanTime(place: ExpressionPlace): boolean {
  return place === 'workspace.base' || place === 'workspace.setup' || place === 'repeat.max';
}

const PLAN_TIME: ReadonlySet<string> = new Set(['params', 'env']);
const WORKFLOW: ReadonlySet<string> = new Set(['params', 'run', 'workspace', 'secrets']);
const ACTION: ReadonlySet<string> = new Set(['params', 'env', 'run', 'workspace', 'secrets', 'inputs']);
const STEP: ReadonlySet<string> = new Set(['params', 'env', 'run', 'workspace', 'secrets', 'steps', 'needs']);

/** What a `foreach` around an expression calls its item, the innermost first. */
export function* itemNames(use: ExpressionUse): Generator<{ readonly as: string | null; readonly step: StepFacts }> {
  const { step, place } = use.where;
  if (step === null) return;
  const own = step.step.foreach;
  if (own !== null && seesOwnItem(place)) yield { as: own.as, step };
  for (const group of enclosingGroups(step)) {
    if (group.step.foreach !== null) yield { as: group.step.foreach.as, step: group };
  }
}

/** `foreach.in` makes the items, and `when` decides whether there are any. */
function seesOwnItem(place: ExpressionPlace): boolean {
  return place !== 'foreach.in' && place !== 'when' && place !== 'repeat.max';
}

/** Says whether the expression is inside a `repeat`, its own conditions included. */
export function isInLoop(use: ExpressionUse): boolean {
  const { step, place } = use.where;
  if (step === null) return false;
  if (step.step.repeat !== null && isAfterTurn(place)) return true;
  for (const group of enclosingGroups(step)) if (group.step.repeat !== null) return true;
  return false;
}

/** Returns the names of a context whose members are known in advance, or null. */
export function membersOf(context: string, use: ExpressionUse, facts: Facts): readonly string[] | null {
  switch (context) {
    case 'params':
      return facts.model.parameters.map((parameter) => parameter.name);
    case 'secrets':
      return facts.model.parameters.filter((parameter) => parameter.type === 'secret').map((parameter) => parameter.name);
    case 'env':
      return [...Object.keys(facts.model.env), ...ownEnv(use)];
    case 'inputs':
      return use.where.action === null ? null : use.where.action.action.inputs.map((input) => input.name);
    case 'run':
      return runNames;
    case 'workspace':
      return workspaceNames;
    default:
      return null;
  }
}

/** Says whether a context has a member of that name, or may have any. */
export function hasMember(context: string, name: string, use: ExpressionUse, facts: Facts): boolean {
  // Parameters are what most expressions read; a file may have many of both.
  if (context === 'params') return parameterNames(facts.model).has(name.toLowerCase());
  const members = membersOf(context, use, facts);
  return members === null || members.some((member) => member.toLowerCase() === name.toLowerCase());
}

const namesOf = new WeakMap<WorkflowModel, ReadonlySet<string>>();

function parameterNames(model: WorkflowModel): ReadonlySet<string> {
  let names = namesOf.get(model);
  if (names === undefined) namesOf.set(model, (names = new Set(model.parameters.map(({ name }) => name.toLowerCase()))));
  return names;
}

/**
 * A step's own `env` can be read by the texts that are resolved after it. Not in `run`: values of a script become variables
 * themselves, and the script can read the others anyway.
 */
function ownEnv(use: ExpressionUse): readonly string[] {
  const { place, step, action } = use.where;
  if (place !== 'argv' && place !== 'stdin' && place !== 'input' && (place !== 'output' || step?.inner !== null)) return [];
  return [...Object.keys(step?.step.env ?? {}), ...Object.keys(action?.action.env ?? {})];
}
