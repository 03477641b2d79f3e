// What is known of a list of steps before the run: edges by position, and what the text of each condition says about it.
// Made once per list of the plan, shared by all turns and items that carry the list out.
// Not here: anything that changes during a run (run-state.ts).

import { assert } from '@workflow-platform/events';
import { compileExpression, type PlanStep } from '@workflow-platform/core';

/** A step of the plan with its edges as positions in its list. */
export interface StepSpec {
  readonly plan: PlanStep;
  readonly index: number;
  readonly needs: readonly number[];
  readonly dependants: readonly number[];
  /** `when` uses a status function of its own, so the step is considered even after a failure elsewhere. */
  readonly isFailFastExempt: boolean;
  /** `when` calls always() or cancelled(), so the step is considered even after a cancel. */
  readonly survivesCancel: boolean;
  /** Neither the step nor a group around it says `on_failure = "continue"`: its failure makes the run fail. */
  readonly failsRun: boolean;
  /** The steps of a group. */
  readonly inner: StepTable | null;
}

/** The steps of a run, or of a group, in file order. */
export interface StepTable {
  readonly specs: readonly StepSpec[];
  /** Returns the step with that id; where there is none, the one that differs only in case. */
  find(id: string): StepSpec | undefined;
}

/** Returns the table of a list of steps. Refuses ids that are doubled or unknown, and cycles. */
export function createStepTable(steps: readonly PlanStep[], failsRun = true): StepTable {
  const byId = new Map<string, number>();
  for (const [index, step] of steps.entries()) {
    assert(!byId.has(step.id), `the plan has two steps \`${step.id}\` side by side`);
    byId.set(step.id, index);
  }
  const needsOf = steps.map((plan) => positions(plan, byId));
  const dependantsOf = new Map<number, number[]>();
  for (const [index, needs] of needsOf.entries()) {
    for (const need of needs) {
      const dependants = dependantsOf.get(need);
      if (dependants === undefined) dependantsOf.set(need, [index]);
      else dependants.push(index);
    }
  }
  const specs: StepSpec[] = steps.map((plan, index) => {
    const stepFailsRun = failsRun && plan.onFailure === 'fail-fast';
    return {
      plan,
      index,
      needs: needsOf[index] as readonly number[],
      dependants: dependantsOf.get(index) ?? noPositions,
      ...conditionTraits(plan.when),
      failsRun: stepFailsRun,
      inner: plan.kind === 'group' ? createStepTable(plan.steps, stepFailsRun) : null,
    };
  });
  refuseCycles(specs);
  let byFoldedId: Map<string, number> | null = null;
  return {
    specs,
    find(id) {
      const index = byId.get(id);
      if (index !== undefined) return specs[index];
      byFoldedId ??= new Map(specs.map((spec) => [spec.plan.id.toLowerCase(), spec.index]));
      const foldedIndex = byFoldedId.get(id.toLowerCase());
      return foldedIndex === undefined ? undefined : specs[foldedIndex];
    },
  };
}

function positions(plan: PlanStep, byId: ReadonlyMap<string, number>): readonly number[] {
  if (plan.needs.length === 0) return noPositions;
  const needs = new Set<number>();
  for (const id of plan.needs) {
    const index = byId.get(id);
    assert(index !== undefined, `step \`${plan.id}\` of the plan needs \`${id}\`, which is not there`);
    needs.add(index);
  }
  return [...needs];
}

const noPositions: readonly number[] = [];

/** The planner wraps a condition without a status function so; the wrapping does not count as the author's. */
const implicitSuccess = /^success\(\) && \(([\s\S]*)\)$/;

/** Returns the condition as its author wrote it. */
export function writtenCondition(when: string): string {
  return implicitSuccess.exec(when)?.[1] ?? when;
}

function conditionTraits(when: string | null): { isFailFastExempt: boolean; survivesCancel: boolean } {
  if (when === null) return { isFailFastExempt: false, survivesCancel: false };
  const compiled = compileExpression(when);
  // Deciding about the step will say what is wrong with it.
  if (!compiled.ok) return { isFailFastExempt: false, survivesCancel: false };
  const { calls, usesStatusFunction } = compiled.expression;
  const isWrapped = implicitSuccess.test(when);
  const statusCalls = calls.filter((call) => ['success', 'failure', 'always', 'cancelled'].includes(call.name));
  return {
    isFailFastExempt: usesStatusFunction && !(isWrapped && statusCalls.length === 1),
    survivesCancel: statusCalls.some((call) => call.name === 'always' || call.name === 'cancelled'),
  };
}

function refuseCycles(specs: readonly StepSpec[]): void {
  const unsettled = specs.map((spec) => spec.needs.length);
  const free = specs.filter((spec) => spec.needs.length === 0).map((spec) => spec.index);
  let reached = 0;
  for (let index = free.pop(); index !== undefined; index = free.pop()) {
    reached += 1;
    for (const dependant of (specs[index] as StepSpec).dependants) {
      unsettled[dependant] = (unsettled[dependant] as number) - 1;
      if (unsettled[dependant] === 0) free.push(dependant);
    }
  }
  assert(reached === specs.length, 'the steps of the plan need each other in a circle');
}
