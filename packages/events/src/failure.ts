// Why a step or an attempt did not succeed. One member per cause, each with the fields that cause has.
// Not here: diagnostics about the file (core) and errors of the tool itself (UserError).

/** Says why an attempt or a step failed. All times in milliseconds. */
export type Failure =
  /** The command ended with a status other than 0. */
  | { readonly kind: 'exit'; readonly code: number; readonly hint?: string }
  /** The command was ended by a signal that nobody here had sent. */
  | { readonly kind: 'signal'; readonly signal: string }
  /** It ran longer than its `timeout`. */
  | { readonly kind: 'timeout'; readonly limitMs: number }
  /** It wrote nothing for longer than its `idle_timeout`. */
  | { readonly kind: 'idle-timeout'; readonly limitMs: number }
  /** What it works with has a quota, which is used up. */
  | {
      readonly kind: 'quota';
      readonly token: string;
      /** When there is more, milliseconds since the epoch; null where nobody said. */
      readonly resetAtMs: number | null;
      /** What said so: a line of the output, or the word of an action. */
      readonly message: string | null;
      /** Of a step that gave up: its `max_wait`. */
      readonly limitMs?: number;
    }
  /** It could not be started at all (no such folder, not executable, no process to be had). */
  | { readonly kind: 'spawn'; readonly message: string }
  /** An engine died, and neither a result nor a living process of the attempt was found. */
  | { readonly kind: 'lost'; readonly message: string }
  /** The command succeeded but what it left as outputs breaks the declaration. */
  | { readonly kind: 'output'; readonly message: string }
  /** An expression of the step could not be computed. */
  | { readonly kind: 'expression'; readonly source: string; readonly message: string }
  /** Steps inside the group or items of the `foreach` failed. */
  | { readonly kind: 'children'; readonly failed: readonly string[] }
  /** A `repeat` reached `max` turns and its `until` was still false. */
  | { readonly kind: 'iterations'; readonly max: number }
  /** `repeat.progress` of a loop was the same so many turns in a row. `value`: what it was, shortened. */
  | { readonly kind: 'no-progress'; readonly turns: number; readonly value: string }
  /** A person refused. */
  | { readonly kind: 'rejected'; readonly by: string; readonly message: string }
  /** A waiting step's time ran out unanswered. */
  | { readonly kind: 'unanswered'; readonly limitMs: number };

/** Why a step was skipped. */
export type SkipReason =
  /** Its `when` was false. Dependants treat it as done. */
  | { readonly kind: 'condition'; readonly source: string }
  /** A step that it needs failed or was itself left out for a failure. */
  | { readonly kind: 'upstream'; readonly step: string }
  /** Another step failed with `on_failure = "fail-fast"` before this one started. */
  | { readonly kind: 'fail-fast'; readonly step: string }
  /** The run was cancelled before it started. */
  | { readonly kind: 'cancelled' }
  /** `break_when` of a sibling ended the turn. */
  | { readonly kind: 'break'; readonly step: string }
  /** The list of its `foreach` was empty. */
  | { readonly kind: 'no-items' }
  /** The run was asked to start at that step, which comes after this one. Dependants treat it as done. */
  | { readonly kind: 'start-at'; readonly step: string }
  /** A person left it out, at a break point. Dependants treat it as done. */
  | { readonly kind: 'person'; readonly by: string; readonly message: string };

/** Why an attempt that is still running has to end. */
export type StopReason =
  | { readonly kind: 'cancel' }
  | { readonly kind: 'timeout'; readonly limitMs: number }
  | { readonly kind: 'idle-timeout'; readonly limitMs: number }
  /** A sibling item failed and the `foreach` says `fail_fast`. */
  | { readonly kind: 'fail-fast'; readonly step: string };
