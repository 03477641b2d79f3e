// Brings work into the user's own checkout, all of it or nothing: where both changed the same place, nothing is touched and the
// places are named.
// Not here: whose work it is (find-work.ts).

import { UserError, unreachable } from '@workflow-platform/events';

import { applyFiles } from '../copy/apply-files.ts';
import type { Source } from '../find-source.ts';
import { applyCommit } from '../git/apply-commit.ts';
import { applyChange } from '../jujutsu/apply-change.ts';
import type { Work } from './work.ts';

/** Into which checkout. */
export interface ApplyRequest {
  /** The repository or folder around the place where the user stands. */
  readonly into: Source;
  /** Only find out whether it would go. */
  readonly isDryRun: boolean;
}

/** What became of it. */
export type ApplyOutcome =
  /** Paths that were, or would be, written or deleted; none when the checkout has it all already. */
  | { readonly kind: 'applied'; readonly files: readonly string[] }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly why: string };

/** Applies the work. Throws a UserError when the checkout is none of the repository it was made in. */
export async function applyWork(work: Work, request: ApplyRequest): Promise<ApplyOutcome> {
  const { root } = request.into;
  if (root !== work.from) {
    throw new UserError('apply-elsewhere', `the work belongs to ${work.from}, and you are in ${root}`, {
      hint: `go there first: \`cd ${work.from}\``,
      exitCode: 2,
    });
  }
  switch (work.kind) {
    case 'change':
      return applyChange(work, request);
    case 'commit':
      return applyCommit(work, request);
    case 'files':
      return applyFiles(work, request);
    default:
      return unreachable(work);
  }
}
