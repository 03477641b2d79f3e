// Lets go of kept work that is part of newer kept work of the same run: of what it takes up, nothing of what it says.
// Not here: throwing work away (discard-work.ts), which piece is replaced (take-back.ts).

import { unreachable } from '@workflow-platform/events';

import { dropFiles } from '../copy/keep-files.ts';
import { commonDirOf } from '../find-source.ts';
import { forgetCommit } from '../git/forget-commit.ts';
import type { KeptEntry } from '../record.ts';
import type { KeptWork } from './work.ts';

/** Lets go of it, but for what others that stay are called by, too. Can be repeated. */
export async function dropReplaced(entry: KeptEntry, others: readonly KeptWork[]): Promise<void> {
  if (others.some(({ name }) => name === entry.name)) return;
  switch (entry.kind) {
    case 'change':
      // The newer changes stand on it.
      return;
    case 'commit':
      if (commonDirOf(entry.from) !== null) await forgetCommit(entry);
      return;
    case 'files':
      return dropFiles(entry.revision);
    default:
      return unreachable(entry.kind);
  }
}
