// Which of two steps comes first when both could start: the earlier one in the file; within a `foreach` the earlier item. So
// what was begun is finished before the next item begins.
// Not here: whether a step could start at all.

import type { StepState } from './run-state.ts';

/** Returns whether step `a` has priority over step `b`. */
export function isEarlierStep(a: StepState, b: StepState): boolean {
  return compareSteps(a, b) < 0;
}

/** Compares by place in the file. Costs as much as the deeper step is deep. */
export function compareSteps(a: StepState, b: StepState): number {
  if (a === b) return 0;
  let [left, right] = [a, b];
  let [leftDepth, rightDepth] = [depthOf(a), depthOf(b)];
  const deeper = leftDepth - rightDepth;
  for (; leftDepth > rightDepth; leftDepth -= 1) left = outerOf(left) as StepState;
  for (; rightDepth > leftDepth; rightDepth -= 1) right = outerOf(right) as StepState;
  // One is inside the other: the outer comes first.
  if (left === right) return deeper;
  for (;;) {
    const [leftParent, rightParent] = [outerOf(left), outerOf(right)];
    if (leftParent === rightParent) return rankOf(left) - rankOf(right);
    left = leftParent as StepState;
    right = rightParent as StepState;
  }
}

/** Returns the `foreach` of an item, else the group or loop around the step; null at the top. */
export function outerOf(step: StepState): StepState | null {
  return step.item === null ? step.scope.owner : step.item.of;
}

function rankOf(step: StepState): number {
  return step.item === null ? step.spec.index : step.item.index;
}

function depthOf(step: StepState): number {
  let depth = 0;
  for (let outer = outerOf(step); outer !== null; outer = outerOf(outer)) depth += 1;
  return depth;
}
