// What whoever drives a run is given.
// Not here: driving it (run-host.ts).

import type { FoundProcess } from './attempt/find-processes.ts';

/** How a run ended, or that its engine left it. */
export interface RunOutcome {
  /** `waiting`: it has not ended; all that is left is up to people, and the engine was asked to leave then. */
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'waiting';
  readonly failed: readonly string[];
  readonly allowedFailures: readonly string[];
  /** What steps had left running; it was ended with the run. */
  readonly leftovers: readonly FoundProcess[];
}

/** A run under way. */
export interface RunHandle {
  /** Settles when the run is finished and nothing of it is left, or when it is left to people. Rejects with a UserError when it could not go on. */
  readonly finished: Promise<RunOutcome>;
  cancel(by: string, reason: string): void;
  /** Ends at once what a cancel has asked to end. */
  kill(): void;
}
