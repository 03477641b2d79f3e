import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decideProvider } from './decide-provider.ts';
import type { ProviderFacts } from './decide-provider.ts';

const FACTS: ProviderFacts = { asked: 'auto', source: 'git', isSharedWithJujutsu: false, base: null, root: '/repo' };

const choices: {
  readonly title: string;
  readonly facts: Partial<ProviderFacts>;
  readonly provider: string;
  readonly why: RegExp;
}[] = [
  { title: 'a git repository gets worktrees', facts: {}, provider: 'git', why: /git repository/ },
  { title: 'one that Jujutsu shares does too', facts: { isSharedWithJujutsu: true }, provider: 'git', why: /Jujutsu shares/ },
  {
    title: 'a Jujutsu repository without git is copied',
    facts: { source: 'jj' },
    provider: 'copy',
    why: /Jujutsu repository that git does not share/,
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
  { title: 'nor can a copy that was not asked for', facts: { source: 'jj', base: '@-' }, code: 'workspace-base-unsupported' },
];

for (const { title, facts, code } of refusals) {
  test(title, () => {
    assert.throws(() => decideProvider({ ...FACTS, ...facts }), { name: 'UserError', code, exitCode: 2 });
  });
}
