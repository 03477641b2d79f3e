// A run that starts at a named step: all that the step needs counts as skipped, and so does, at each level around it, all that the
// group around it needs. In a loop that holds for its first turn. What the step does not need runs as always.
// Not here: what steps read of those that are skipped (start-at-reads.ts).

import type { PlanStep } from '@workflow-platform/core';
import type { RunState, StepState } from './run-state.ts';
import { outerOf } from './step-order.ts';
import type { StepTable } from './step-table.ts';

/** Returns whether the run starts behind this step. One that somebody asked for since runs. */
export function isBeforeStart({ startAt }: RunState, step: StepState): boolean {
  if (startAt === null || step.item !== null) return false;
  const ids = startAt.split('.');
  const level = levelOf(step, ids);
  if (level === null) return false;
  for (let at: StepState | null = step; at !== null; at = outerOf(at)) if (at.isAskedFor) return false;
  return needsThrough(step.scope.table, ids[level] as string).has(step.spec.index);
}

/** Returns which part of the path names a sibling of the step; null where none does, or in a later turn. */
function levelOf({ scope }: StepState, ids: readonly string[]): number | null {
  const { owner, iteration } = scope;
  if (owner === null) return 0;
  const outer = levelOf(owner, ids);
  if (outer === null || (iteration !== null && iteration !== 1)) return null;
  return ids[outer] === owner.spec.plan.id && outer + 1 < ids.length ? outer + 1 : null;
}

const byTable = new WeakMap<StepTable, Map<string, ReadonlySet<number>>>();

/** Positions of all that a step of the table needs, directly or not. */
export function needsThrough(table: StepTable, id: string): ReadonlySet<number> {
  let known = byTable.get(table);
  if (known === undefined) byTable.set(table, (known = new Map()));
  let needs = known.get(id);
  if (needs === undefined) known.set(id, (needs = collectNeeds(table, id)));
  return needs;
}

function collectNeeds({ specs }: StepTable, id: string): ReadonlySet<number> {
  const found = new Set<number>();
  const todo = [...(specs.find(({ plan }) => plan.id === id)?.needs ?? [])];
  for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    todo.push(...(specs[index]?.needs ?? []));
  }
  return found;
}

/** Returns the paths of all steps, those in groups behind the id of their group: what a run can start at. */
export function stepPaths(steps: readonly PlanStep[], prefix = ''): string[] {
  return steps.flatMap((step) => {
    const path = `${prefix}${step.id}`;
    return [path, ...(step.kind === 'group' ? stepPaths(step.steps, `${path}.`) : [])];
  });
}
