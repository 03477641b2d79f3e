// What is special about workspaces that are plain copies, and about working in the checkout itself.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { commitAll, git, makeSandbox, writeFile } from './sandbox.ts';

test('version control metadata stays behind, everything else comes, ignored or not committed', async () => {
  const { source, manager, request } = makeSandbox('git');
  mkdirSync(join(source, '.jj'));
  writeFile(join(source, 'ignored/file'), 'x');
  writeFile(join(source, 'nested/.git/config'), 'x');
  writeFileSync(join(source, '-rf'), 'a name like an option');
  writeFileSync(join(source, 'new'), '');
  const { workspace, warnings } = await manager().ensure(request({ provider: 'copy' }));
  assert.deepEqual([workspace.provider, workspace.base, warnings], ['copy', null, []]);
  const names = ['-rf', '.gitignore', 'README.md', 'elsewhere', 'ignored', 'nested', 'new', 'src'];
  assert.deepEqual(readdirSync(workspace.path).sort(), names);
  assert.ok(existsSync(join(workspace.path, 'nested/.git/config')));
});

test('times and modes are kept', async () => {
  const { source, manager, request } = makeSandbox('copy');
  const { workspace } = await manager().ensure(request());
  const [a, b] = [source, workspace.path].map((folder) => statSync(join(folder, 'src/deep/run.sh')));
  assert.deepEqual([a?.mtimeMs, a?.mode], [b?.mtimeMs, b?.mode]);
});

test('an empty folder makes an empty workspace', async () => {
  const { folder, manager, request } = makeSandbox('copy');
  mkdirSync(join(folder, 'empty'));
  const { workspace } = await manager().ensure(request({ from: join(folder, 'empty') }));
  assert.deepEqual(readdirSync(workspace.path), []);
});

test('more entries than fit one command line are copied all the same', async () => {
  const { source, manager, request } = makeSandbox('copy');
  for (let i = 0; i < 900; i++) writeFileSync(join(source, `${'n'.repeat(150)}-${i}`), '');
  const { workspace } = await manager().ensure(request());
  assert.equal(readdirSync(workspace.path).length, readdirSync(source).length);
});

test('the root of the disk, the home folder and a folder that holds the workspaces are too much to copy', async (t) => {
  const { folder, source, manager, request } = makeSandbox('copy');
  const home = process.env['HOME'];
  t.after(() => (process.env['HOME'] = home ?? ''));
  process.env['HOME'] = source;
  for (const from of ['/', source, folder]) {
    await assert.rejects(
      manager().ensure(request({ from })),
      { name: 'UserError', code: 'workspace-source-too-wide', exitCode: 2 },
      from,
    );
  }
});

test('a workspace of another provider is not taken for this one', async () => {
  const { manager, request } = makeSandbox('git');
  const workspaces = manager();
  await workspaces.ensure(request());
  await assert.rejects(workspaces.ensure(request({ provider: 'copy' })), {
    name: 'UserError',
    code: 'workspace-provider-differs',
  });
});

test('in a Jujutsu repository that git does not share, the files are copied as they are', async () => {
  const { source, manager, request } = makeSandbox('copy');
  mkdirSync(join(source, '.jj'));
  const { workspace } = await manager().ensure(request({ provider: 'auto', from: join(source, 'src') }));
  assert.deepEqual([workspace.provider, workspace.from], ['copy', source]);
  assert.equal(existsSync(join(workspace.path, '.jj')), false);
});

test('without a workspace a run works in the checkout it stands in, as may any number of others', async () => {
  const { source, root, manager, request } = makeSandbox('git');
  const [first, second] = [manager(), manager()];
  const asked = request({ provider: 'none', from: join(source, 'src') });
  const { workspace, reused } = await first.ensure(asked);
  assert.deepEqual([workspace.path, workspace.provider, reused], [source, 'none', false]);
  assert.deepEqual((await second.ensure({ ...asked, runId: 'r2' })).workspace.path, source);
  await first.release(workspace);
  assert.equal(existsSync(root), false);
});

test('the checkout itself is never removed', async () => {
  const { source, manager, request } = makeSandbox('git');
  const { workspace } = await manager().ensure(request({ provider: 'none' }));
  await assert.rejects(manager().remove(workspace), /broken invariant/);
  assert.equal(readFileSync(join(source, 'README.md'), 'utf8'), 'hello\n');
  assert.equal(git(source, 'status', '--porcelain'), '');
  commitAll(source);
});
