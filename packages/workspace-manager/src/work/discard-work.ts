// Throws kept work away, when the user asks for it by name.
// Not here: removing workspaces, which throws nothing away.

import { UserError, unreachable } from '@workflow-platform/events';

import { dropFiles } from '../copy/keep-files.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import { forgetCommit } from '../git/forget-commit.ts';
import { forgetStepCommits } from '../git/step-commits.ts';
import { logOf } from '../jujutsu/change-work.ts';
import { jj, reasonIn } from '../jujutsu/jj-program.ts';
import { settingsIn } from '../jujutsu/settings.ts';
import type { KeptEntry } from '../record.ts';

/** Throws the work away, or throws a UserError when others build on it. Fine when it is gone already. */
export async function discardWork(entry: KeptEntry): Promise<void> {
  switch (entry.kind) {
    case 'change':
      return abandonChanges(entry);
    case 'commit':
      return forgetReference(entry);
    case 'files':
      return dropFiles(entry.revision);
    default:
      return unreachable(entry.kind);
  }
}

async function abandonChanges({ from, base, revision, name }: KeptEntry): Promise<void> {
  if (base === null || jujutsuRepoOf(from) === null) return;
  // By its change, as the user may have described or rebased it since; nothing when it was abandoned or became immutable.
  const [tip] = await logOf(from, `present(${name}) | (present(${revision}) & all())`, 'commit_id ++ "\\n"').catch(() => [
    undefined,
  ]);
  if (tip === undefined) return;
  const ours = `((${base})..${tip}) & mutable()`;
  const [builtOn] = await logOf(
    from,
    `((${ours}):: ~ (${ours})) | ((${ours}) & (bookmarks() | tags() | working_copies()))`,
    'change_id.short()',
  );
  if (builtOn !== undefined) {
    throw new UserError('work-in-use', `change ${name.slice(0, 12)} is built upon, or has a bookmark or a workspace`, {
      hint: `it stays; \`jj -R ${from} log -r ${name.slice(0, 12)}::\` shows by what`,
    });
  }
  const { author } = await settingsIn(from);
  const abandoned = await jj(from, ['--ignore-working-copy', ...author, 'abandon', ours]);
  if (abandoned.code === 0) return;
  throw new UserError('work-not-discarded', `jj cannot abandon change ${name.slice(0, 12)}: ${reasonIn(abandoned)}`, {});
}

/** Only references of ours: a branch is its maker's. */
async function forgetReference(entry: KeptEntry): Promise<void> {
  if (!entry.name.startsWith('refs/workflow/')) return;
  await forgetStepCommits(entry.from, entry.name.split('/')[2] ?? '');
  await forgetCommit(entry);
}
