// What is special about workspaces that are git worktrees.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as nextMoment } from 'node:timers/promises';

import { namespaceOf } from '@workflow-platform/workspace-manager';

import { commitAll, git, makeSandbox, worktrees, writeFile } from './sandbox.ts';

test('the workspace is a worktree on the head, detached, and says which commit it is', async () => {
  const { source, manager, request } = makeSandbox('git');
  const head = git(source, 'rev-parse', 'HEAD');
  const { workspace } = await manager().ensure(request());
  assert.equal(workspace.base, head);
  assert.equal(git(workspace.path, 'rev-parse', 'HEAD'), head);
  assert.equal(git(workspace.path, 'branch', '--show-current'), '');
  assert.equal(git(workspace.path, 'status', '--porcelain'), '');
});

test('an edit that only the time of a file tells, within a second, is kept when the workspace goes', async () => {
  const { source, manager, request } = makeSandbox('git');
  const workspaces = manager();
  for (let i = 0; ; i++) {
    const { workspace } = await workspaces.ensure(request({ id: `w${i}` }));
    const file = join(workspace.path, 'README.md');
    const checkedOutMs = statSync(file).ctimeMs;
    writeFileSync(file, 'HELLO\n');
    const editedS = Math.floor(statSync(file).ctimeMs / 1000);
    // Once the second is over, git takes a file for unchanged whose size and second are those that it knows.
    while (Math.floor(Date.now() / 1000) <= editedS) await nextMoment();
    const kept = await workspaces.remove(workspace);
    assert.equal(git(source, 'show', `${kept?.revision}:README.md`), 'HELLO');
    if (Math.floor(checkedOutMs / 1000) === editedS) break;
  }
});

test('any revision can be the base', async () => {
  const { source, manager, request } = makeSandbox('git');
  const first = git(source, 'rev-parse', 'HEAD');
  git(source, 'tag', '-a', 'v1', '-m', 'one');
  writeFile(join(source, 'second'), 'x');
  const second = commitAll(source);
  const workspaces = manager();
  const bases = { v1: first, 'HEAD~1': first, main: second, [first.slice(0, 9)]: first, ':/all': second };
  for (const [i, [base, commit]] of Object.entries(bases).entries()) {
    const { workspace } = await workspaces.ensure(request({ id: `w${i}`, base }));
    assert.equal(workspace.base, commit, base);
    assert.equal(existsSync(join(workspace.path, 'second')), commit === second);
  }
});

test('a base that is not there is told by name, and nothing is left', async () => {
  const { source, manager, request, leftovers } = makeSandbox('git');
  for (const base of ['no-such-branch', '-x', '--force', 'HEAD:README.md', 'a b', '']) {
    const isTold = { name: 'UserError', code: 'workspace-base-not-found', exitCode: 2 };
    await assert.rejects(manager().ensure(request({ base })), isTold, base);
  }
  assert.deepEqual([leftovers(), worktrees(source)], [['.state'], []]);
});

test('a repository without a commit is told as such', async () => {
  const { source, manager, request } = makeSandbox('copy');
  git(source, 'init', '--quiet');
  const isTold = { name: 'UserError', code: 'workspace-repository-empty', message: new RegExp(source) };
  await assert.rejects(manager().ensure(request({ provider: 'git' })), isTold);
});

test('a repository without a commit is copied when nobody asks for git, and the copy is taken again after the first commit', async () => {
  const { source, manager, request } = makeSandbox('copy');
  git(source, 'init', '--quiet');
  const first = manager();
  const { workspace } = await first.ensure(request({ provider: 'auto' }));
  assert.equal(workspace.provider, 'copy');
  assert.match(workspace.why, /no commit yet/);
  await first.release(workspace, 'done');
  git(source, 'add', '.');
  git(source, 'commit', '--quiet', '-m', 'first');
  const second = manager();
  const again = await second.ensure(request({ provider: 'auto' }));
  assert.deepEqual([again.reused, again.workspace.provider], [true, 'copy']);
  await second.remove(again.workspace);
});

