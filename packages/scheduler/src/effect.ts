// What a host should be doing right now. A host compares this list with what it is doing: starts what is missing, stops what
// is marked as stopping, drops what is gone. The same list after a crash tells the next host what to look for.
// Not here: how anything is done (executor).

import type { ObservationPurpose, StopReason } from '@workflow-platform/events';
import type { PlanAttemptStep } from '@workflow-platform/core';

export type Effect =
  /** Make the run's workspace, or find it again. */
  | { readonly kind: 'workspace' }
  /** A process of a step. `key` is the same for as long as the attempt lasts. */
  | {
      readonly kind: 'attempt';
      readonly key: string;
      readonly step: string;
      readonly attempt: number;
      readonly attemptNo: number;
      /** When it was recorded as begun, milliseconds since the epoch. */
      readonly startedAtMs: number;
      readonly plan: PlanAttemptStep;
      /** What the work of the step can be taken up again by, if an earlier attempt told that; the attempt's own once it has. */
      readonly session: string | null;
      /** Report `attempt-idle` when nothing was written for this long. */
      readonly idleTimeoutMs: number | null;
      /** Set once it has to end. */
      readonly stopping: StopReason | null;
    }
  /** Look into the workspace: each query is `exists:PATH`, `digest:PATH` or `file:PATH`. */
  | {
      readonly kind: 'observation';
      readonly key: string;
      readonly step: string;
      readonly purpose: ObservationPurpose;
      readonly queries: readonly string[];
    }
  /** Send `tick` at this time (milliseconds since the epoch) or soon after; at most one is due, the earliest. */
  | { readonly kind: 'timer'; readonly atMs: number }
  /** Collect artifacts, then release or remove the workspace. */
  | { readonly kind: 'finalization'; readonly outcome: 'succeeded' | 'failed' | 'cancelled' };
