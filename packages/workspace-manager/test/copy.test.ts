// What is special about workspaces that are plain copies, and about working in the checkout itself.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

// As editors and builds do, without a pause: it saves aside and renames, makes and deletes files and folders.
const CHURN = `
  const { mkdirSync, renameSync, rmSync, writeFileSync } = require('node:fs');
  process.stdout.write('begun');
  for (let i = 0; ; i++) {
    const [file, folder] = ['f' + (i % 40), 'd' + (i % 40)];
    writeFileSync(file + '.tmp', 'new');
    renameSync(file + '.tmp', file);
    if (i % 3 === 0) renameSync(file, 'replaced-' + (i % 40));
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + '/inner', '');
    rmSync('f' + ((i + 11) % 40), { force: true });
    rmSync('d' + ((i + 11) % 40), { force: true, recursive: true });
  }`;

test('a folder in which files come and go is copied all the same, with each file that stays', async () => {
  const { source, manager, request } = makeSandbox('copy');
  for (let i = 0; i < 200; i++) writeFile(join(source, `stays/${i}`), `${i}`);
  for (let i = 0; i < 40; i++) writeFile(join(source, `churn/replaced-${i}`), 'old');
  const churn = spawn(process.execPath, ['--eval', CHURN], {
    cwd: join(source, 'churn'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(churn, 'close');
  try {
    await once(churn.stdout, 'data');
    const workspaces = manager();
    for (let i = 0; i < 10; i++) {
      const { workspace } = await workspaces.ensure(request({ id: `w${i}` }));
      assert.equal(readdirSync(join(workspace.path, 'stays')).length, 200);
      const replaced = readdirSync(join(workspace.path, 'churn')).filter((name) => name.startsWith('replaced-'));
      assert.equal(replaced.length, 40);
    }
  } finally {
    churn.kill('SIGKILL');
    await ended;
  }
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
  await first.release(workspace, 'done');
  assert.deepEqual(readdirSync(root), ['.ports'], 'no workspace was made');
});

test('the checkout itself is never removed', async () => {
  const { source, manager, request } = makeSandbox('git');
  const { workspace } = await manager().ensure(request({ provider: 'none' }));
  await assert.rejects(manager().remove(workspace), /broken invariant/);
  assert.equal(readFileSync(join(source, 'README.md'), 'utf8'), 'hello\n');
  assert.equal(git(source, 'status', '--porcelain'), '');
  commitAll(source);
});
