// Keeps the process small while it drives a large run, which may take days: V8 lets its heap grow to twice of what is in use
// before it looks for what is not, and holds on to what reading a large file took.
// Not here: what is kept in the first place (packages/core/src/plan/read-plan.ts).

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Below this there is nothing to be gained, and each collection costs time. */
const STEPS_MIN = 2000;

/** Gives back what is no longer needed, and lets the heap grow in small steps from now on. */
export function spareMemory(stepCount: number): void {
  if (stepCount < STEPS_MIN) return;
  setFlagsFromString('--heap-growing-percent=10');
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
