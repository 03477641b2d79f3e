// What may go, in the words of whoever asks for it. Plain data.
// Not here: what that means for single runs (find-pruned.ts), where it is written down (settings, flags).

/** How long things of one workflow are kept. Null: for good. All ages count from the end of the run. */
export interface WorkflowPolicy {
  readonly runsMs: number | null;
  /** The last so many runs stay whole, however old they are. */
  readonly keepLast: number;
  readonly logsMs: number | null;
  /** For artifacts that say nothing themselves. */
  readonly artifactsMs: number | null;
}

/** Kinds of what the history and its folders hold. */
export type StateKind = 'runs' | 'logs' | 'artifacts' | 'blobs';

/** What is asked for. */
export interface PruneCriteria {
  readonly nowMs: number;
  readonly kinds: ReadonlySet<StateKind>;
  policyOf(workflow: string): WorkflowPolicy;
  /** Only things of this workflow. */
  readonly workflow: string | null;
  /** Beyond this, the oldest runs go whatever their age: history, logs and artifacts together. */
  readonly sizeBytesMax: number | null;
}

/** What is so young may belong to something that is under way and not recorded yet. */
export const GRACE_MS = 24 * 3_600_000;
