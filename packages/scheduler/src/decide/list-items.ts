// What does a `foreach` go over: the items of its list, or the combinations of its matrix?
// Not here: what the items are called when `foreach.key` says it, and what follows (expand.ts).

import type { Failure, Json } from '@workflow-platform/events';
import { expandMatrix, type Matrix, type MatrixList, type PlanStep } from '@workflow-platform/core';
import { evaluate } from '../evaluate.ts';
import type { RunState, StepState } from '../run-state.ts';
import { StepScope } from '../step-scope.ts';

type Foreach = NonNullable<PlanStep['foreach']>;

export type ListedItems =
  | { readonly kind: 'items'; readonly items: readonly ListedItem[]; readonly source: string }
  /** A list depends on what is in the workspace. */
  | { readonly kind: 'missing'; readonly queries: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface ListedItem {
  /** What it is called by its matrix; null in a list. */
  readonly key: string | null;
  readonly value: Json;
}

type Stopped = Exclude<ListedItems, { readonly kind: 'items' }>;

/** Evaluates the lists of a `foreach`. */
export function listItems(state: RunState, step: StepState, { in: source, matrix }: Foreach): ListedItems {
  if (matrix !== undefined) return listCombinations(state, step, matrix);
  const list = evaluateList(state, step, source ?? '', 'foreach.in');
  if ('kind' in list) return list;
  return { kind: 'items', items: list.values.map((value) => ({ key: null, value })), source: source ?? '' };
}

function listCombinations(state: RunState, step: StepState, { axes, exclude, include }: Matrix): ListedItems {
  const queries: string[] = [];
  const failures: Failure[] = [];
  const valuesOf = (list: MatrixList, name: string): readonly Json[] => {
    if (typeof list !== 'string') return list;
    const evaluated = evaluateList(state, step, list, name);
    if ('values' in evaluated) return evaluated.values;
    if (evaluated.kind === 'missing') queries.push(...evaluated.queries);
    else failures.push(evaluated.failure);
    return [];
  };
  const values = {
    axes: axes.map((axis) => ({ name: axis.name, values: valuesOf(axis.values, `foreach.matrix.${axis.name}`) })),
    exclude: valuesOf(exclude, 'foreach.exclude'),
    include: valuesOf(include, 'foreach.include'),
  };
  const [failure] = failures;
  if (failure !== undefined) return { kind: 'failed', failure };
  if (queries.length > 0) return { kind: 'missing', queries: [...new Set(queries)] };
  const source = 'foreach.matrix';
  const expansion = expandMatrix(values);
  if (expansion.ok) return { kind: 'items', items: expansion.items, source };
  return {
    kind: 'failed',
    failure: {
      kind: 'expression',
      source: expansion.of === null ? source : `foreach.${expansion.of}`,
      message: expansion.message,
    },
  };
}

function evaluateList(
  state: RunState,
  step: StepState,
  source: string,
  name: string,
): { readonly values: readonly Json[] } | Stopped {
  const evaluation = evaluate(source, new StepScope(state, { step, purpose: 'items' }));
  if (evaluation.kind !== 'value') return evaluation;
  if (Array.isArray(evaluation.value)) return { values: evaluation.value as readonly Json[] };
  const message = `\`${name}\` must give a list, but it gave ${describe(evaluation.value)}`;
  return { kind: 'failed', failure: { kind: 'expression', source, message } };
}

/** Says what a value is, for people. */
export function describe(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a table';
  return `the ${typeof value === 'string' ? 'text' : typeof value} \`${String(value).slice(0, 80)}\``;
}
