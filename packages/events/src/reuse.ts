// What a retry of a run leaves in its journal: what was asked for, and why results were used again or not.
// Not here: how that is decided (scheduler).

import type { Json } from './run-event.ts';

/** What somebody asked to be carried out again in a run that was over. */
export interface RetryRequest {
  readonly step: string;
  /** `all`: with everything after it, and whatever had not succeeded. `changed`: of what comes after it, what reads other values then. */
  readonly downstream: 'all' | 'changed';
}

/** Why what a step reads does not say all that it depends on, so that its result is not used again. */
export type ReuseObstacle =
  /** Its texts look into the workspace. */
  | 'workspace'
  /** Its condition asks how steps before it ended. */
  | 'status'
  /** Parts of it ran before, and parts after what it reads was done again. */
  | 'mixed'
  /** It asks a person, the network, or for what is in the workspace. */
  | 'action';

/** Why a step that had succeeded is carried out again. */
export type RerunReason =
  | { readonly kind: 'inputs'; readonly changes: readonly InputChange[] }
  | { readonly kind: 'unknown'; readonly obstacle: ReuseObstacle };

/** A value that a step reads, then and now. Null for none; long values are cut. */
export interface InputChange {
  /** As in the file: `steps.build.outputs.version`. */
  readonly name: string;
  readonly before: Json;
  readonly after: Json;
}
