// What a step reads of the rest of the run, by name: every `steps.…`, `needs.…`, `item` and `iteration` that its texts and
// conditions hold. Two lists of the same values mean the same work, as far as the file says.
// Not here: when the values are compared (decide/reuse.ts), values that are the same in the whole run (parameters, secrets).

import type { Json, ReuseObstacle } from '@workflow-platform/events';
import { type CompiledExpression, compileExpression, type Plan, type PlanStep, type Reference } from '@workflow-platform/core';
import type { RunState, StepState } from './run-state.ts';
import { sourcesOfStep, sourcesOfText } from './step-sources.ts';
import { StepScope } from './step-scope.ts';

/** Values by the reference that reads them, `steps.build.outputs.version`. What reads nothing is left out. */
export type StepInputs = ReadonlyMap<string, Json>;

/** Returns what the step reads, as things stand now. */
export function inputsOf(state: RunState, step: StepState): StepInputs {
  const scope = new StepScope(state, { step });
  const inputs = new Map<string, Json>();
  for (const { name, reference, path } of readsOf(state.plan, step).references) {
    const value = memberAt(scope.context(reference.context, [reference]), path);
    if (value !== undefined) inputs.set(name, value);
  }
  return inputs;
}

/** Returns whether the step reads anything that changes in the course of a run. */
export function readsAnything(plan: Plan, step: StepState): boolean {
  return readsOf(plan, step).references.length > 0;
}

/** Returns why what the step reads does not say all that it depends on, or null when it does. */
export function obstacleOf(plan: Plan, step: StepState): ReuseObstacle | null {
  return readsOf(plan, step).obstacle;
}

/** Returns the value at a path; names compare as they do in expressions, without case. */
export function memberAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  let at = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    const table: { readonly [key: string]: Json } = at as { readonly [key: string]: Json };
    const key = Object.hasOwn(table, name) ? name : Object.keys(table).find((each) => each.toLowerCase() === name.toLowerCase());
    if (key === undefined) return undefined;
    at = table[key];
  }
  return at;
}

/** Where a reference leads, as far as its path is literal. */
export interface Read {
  readonly name: string;
  readonly reference: Reference;
  readonly path: readonly string[];
}

/** Returns the name of a reference and the literal part of its path. */
export function readOf(reference: Reference): Read {
  const dynamicAt = reference.path.findIndex((part) => part === null || part === '*');
  const path = (dynamicAt === -1 ? reference.path : reference.path.slice(0, dynamicAt)).map(String);
  return { name: [reference.context, ...path].join('.'), reference, path };
}

interface Reads {
  readonly references: readonly Read[];
  readonly obstacle: ReuseObstacle | null;
}

const ofStep = new WeakMap<PlanStep, Reads>();
const ofItem = new WeakMap<PlanStep, Reads>();

function readsOf(plan: Plan, step: StepState): Reads {
  const known = step.item === null ? ofStep : ofItem;
  let reads = known.get(step.spec.plan);
  if (reads === undefined) known.set(step.spec.plan, (reads = findReads(plan, step.spec.plan, step.item !== null)));
  return reads;
}

/** The same in the whole run; `inputs` of an action are read through the texts that it was given. */
const constantContexts = new Set(['params', 'secrets', 'env', 'run', 'workspace', 'inputs']);

function findReads(plan: Plan, step: PlanStep, isItem: boolean): Reads {
  const reads = new Map<string, Read>();
  let obstacle: ReuseObstacle | null = asksOutside(step) ? 'action' : null;
  for (const source of [...sourcesOfStep(step, { isItem }), ...Object.values(plan.env).flatMap(sourcesOfText)]) {
    const compiled = compileExpression(source);
    // Carrying it out will say what is wrong with it.
    if (!compiled.ok) continue;
    obstacle ??= obstacleIn(compiled.expression, plan);
    for (const reference of compiled.expression.references) {
      if (constantContexts.has(reference.context)) continue;
      const read = readOf(reference);
      if (!reads.has(read.name)) reads.set(read.name, read);
    }
  }
  return { references: [...reads.values()], obstacle };
}

/** A person's word is for what they were shown; a summary of changes and a template are of files in the workspace. */
function asksOutside(step: PlanStep): boolean {
  if (step.kind === 'wait') return true;
  if (step.kind === 'group') return step.steps.some(asksOutside);
  return step.action.kind === 'builtin' && step.action.action !== 'workflow/run';
}

function obstacleIn({ calls, source }: CompiledExpression, plan: Plan): ReuseObstacle | null {
  for (const { name, literalArguments } of calls) {
    if (name === 'exists' || name === 'changed') return 'workspace';
    const isOfBundle = typeof literalArguments[0] === 'string' && Object.hasOwn(plan.files, literalArguments[0]);
    if (name === 'file' && !isOfBundle) return 'workspace';
    // The planner's own success() speaks of needs, which were fine when the step ran, or it would not have.
    const isImplied = name === 'success' && source.startsWith('success() && (');
    if (name === 'cancelled' || name === 'failure' || (name === 'success' && !isImplied)) return 'status';
  }
  return null;
}
