// Shows work: as a patch, as a table of counts, or as a list of files.
// Not here: whose work it is (find-work.ts), colours of our own (the command line).

import { unreachable } from '@workflow-platform/events';

import { diffFiles } from '../copy/diff-files.ts';
import { diffCommit } from '../git/diff-commit.ts';
import { diffChange } from '../jujutsu/diff-change.ts';
import type { Work } from './work.ts';

/** How to show it. */
export interface DiffOptions {
  readonly form: 'patch' | 'stat';
  readonly colour: boolean;
}

/** A file that differs. */
export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
}

/** Text for people and for `git apply`, and the files it is about, sorted by path. */
export interface WorkDiff {
  readonly text: string;
  readonly files: readonly ChangedFile[];
}

/** Returns the difference between what a workspace was made from and what it holds. */
export function diffWork(work: Work, options: DiffOptions): Promise<WorkDiff> {
  switch (work.kind) {
    case 'change':
      return diffChange(work, options);
    case 'commit':
      return diffCommit(work, options);
    case 'files':
      return diffFiles(work, options);
    default:
      return unreachable(work);
  }
}
