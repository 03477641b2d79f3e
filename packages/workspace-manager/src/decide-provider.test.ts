import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decideProvider } from './decide-provider.ts';
import type { ProviderFacts } from './decide-provider.ts';

const FACTS: ProviderFacts = { asked: 'auto', source: 'git', jujutsu: null, base: null, root: '/repo' };

const choices: {
  readonly title: string;
  readonly facts: Partial<ProviderFacts>;
  readonly provider: string;
  readonly why: RegExp;
}[] = [
  { title: 'a git repository gets worktrees', facts: {}, provider: 'git', why: /git repository/ },
  {
    title: 'one that Jujutsu shares gets workspaces of its',
    facts: { jujutsu: 'usable' },
    provider: 'jj',
    why: /Jujutsu repository/,
  },
  { title: 'so does one that git does not share', facts: { source: 'jj', jujutsu: 'usable' }, provider: 'jj', why: /Jujutsu/ },
  {
    title: 'without jj, git makes worktrees',
    facts: { jujutsu: 'no-program' },
    provider: 'git',
    why: /shares, and there is no `jj`/,
  },
  { title: 'with an old jj too', facts: { jujutsu: 'too-old' }, provider: 'git', why: /too old/ },
  { title: 'submodules are left to git', facts: { jujutsu: 'submodules' }, provider: 'git', why: /submodules/ },
  { title: 'so is Git LFS', facts: { jujutsu: 'lfs' }, provider: 'git', why: /Git LFS/ },
  {
    title: 'a Jujutsu repository is copied where neither can help',
    facts: { source: 'jj', jujutsu: 'no-program' },
    provider: 'copy',
    why: /Jujutsu repository, but there is no `jj`/,
  },
  {
    title: 'Jujutsu can be asked for, with a revision, submodules or not',
    facts: { asked: 'jj', jujutsu: 'submodules', base: '@' },
    provider: 'jj',
    why: /asks for a Jujutsu/,
  },
  {
    title: 'git can be asked for where Jujutsu is',
    facts: { asked: 'git', jujutsu: 'usable' },
    provider: 'git',
    why: /asks for a git/,
  },
  { title: 'a plain folder is copied', facts: { source: 'folder' }, provider: 'copy', why: /not in a repository/ },
  { title: 'a copy can be asked for in a repository', facts: { asked: 'copy' }, provider: 'copy', why: /asks for a plain copy/ },
  { title: 'the checkout itself can be asked for', facts: { asked: 'none' }, provider: 'none', why: /checkout itself/ },
  {
    title: 'a worktree can be asked for, with a revision',
    facts: { asked: 'git', base: 'main' },
    provider: 'git',
    why: /asks for a git worktree/,
  },
];

for (const { title, facts, provider, why } of choices) {
  test(title, () => {
    const choice = decideProvider({ ...FACTS, ...facts });
    assert.equal(choice.provider, provider);
    assert.match(choice.why, why);
  });
}

const refusals: { readonly title: string; readonly facts: Partial<ProviderFacts>; readonly code: string }[] = [
  {
    title: 'a worktree of what is no git repository is refused',
    facts: { asked: 'git', source: 'folder' },
    code: 'workspace-no-repository',
  },
  {
    title: 'so is one of a Jujutsu repository without git',
    facts: { asked: 'git', source: 'jj' },
    code: 'workspace-no-repository',
  },
  { title: 'a copy cannot start from a revision', facts: { asked: 'copy', base: 'main' }, code: 'workspace-base-unsupported' },
  { title: 'nor can the checkout itself', facts: { asked: 'none', base: 'main' }, code: 'workspace-base-unsupported' },
  { title: 'Jujutsu without a repository of its is refused', facts: { asked: 'jj' }, code: 'workspace-no-repository' },
  { title: 'nor can a copy that was not asked for', facts: { source: 'jj', base: '@-' }, code: 'workspace-base-unsupported' },
];

for (const { title, facts, code } of refusals) {
  test(title, () => {
    assert.throws(() => decideProvider({ ...FACTS, ...facts }), { name: 'UserError', code, exitCode: 2 });
  });
}

for (const [jujutsu, code] of [
  ['no-program', 'jj-missing'],
  ['too-old', 'jj-too-old'],
] as const) {
  test(`who asks for Jujutsu by name hears of what is missing: ${jujutsu}`, () => {
    assert.throws(() => decideProvider({ ...FACTS, asked: 'jj', jujutsu }), { name: 'UserError', code });
  });
}
