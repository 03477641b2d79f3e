// What is known of a workspace and of the work that outlives it.
// Not here: what happens to it (run-event.ts).

/** Which workspace a run has. */
export interface WorkspaceIdentity {
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  /** `none`: the run works in the checkout itself. */
  readonly provider: 'jj' | 'git' | 'copy' | 'none';
  /** Absolute path of the repository or folder it was made from. */
  readonly from: string;
  /** The commit or change it was made from, where there is one. */
  readonly base: string | null;
  /** Why this provider was chosen, one sentence. */
  readonly why: string;
}

/** Work of a workspace that outlives it. */
export interface SavedWork {
  /** A Jujutsu change (or several in a row), a git commit, or a folder with the files that differ. */
  readonly kind: 'change' | 'commit' | 'files';
  /** Id of the last commit; of `files`, the folder. */
  readonly revision: string;
  /** How a person finds it: a change id, a git reference, a path. */
  readonly name: string;
}
