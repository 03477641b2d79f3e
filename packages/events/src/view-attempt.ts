// What a screen shows of an attempt.
// Not here: what follows from its end (view.ts).

import type { Failure } from './failure.ts';
import type { StepView } from './view.ts';

/** One try of a step. */
export interface AttemptView {
  readonly attempt: number;
  readonly attemptNo: number;
  readonly startedAtMs: number;
  finishedAtMs: number | null;
  exitCode: number | null;
  failure: Failure | null;
}

/** Notes how the last attempt of a step ended. */
export function endAttempt(step: StepView, atMs: number, exitCode: number | null, failure: Failure | null): void {
  const last = step.attempts.at(-1);
  if (last !== undefined) Object.assign(last, { finishedAtMs: atMs, exitCode, failure });
}
