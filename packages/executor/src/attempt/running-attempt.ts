// An attempt as those see it who start it, stop it and wait for its end.
// Not here: how it is carried out (run-attempt.ts).

import type { AttemptResult, Effect } from '@workflow-platform/scheduler';

/** What the scheduler wants to be carried out. */
export type AttemptEffect = Extract<Effect, { kind: 'attempt' }>;

/** An attempt under way. */
export interface RunningAttempt {
  /** Settles when nothing of it is left. Rejects only for a bug. */
  readonly ended: Promise<EndedAttempt>;
  /** Makes it end. May be called again. */
  stop(): void;
  /** Lets it go on without being watched. */
  letGo(): void;
  readonly attemptNo: number;
}

/** One that has come to its end. */
export interface EndedAttempt {
  readonly result: AttemptResult;
  /** Removes what it was read from and gives its place back. For when the result is durable: until then it may be read again. */
  leave(): Promise<void>;
}
