import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { findSource } from '../src/find-source.ts';
import { commitAll, git, makeSandbox } from './sandbox.ts';

test('a folder inside a repository belongs to it, also when reached through a link', () => {
  const { folder, source } = makeSandbox('git');
  symlinkSync(join(source, 'src'), join(folder, 'short'));
  for (const from of [source, join(source, 'src/deep'), join(folder, 'short', 'deep')]) {
    assert.deepEqual(findSource(from, '/nowhere'), {
      kind: 'git',
      root: source,
      checkout: source,
      commonDir: join(source, '.git'),
      isSharedWithJujutsu: false,
    });
  }
});

test('a linked worktree belongs to the main repository and is a checkout of its own', () => {
  const { folder, source } = makeSandbox('git');
  const linked = join(folder, 'linked');
  git(source, 'worktree', 'add', '--quiet', '--detach', linked);
  const found = findSource(join(linked, 'src'), '/nowhere');
  assert.ok(found.kind === 'git');
  assert.deepEqual([found.root, found.checkout, found.commonDir], [source, linked, join(source, '.git')]);
});

test('a submodule is a repository of its own', () => {
  const { folder, source } = makeSandbox('git');
  const module = join(folder, 'module');
  mkdirSync(module);
  writeFileSync(join(module, 'file'), '');
  commitAll(module);
  git(source, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', module, 'sub');
  const found = findSource(join(source, 'sub'), '/nowhere');
  assert.ok(found.kind === 'git');
  assert.deepEqual([found.root, found.commonDir], [join(source, 'sub'), join(source, '.git/modules/sub')]);
});

test('Jujutsu is seen, alone or sharing the repository with git', () => {
  const { source } = makeSandbox('git');
  mkdirSync(join(source, '.jj'));
  const shared = findSource(join(source, 'src'), '/nowhere');
  assert.ok(shared.kind === 'git' && shared.isSharedWithJujutsu);
  rmSync(join(source, '.git'), { recursive: true });
  assert.deepEqual(findSource(join(source, 'src'), '/nowhere'), { kind: 'jj', root: source, checkout: source });
});

test('outside of repositories a folder is itself what is meant; a stray .git file makes no repository', () => {
  const { source } = makeSandbox('copy');
  for (const text of ['nonsense', 'gitdir: /nowhere\n', '']) {
    writeFileSync(join(source, '.git'), text);
    assert.deepEqual(findSource(join(source, 'src'), '/nowhere'), {
      kind: 'folder',
      root: join(source, 'src'),
      checkout: join(source, 'src'),
    });
  }
});

test('inside a workspace nothing above it counts, whatever repository its place lies in', async () => {
  const { folder, root, source, manager, request } = makeSandbox('copy');
  const { workspace } = await manager().ensure(request());
  writeFileSync(join(folder, 'x'), '');
  git(folder, 'init', '--quiet');
  for (const from of [workspace.path, join(workspace.path, 'src/deep')]) {
    assert.deepEqual(findSource(from, root), { kind: 'folder', root: workspace.path, checkout: workspace.path });
  }
  assert.equal(findSource(source, root).kind, 'git');
  assert.equal(findSource(root, root).kind, 'git');
});

test('a worktree of a bare repository belongs to that repository', async () => {
  const { folder, source, manager, request, leftovers } = makeSandbox('git');
  const bare = join(folder, 'bare.git');
  git(folder, 'clone', '--quiet', '--bare', source, bare);
  git(bare, 'worktree', 'add', '--quiet', '--detach', join(folder, 'linked'));
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request({ from: join(folder, 'linked') }));
  assert.equal(workspace.from, bare);
  await workspaces.remove(workspace);
  assert.deepEqual(leftovers(), ['.state']);
  assert.equal(git(bare, 'worktree', 'list').includes('w1'), false);
});
