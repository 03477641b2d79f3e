// An attempt that cannot be made or did not leave what it should, on its way to becoming a result.

import type { Failure } from '@workflow-platform/events';

/** Thrown while an attempt is prepared or its results are read; ends the attempt, not the engine. */
export class AttemptProblem extends Error {
  readonly failure: Failure;
  /** Exit status of the process, where one ran to its end. */
  readonly exitCode: number | null;

  constructor(failure: Failure, exitCode: number | null = null) {
    super(failure.kind);
    this.failure = failure;
    this.exitCode = exitCode;
  }
}
