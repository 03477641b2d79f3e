// Finds the commits that a workspace starts from. Asks only: the user's working copy is not recorded.

import { UserError } from '@workflow-platform/events';

import { jj, reasonIn } from './jj-program.ts';

/** Where a workspace starts. */
export interface JujutsuBase {
  /** Parents of the workspace's change. */
  readonly commits: readonly string[];
  /** True when the current change of the checkout holds edits, as far as they are recorded, that a sibling of it lacks. */
  readonly leavesEdits: boolean;
}

const LOOK = ['--ignore-working-copy', 'log', '--no-graph'] as const;
const ROOT = /^0+$/;
const COMMITS = /^[0-9a-f]{40,}(?:\|[0-9a-f]{40,})+$/;

/** Returns the parents of the checkout's own change, or the one commit that `revset` names. */
export function resolveBase(checkout: string, revset: string | null): Promise<JujutsuBase> {
  if (revset === null) return siblingOf(checkout);
  // As `baseText` wrote it: a step's own workspace starts where the run's did, perhaps at a merge.
  if (COMMITS.test(revset)) return Promise.resolve({ commits: revset.split('|'), leavesEdits: false });
  return namedBy(checkout, revset);
}

/** Returns the revset of a base, by which the same can be had again. */
export function baseText({ commits }: JujutsuBase): string {
  return commits.join('|');
}

async function siblingOf(checkout: string): Promise<JujutsuBase> {
  const template = 'parents.map(|parent| parent.commit_id()).join(" ") ++ "\\n" ++ empty';
  const answer = await jj(checkout, [...LOOK, '--revisions=@', `--template=${template}`]);
  const [parents = '', isEmpty] = answer.stdout.split('\n');
  if (answer.code !== 0 || parents === '') {
    throw new UserError('workspace-jujutsu-failed', `jj does not say what ${checkout} stands on: ${reasonIn(answer)}`, {
      hint: `look at it with \`jj -R ${checkout} status\``,
    });
  }
  const commits = parents.split(' ');
  if (!commits.every((commit) => ROOT.test(commit))) return { commits, leavesEdits: isEmpty !== 'true' };
  throw new UserError('workspace-repository-empty', `${checkout} has no commit to make a workspace from`, {
    hint: 'commit something first (`jj commit`), or use workspace provider `copy`',
  });
}

async function namedBy(checkout: string, revset: string): Promise<JujutsuBase> {
  const arguments_ = [...LOOK, '--limit=2', `--revisions=${revset}`, '--template=commit_id ++ "\\n"'];
  const answer = await jj(checkout, arguments_);
  const commits = answer.stdout.split('\n').filter((line) => line !== '');
  if (answer.code === 0 && commits.length === 1) return { commits, leavesEdits: false };
  const what =
    answer.code !== 0
      ? 'has no revision'
      : commits.length === 0
        ? 'has no revision that matches'
        : 'has several revisions that match';
  const why = answer.code !== 0 && revset.trim() !== '' ? ` (${reasonIn(answer)})` : '';
  throw new UserError('workspace-base-not-found', `${checkout} ${what} \`${revset}\` to make a workspace from${why}`, {
    hint: '`jj log` shows what there is; a base is a revset for exactly one revision',
    exitCode: 2,
  });
}
