// Decides what has to be done about the set-up of a workspace. Pure.
// Not here: what can be kept of it (decide-kept.ts), doing it (set-up.ts).

/** What the decision depends on. */
export interface SetupFacts {
  /** Digest of what it depends on now. */
  readonly key: string;
  /** The same as it was when the workspace had been set up; null when it was not. */
  readonly doneKey: string | null;
  readonly isNew: boolean;
  /** What it made in an earlier workspace is at hand, and nothing stands in its way. */
  readonly hasKept: boolean;
}

/** Decides: nothing, run it, or copy what it made before. What others work in is only ever changed by the script itself. */
export function decideSetup({ key, doneKey, isNew, hasKept }: SetupFacts): 'nothing' | 'run' | 'copy' {
  if (doneKey === key) return 'nothing';
  return isNew && hasKept ? 'copy' : 'run';
}