for (const [what, spoil] of [
  ['HEAD', (source: string) => writeFileSync(join(source, '.git/HEAD'), 'garbage\n')],
  ['settings', (source: string) => writeFileSync(join(source, '.git/config'), '[core\n')],
  ['commit', (source: string) => writeFileSync(join(source, '.git/HEAD'), `${'1'.repeat(40)}\n`)],
] as const) {
  test(`a repository whose ${what} is broken is told as such, and not copied for an empty one`, async () => {
    const { source, manager, request, leftovers } = makeSandbox('git');
    spoil(source);
    await assert.rejects(manager().ensure(request({ provider: 'auto' })), { name: 'UserError', code: 'workspace-git-failed' });
    assert.deepEqual(leftovers(), ['.state']);
  });
}

test('a folder that is no repository is no place for a worktree', async () => {
  const { manager, request } = makeSandbox('copy');
  await assert.rejects(manager().ensure(request({ provider: 'git' })), { name: 'UserError', code: 'workspace-no-repository' });
});

test('what is not committed is not in the workspace, and the user hears of it once it matters', async () => {
  const { source, manager, request } = makeSandbox('git');
  writeFileSync(join(source, 'README.md'), 'changed\n');
  writeFileSync(join(source, 'new'), '');
  writeFileSync(join(source, 'x.tmp'), 'ignored');
  const { workspace, warnings } = await manager().ensure(request());
  assert.equal(readFileSync(join(workspace.path, 'README.md'), 'utf8'), 'hello\n');
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /has 2 changed files that are not committed/);
  assert.deepEqual((await manager().ensure(request({ id: 'w2', base: 'HEAD' }))).warnings, []);
  assert.equal(git(source, 'status', '--porcelain'), 'M README.md\n?? new');
});

test('a base asked for when the workspace is there already is not applied, and the user hears of it', async () => {
  const { manager, request } = makeSandbox('git');
  const workspaces = manager();
  await workspaces.ensure(request());
  const { reused, warnings } = await workspaces.ensure(request({ base: 'HEAD' }));
  assert.equal(reused, true);
  assert.match(warnings.join(), /`w1` is already there and stays as it is: revision `HEAD` was not checked out/);
});

test('commits made in the workspace are in the repository', async () => {
  const { source, manager, request } = makeSandbox('git');
  const { workspace } = await manager().ensure(request());
  writeFileSync(join(workspace.path, 'result'), 'x');
  const commit = commitAll(workspace.path, 'by a step');
  assert.equal(git(source, 'log', '-1', '--format=%s', commit), 'by a step');
  assert.equal(existsSync(join(source, 'result')), false);
});

test('commits made in the workspace outlive it, under a name of their own', async () => {
  const { source, manager, request } = makeSandbox('git');
  const workspaces = manager();
  const refs = (): string => git(source, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/workflow');
  await workspaces.remove((await workspaces.ensure(request())).workspace);
  assert.equal(refs(), '', 'nothing was committed, nothing is kept');
  const kept: string[] = [];
  for (const name of ['first', 'second']) {
    const { workspace } = await workspaces.ensure(request({ runId: name }));
    writeFileSync(join(workspace.path, name), 'x');
    kept.push(commitAll(workspace.path, name));
    await workspaces.remove(workspace);
  }
  const expected = kept.map((commit) => `refs/workflow/w1/${commit.slice(0, 12)} ${commit}`).sort();
  assert.deepEqual(refs().split('\n'), expected);
  assert.equal(git(source, 'branch', '--list').trim(), '* main');
});

test('commits on a branch that a step made are left to the branch', async () => {
  const { source, manager, request } = makeSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  git(workspace.path, 'switch', '--quiet', '--create', 'fix');
  const commit = commitAll(workspace.path, 'fix');
  await workspaces.remove(workspace);
  assert.equal(git(source, 'rev-parse', 'fix'), commit);
  assert.equal(git(source, 'for-each-ref', 'refs/workflow'), '');
});

test('a workspace whose commits cannot be kept is not removed', async () => {
  const { source, manager, request } = makeSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  commitAll(workspace.path, 'precious');
  writeFileSync(join(source, '.git/refs/workflow'), 'in the way');
  await assert.rejects(workspaces.remove(workspace), { name: 'UserError', code: 'workspace-commits-not-kept' });
  assert.equal(git(workspace.path, 'log', '-1', '--format=%s'), 'precious');
  rmSync(join(source, '.git/refs/workflow'));
  await workspaces.remove(workspace);
  assert.match(git(source, 'for-each-ref', '--format=%(subject)', 'refs/workflow'), /precious/);
});

test('hooks and monitors of the repository do not run for us', async () => {
  const { folder, source, manager, request } = makeSandbox('git');
  const seen = join(folder, 'hook-ran');
  writeFileSync(join(source, '.git/hooks/post-checkout'), `#!/bin/sh\ntouch '${seen}'\n`, { mode: 0o755 });
  git(source, 'config', 'core.fsmonitor', `touch '${seen}'; false`);
  const workspaces = manager();
  await workspaces.remove((await workspaces.ensure(request())).workspace);
  assert.equal(existsSync(seen), false);
});

test('what the caller’s git was told about another repository does not reach ours', async (t) => {
  const { folder, source, manager, request } = makeSandbox('git');
  const before = { ...process.env };
  t.after(() => {
    for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) delete process.env[name];
    Object.assign(process.env, before);
  });
  Object.assign(process.env, { GIT_DIR: join(folder, 'none'), GIT_WORK_TREE: folder, GIT_INDEX_FILE: join(folder, 'index') });
  const { workspace } = await manager().ensure(request());
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']) delete process.env[name];
  assert.equal(workspace.from, source);
  assert.equal(git(workspace.path, 'status', '--porcelain'), '');
});

