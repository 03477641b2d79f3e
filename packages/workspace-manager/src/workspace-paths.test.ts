import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

import { namespaceOf, workspacesRoot } from './workspace-paths.ts';

const cases: { readonly title: string; readonly env: Record<string, string>; readonly root: string }[] = [
  { title: 'AI_WORKSPACES_ROOT comes first', env: { AI_WORKSPACES_ROOT: '/r', XDG_CACHE_HOME: '/c', HOME: '/h' }, root: '/r' },
  { title: 'then the cache folder', env: { XDG_CACHE_HOME: '/c', HOME: '/h' }, root: '/c/ai-workspaces' },
  { title: 'then the cache below the home folder', env: { HOME: '/h' }, root: '/h/.cache/ai-workspaces' },
  {
    title: 'empty variables count as unset',
    env: { AI_WORKSPACES_ROOT: '', XDG_CACHE_HOME: '', HOME: '/h' },
    root: '/h/.cache/ai-workspaces',
  },
  { title: 'a slash at the end and dots make no other root', env: { AI_WORKSPACES_ROOT: '/a/./b/../r/' }, root: '/a/r' },
  { title: 'a relative root is taken from here', env: { AI_WORKSPACES_ROOT: 'r' }, root: resolve('r') },
  { title: 'without HOME the system says where home is', env: {}, root: join(homedir(), '.cache/ai-workspaces') },
];

for (const { title, env, root } of cases) {
  test(title, () => {
    assert.equal(workspacesRoot(env), root);
  });
}

test('a namespace is the name of the repository and ten digits of the hash of its path', () => {
  assert.equal(namespaceOf('/home/ana/src/shop'), 'shop-2f866d424f');
});
