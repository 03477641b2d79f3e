// Names of the places between which an engine may die with something done and something not.
// Not here: the crashes (tests).

export const checkpoints = [
  /** Events are decided, and not yet durable. */
  'decided',
  /** They are durable, and nothing is done about them. */
  'recorded',
  /** A kept result is in the workspace, and nothing says so. */
  'cache-restored',
  /** The key of a cached step is in the run's folder, and its process has not begun. */
  'cache-key-noted',
  /** What a step left is in the store, without an entry that names it. */
  'cache-contents-kept',
  /** It has an entry, and nothing says so. */
  'cache-stored',
  /** The files of an attempt are made, and its shell was not asked. */
  'attempt-prepared',
  /** Its shell was asked, and has hardly begun. */
  'attempt-requested',
  /** Its process is gone, and nothing of what it left was read. */
  'attempt-ended',
  /** Its result is read, and not yet recorded. */
  'attempt-read',
  /** Its result is durable, and what it was read from is still there. */
  'attempt-recorded',
  /** The run's last event is durable, and its files still speak of shells. */
  'run-finished',
] as const;

export type Checkpoint = (typeof checkpoints)[number];
