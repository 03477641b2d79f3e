// Brings everything that a worktree holds into the index of a private git, as `git add --all` does. That one also looks whether
// repositories inside the worktree were changed, by a git that follows the settings of those: where there are any, git is only
// told names.

import type { ProcessResult } from '../run-process.ts';
import type { AskGit } from './private-git.ts';

/** Stages all. `hasRepositories`: whether there are repositories inside the worktree. */
export async function stageAll(git: AskGit, { hasRepositories }: { readonly hasRepositories: boolean }): Promise<ProcessResult> {
  if (!hasRepositories) return git(['add', '--all', '.']);
  const list = (...which: string[]): Promise<ProcessResult> =>
    git(['ls-files', '-z', ...which], { encoding: 'latin1', stdoutMax: Infinity });
  const lists = await Promise.all([list('--modified', '--deleted'), list('--others', '--exclude-standard')]);
  const failed = lists.find(({ code }) => code !== 0);
  if (failed !== undefined) return failed;
  const paths = new Set(lists.flatMap(({ stdout }) => stdout.split('\0')).map((path) => path.replace(/\/$/, '')));
  const stdin = Buffer.from(
    [...paths]
      .filter((path) => path !== '')
      .map((path) => `${path}\0`)
      .join(''),
    'latin1',
  );
  return git(['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], { stdin });
}
