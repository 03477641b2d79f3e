// Files that version control leaves out and the workspace brings along.

import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { commitAll, git, makeSandbox, worktrees, writeFile } from './sandbox.ts';

test('ignored files and folders come along, links as they are, and no commit picks them up', async () => {
  const { source, manager, request } = makeSandbox('git');
  writeFile(join(source, '.env'), 'SECRET=1\n');
  writeFile(join(source, 'ignored/pkg/index.js'), 'x');
  mkdirSync(join(source, 'ignored/.bin'));
  symlinkSync('../pkg/index.js', join(source, 'ignored/.bin/pkg'));
  const { workspace, warnings } = await manager().ensure(request({ include: ['.env', 'ignored/'] }));
  assert.deepEqual(warnings, []);
  assert.equal(readFileSync(join(workspace.path, '.env'), 'utf8'), 'SECRET=1\n');
  assert.equal(readlinkSync(join(workspace.path, 'ignored/.bin/pkg')), '../pkg/index.js');
  assert.equal(git(workspace.path, 'status', '--porcelain'), '');
});

test('patterns reach into folders and find what begins with a dot; nothing below a match is copied twice', async () => {
  const { source, manager, request } = makeSandbox('git');
  for (const path of ['src/a.tmp', 'src/deep/b.tmp', 'src/deep/.env', 'ignored/x.tmp', 'ignored/ignored/y'])
    writeFile(join(source, path), path);
  const { workspace, warnings } = await manager().ensure(request({ include: ['**/*.tmp', 'src/**/.env', '**/ignored'] }));
  assert.deepEqual(warnings, []);
  for (const path of ['src/a.tmp', 'src/deep/b.tmp', 'src/deep/.env', 'ignored/x.tmp', 'ignored/ignored/y']) {
    assert.equal(readFileSync(join(workspace.path, path), 'utf8'), path);
  }
});

test('what the base has is never overwritten; a folder it has in part is completed', async () => {
  const { source, manager, request } = makeSandbox('git');
  writeFileSync(join(source, 'README.md'), 'changed\n');
  writeFile(join(source, 'src/extra.tmp'), 'x');
  const { workspace } = await manager().ensure(request({ base: 'HEAD', include: ['src', 'README.md'] }));
  assert.equal(readFileSync(join(workspace.path, 'README.md'), 'utf8'), 'hello\n');
  assert.equal(readFileSync(join(workspace.path, 'src/extra.tmp'), 'utf8'), 'x');
  assert.equal(readFileSync(join(workspace.path, 'src/a b.txt'), 'utf8'), 'one\n');
});

test('a pattern that matches nothing, and a file that git would commit, are told', async () => {
  const { source, manager, request } = makeSandbox('git');
  writeFileSync(join(source, 'notes'), '');
  const { warnings } = await manager().ensure(request({ base: 'HEAD', include: ['none', 'no*ne', 'notes'] }));
  assert.equal(warnings.length, 3);
  assert.match(warnings[0] ?? '', /`none` matches nothing/);
  assert.match(warnings[1] ?? '', /`no\*ne` matches nothing/);
  assert.match(warnings[2] ?? '', /git does not ignore `notes`/);
});

for (const pattern of ['/etc/passwd', '../x', 'a/../../x', '.', '', '.git', '.git/config', '.jj', './.git/hooks']) {
  test(`the pattern ${JSON.stringify(pattern)} is refused, and no workspace is left`, async () => {
    const { source, manager, request, leftovers } = makeSandbox('git');
    await assert.rejects(manager().ensure(request({ include: [pattern] })), {
      name: 'UserError',
      code: 'workspace-include-invalid',
      exitCode: 2,
    });
    assert.deepEqual([leftovers(), worktrees(source)], [['.state'], []]);
  });
}

test('nothing is read through a link in the source', async () => {
  const { folder, source, manager, request } = makeSandbox('git');
  writeFile(join(folder, 'outside/secret'), 'x');
  symlinkSync(join(folder, 'outside'), join(source, 'ignored'));
  await assert.rejects(manager().ensure(request({ include: ['ignored/secret'] })), {
    code: 'workspace-include-invalid',
    message: /symbolic link/,
  });
  const { workspace } = await manager().ensure(request({ include: ['ignored'] }));
  assert.ok(lstatSync(join(workspace.path, 'ignored')).isSymbolicLink());
});

test('nothing is written through a link that the base has', async () => {
  const { folder, source, manager, request } = makeSandbox('git');
  mkdirSync(join(folder, 'outside'));
  symlinkSync(join(folder, 'outside'), join(source, 'out'));
  commitAll(source);
  git(source, 'rm', '--quiet', 'out');
  writeFile(join(source, 'out/file.tmp'), 'x');
  const isTold = { name: 'UserError', code: 'workspace-include-invalid', message: /no folder there but a link/ };
  await assert.rejects(manager().ensure(request({ include: ['out/file.tmp'] })), isTold);
  assert.deepEqual(readdirSync(join(folder, 'outside')), []);
});

test('a copy has everything already', async () => {
  const { source, manager, request } = makeSandbox('copy');
  writeFile(join(source, '.env'), 'x');
  const { workspace, warnings } = await manager().ensure(request({ include: ['.env'] }));
  assert.deepEqual([warnings, existsSync(join(workspace.path, '.env'))], [[], true]);
});
