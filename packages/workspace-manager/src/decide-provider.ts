// Decides what makes a run's workspace, and says why. Pure.
// Not here: how it is made (providers/).

import { UserError, unreachable } from '@workflow-platform/events';

/** Which provider, and why in one sentence. */
export interface ProviderChoice {
  readonly provider: 'jj' | 'git' | 'copy' | 'none';
  readonly why: string;
}

/** Whether Jujutsu can make workspaces of a repository that it knows, or why not. */
export type JujutsuState = 'usable' | 'no-program' | 'too-old' | 'no-repository' | 'submodules' | 'lfs';

/** What the decision depends on. */
export interface ProviderFacts {
  readonly asked: 'auto' | 'jj' | 'git' | 'copy' | 'none';
  readonly source: 'git' | 'jj' | 'folder';
  /** Null where there is no `.jj`, and when it does not matter. */
  readonly jujutsu: JujutsuState | null;
  /** Revision asked for, if any. */
  readonly base: string | null;
  /** For messages. */
  readonly root: string;
}

/** Decides; throws a UserError where the wish cannot be had. */
export function decideProvider(facts: ProviderFacts): ProviderChoice {
  const choice = choose(facts);
  if (facts.base === null || choice.provider === 'git' || choice.provider === 'jj') return choice;
  throw new UserError(
    'workspace-base-unsupported',
    `a workspace of provider \`${choice.provider}\` cannot start from revision \`${facts.base}\``,
    {
      hint:
        facts.source === 'jj'
          ? `${JUJUTSU_HINTS[facts.jujutsu ?? 'no-program']}, or leave the base out`
          : 'leave the base out, or use provider `git` in a git repository',
      exitCode: 2,
    },
  );
}

/**
 * Decides for a run that has had a workspace, whose work was kept by `before`: where the choice is free, it is that one again, as
 * long as it can be.
 */
export function decideProviderAgain(before: 'jj' | 'git' | 'copy' | null, facts: ProviderFacts): ProviderChoice {
  if (before === null || facts.asked !== 'auto') return decideProvider(facts);
  try {
    const { provider } = decideProvider({ ...facts, asked: before });
    return { provider, why: 'the run had one before, and its work is kept that way' };
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return decideProvider(facts);
  }
}

function choose({ asked, source, jujutsu, root }: ProviderFacts): ProviderChoice {
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
    case 'jj':
      return chooseJujutsu(jujutsu, root);
    case 'auto':
      return chooseFor(source, jujutsu);
    default:
      return unreachable(asked);
  }
}

function chooseJujutsu(jujutsu: JujutsuState | null, root: string): ProviderChoice {
  switch (jujutsu) {
    // Who asks by name has a reason; what is missing in the workspace is told when it is made.
    case 'usable':
    case 'submodules':
    case 'lfs':
      return { provider: 'jj', why: 'the workflow asks for a Jujutsu workspace' };
    case 'no-program':
      throw new UserError('jj-missing', `${root} cannot have a Jujutsu workspace: there is no \`jj\` on PATH`, {
        hint: `${JUJUTSU_HINTS['no-program']}, or use provider \`auto\``,
      });
    case 'too-old':
      throw new UserError('jj-too-old', `${root} cannot have a Jujutsu workspace: this \`jj\` is too old`, {
        hint: `${JUJUTSU_HINTS['too-old']}, or use provider \`auto\``,
      });
    case 'no-repository':
    case null:
      throw new UserError('workspace-no-repository', `${root} is no Jujutsu repository`, {
        hint: 'make it one (`jj git init`), or use provider `git` or `copy`',
        exitCode: 2,
      });
    default:
      return unreachable(jujutsu);
  }
}

const JUJUTSU_HINTS: { readonly [state in JujutsuState]: string } = {
  usable: 'use provider `jj`',
  'no-program': 'install Jujutsu (`jj`)',
  'too-old': 'install Jujutsu 0.38 or later',
  'no-repository': 'look at the repository with `jj status`',
  submodules: 'use provider `jj`',
  lfs: 'use provider `jj`',
};

/** Why Jujutsu was not taken though there is a `.jj`. */
const BECAUSE: { readonly [state in Exclude<JujutsuState, 'usable'>]: string } = {
  'no-program': 'there is no `jj` on PATH',
  'too-old': 'this `jj` is too old (0.38 or later is needed)',
  'no-repository': 'its `.jj` folder is broken',
  submodules: 'Jujutsu would leave its submodules out',
  lfs: 'Jujutsu does not know Git LFS',
};

function chooseFor(source: ProviderFacts['source'], jujutsu: JujutsuState | null): ProviderChoice {
  if (jujutsu === 'usable') return { provider: 'jj', why: 'it is a Jujutsu repository' };
  switch (source) {
    case 'git':
      return {
        provider: 'git',
        why: jujutsu === null ? 'it is a git repository' : `it is a git repository that Jujutsu shares, and ${BECAUSE[jujutsu]}`,
      };
    case 'jj': {
      const because = BECAUSE[jujutsu ?? 'no-repository'];
      return { provider: 'copy', why: `it is a Jujutsu repository, but ${because}, so its files are copied as they are` };
    }
    case 'folder':
      return { provider: 'copy', why: 'it is not in a repository' };
    default:
      return unreachable(source);
  }
}
