// Decides what makes a run's workspace, and says why. Pure.
// Not here: how it is made (providers/).

import { UserError, unreachable } from '@workflow-platform/events';

/** Which provider, and why in one sentence. */
export interface ProviderChoice {
  readonly provider: 'git' | 'copy' | 'none';
  readonly why: string;
}

/** What the decision depends on. */
export interface ProviderFacts {
  readonly asked: 'auto' | 'git' | 'copy' | 'none';
  readonly source: 'git' | 'jj' | 'folder';
  readonly isSharedWithJujutsu: boolean;
  /** Revision asked for, if any. */
  readonly base: string | null;
  /** For messages. */
  readonly root: string;
}

/** Decides; throws a UserError where the wish cannot be had. */
export function decideProvider(facts: ProviderFacts): ProviderChoice {
  const choice = choose(facts);
  if (facts.base === null || choice.provider === 'git') return choice;
  throw new UserError(
    'workspace-base-unsupported',
    `a workspace of provider \`${choice.provider}\` cannot start from revision \`${facts.base}\``,
    {
      hint:
        facts.source === 'jj'
          ? 'share the repository with git (`jj git colocation enable`), or leave the base out'
          : 'leave the base out, or use provider `git` in a git repository',
      exitCode: 2,
    },
  );
}

function choose({ asked, source, isSharedWithJujutsu, root }: ProviderFacts): ProviderChoice {
  switch (asked) {
    case 'none':
      return { provider: 'none', why: 'the workflow asks to work in the checkout itself' };
    case 'copy':
      return { provider: 'copy', why: 'the workflow asks for a plain copy' };
    case 'git':
      if (source === 'git') return { provider: 'git', why: 'the workflow asks for a git worktree' };
      throw new UserError('workspace-no-repository', `${root} is no git repository`, {
        hint: 'make it one (`git init`, then commit), or use provider `copy`',
        exitCode: 2,
      });
    case 'auto':
      return chooseFor(source, isSharedWithJujutsu);
    default:
      return unreachable(asked);
  }
}

function chooseFor(source: ProviderFacts['source'], isSharedWithJujutsu: boolean): ProviderChoice {
  switch (source) {
    case 'git':
      return {
        provider: 'git',
        why: isSharedWithJujutsu ? 'it is a git repository that Jujutsu shares' : 'it is a git repository',
      };
    case 'jj':
      return { provider: 'copy', why: 'it is a Jujutsu repository that git does not share, so its files are copied as they are' };
    case 'folder':
      return { provider: 'copy', why: 'it is not in a repository' };
    default:
      return unreachable(source);
  }
}
