// Orders steps for people: which could start at once, which after those, and who waits for whom.
// Not here: in which order a run starts them (scheduler).

import type { PlanStep } from './plan.ts';

/** One step as `workflow plan` shows it. */
export interface PlanLevelStep {
  readonly step: PlanStep;
  /** 0 for steps that need none; otherwise one more than the highest of those it needs. */
  readonly level: number;
  /** Ids of the steps that need this one, in file order. */
  readonly neededBy: readonly string[];
}

/** Returns the steps of one list so that each comes after all it needs; otherwise they keep their order. Steps of a plan have no cycles. */
export function topologicalOrder(steps: readonly PlanStep[]): readonly PlanStep[] {
  return planLevels(steps)
    .toSorted((a, b) => a.level - b.level)
    .map(({ step }) => step);
}

/** Returns level and dependants of each step of one list, in file order. */
export function planLevels(steps: readonly PlanStep[]): readonly PlanLevelStep[] {
  const indexOf = new Map(steps.map((step, index) => [step.id, index]));
  const needs = steps.map((step) => step.needs.flatMap((id) => indexOf.get(id) ?? []));
  const dependants: number[][] = steps.map(() => []);
  const waitsFor = needs.map((needed) => needed.length);
  for (const [index, needed] of needs.entries()) for (const before of needed) dependants[before]!.push(index);
  const levels = steps.map(() => 0);
  const free = [...waitsFor.keys()].filter((index) => waitsFor[index] === 0);
  for (let at = 0; at < free.length; at++) {
    const index = free[at]!;
    for (const dependant of dependants[index]!) {
      levels[dependant] = Math.max(levels[dependant]!, levels[index]! + 1);
      if (--waitsFor[dependant]! === 0) free.push(dependant);
    }
  }
  return steps.map((step, index) => ({
    step,
    level: levels[index]!,
    neededBy: dependants[index]!.map((other) => steps[other]!.id),
  }));
}
