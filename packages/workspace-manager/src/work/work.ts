// What a workspace holds beyond what it was made from: the same thing whether the workspace is still there or what it held
// was saved when it went.
// Not here: how it is found (the providers), shown (diff-work.ts), taken over (apply-work.ts) and thrown away (discard-work.ts).

import type { SavedWork } from '@workflow-platform/events';

/** Work of a workspace. */
export type Work = ChangeWork | CommitWork | FilesWork;

/** Work that was kept when its workspace went, as the workspace's record has it. */
export interface KeptWork extends SavedWork {
  /** What it was made on, where that is a commit. */
  readonly base: string | null;
  /** Of a git worktree: the commit that it stood on, which is `revision` or the one below it. */
  readonly head?: string;
  /** Of a git worktree that stood on a branch. */
  readonly branch?: string;
}

/** Returns what the world is told of it. */
export function toldOf({ kind, revision, name }: KeptWork): SavedWork {
  return { kind, revision, name };
}

/** Jujutsu changes, the last of them `revision`. */
export interface ChangeWork {
  readonly kind: 'change';
  /** Id of the last commit that holds something. */
  readonly revision: string;
  /** Id of its change, which stays when the user rewrites the commit. */
  readonly changeId: string;
  /** Commits they were made on, `|` between those of a merge. */
  readonly base: string;
  /** Main checkout of the repository. */
  readonly from: string;
}

/** A git commit that holds everything. */
export interface CommitWork {
  readonly kind: 'commit';
  readonly revision: string;
  readonly base: string;
  readonly from: string;
}

/** Files of a copy that differ from what was copied. */
export interface FilesWork {
  readonly kind: 'files';
  /** Folder that holds the added and modified ones. */
  readonly folder: string;
  readonly changes: readonly FileChange[];
  /** Folder that the copy was made from. */
  readonly from: string;
}

/** One file of a copy that differs. */
export interface FileChange {
  /** Relative to the folder, with `/`; bytes as Latin-1 characters, because names need not be text. */
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
  /** What the copied file looked like; null for one that was not there. */
  readonly before: FileLook | null;
}

/** What tells one state of a file from another without reading it. */
export interface FileLook {
  readonly type: 'file' | 'link' | 'folder';
  readonly sizeBytes: string;
  readonly mtimeNs: string;
  readonly mode: number;
}
