// Is the step to come to an end, whatever becomes of its attempts?
// Not here: what ends it, and which steps are spared (apply/end.ts).

import type { RunState, StepState } from '../run-state.ts';

/** Returns whether `fail_fast` of a `foreach` around it ends the step, or a cancel that came after it had begun. */
export function isEnding(state: RunState, step: StepState): boolean {
  const { item } = step;
  if (item !== null && item.of.phase.kind === 'expanded' && item.of.phase.isAborted) return true;
  const { ending } = step.scope;
  if (ending === null || ending.stop === null) return false;
  return ending.reason.kind !== 'cancelled' || (item?.of ?? step).begunAfterCancels < state.cancelCount;
}
