// How far the making of a workspace has got. Told while it goes on and kept nowhere: it is no event of the run.

/** What is known of a workspace that is being made. */
export interface WorkspaceProgress {
  /** `making`: its tree is filled; `including`: files are brought along that version control leaves out; `setting-up`: it is made ready. */
  readonly doing: 'making' | 'including' | 'setting-up';
  readonly provider: 'jj' | 'git' | 'copy';
  /** How long it has been going on. */
  readonly elapsedMs: number;
  /** Files that are there; null when nobody counts. */
  readonly filesDone: number | null;
  /** Files that there will be; null when nothing tells without being read. */
  readonly filesTotal: number | null;
}