test('from inside a workspace the main repository is meant, and the head of the place we stand in', async () => {
  const { source, root, manager, request } = makeSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  writeFileSync(join(workspace.path, 'result'), 'x');
  const commit = commitAll(workspace.path);
  const inner = await workspaces.ensure(request({ id: 'w2', runId: 'r2', from: join(workspace.path, 'src') }));
  assert.equal(inner.workspace.path, join(root, namespaceOf(source), 'w2'));
  assert.deepEqual([inner.workspace.from, inner.workspace.base], [source, commit]);
});

test('a workspace that the repository no longer knows is not used, and can be removed', async () => {
  const { source, manager, request, leftovers } = makeSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  rmSync(join(source, '.git/worktrees'), { recursive: true });
  await assert.rejects(workspaces.ensure(request()), { name: 'UserError', code: 'workspace-broken' });
  await workspaces.remove(workspace);
  assert.deepEqual(leftovers(), ['.state']);
});

test('other worktrees of the repository stay registered, also those of the same name', async () => {
  const { folder, source, manager, request } = makeSandbox('git');
  git(source, 'worktree', 'add', '--quiet', '--detach', join(folder, 'elsewhere', 'w1'));
  const workspaces = manager();
  await workspaces.remove((await workspaces.ensure(request())).workspace);
  assert.deepEqual(worktrees(source), [join(folder, 'elsewhere', 'w1')]);
});

test('a workspace whose repository is gone can be removed', async () => {
  const { source, manager, request, leftovers } = makeSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  rmSync(source, { recursive: true });
  await workspaces.remove(workspace);
  assert.deepEqual(leftovers(), ['.state']);
});

test('submodules and large files that are only pointers are told', async () => {
  const { folder, source, manager, request } = makeSandbox('git');
  mkdirSync(join(folder, 'module'));
  writeFileSync(join(folder, 'module', 'file'), '');
  commitAll(join(folder, 'module'));
  git(source, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', join(folder, 'module'), 'module');
  writeFileSync(join(source, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  commitAll(source);
  const { warnings } = await manager().ensure(request());
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? '', /submodules are not checked out/);
  assert.match(warnings[1] ?? '', /Git LFS are only pointers/);
});

test('a repository whose checkout fails is told with git’s own reason, and nothing is left', async () => {
  const { source, manager, request, leftovers } = makeSandbox('git');
  writeFileSync(join(source, '.gitattributes'), '*.bin filter=broken\n');
  writeFileSync(join(source, 'x.bin'), '');
  writeFileSync(join(source, 'x.bin'), 'content');
  commitAll(source);
  git(source, 'config', 'filter.broken.smudge', 'false');
  git(source, 'config', 'filter.broken.required', 'true');
  await assert.rejects(manager().ensure(request()), {
    name: 'UserError',
    code: 'workspace-git-failed',
    message: /smudge filter broken failed/,
  });
  assert.deepEqual([leftovers(), worktrees(source)], [['.state'], []]);
});
