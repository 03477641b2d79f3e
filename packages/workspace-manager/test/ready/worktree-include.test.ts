// `.worktreeinclude`: ignored files that every new workspace gets.

import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { commitAll, git, jj, makeSandbox, missingFor, writeFile } from '../sandbox.ts';
import type { Kind, Sandbox } from '../sandbox.ts';

function checkIn(kind: Kind, title: string, body: (sandbox: Sandbox) => Promise<void>): void {
  test(`${kind}: ${title}`, { skip: missingFor(kind) }, () => body(makeSandbox(kind)));
}

for (const kind of ['git', 'jj', 'jj-git'] as const) {
  checkIn(kind, 'ignored files that it names come along, and no commit picks them up', async ({ source, manager, request }) => {
    writeFile(join(source, '.worktreeinclude'), '# secrets\n.env\n\n/ignored/\n!src/.env\nREADME.md\nnotes\n');
    for (const path of ['.env', 'src/.env', 'src/deep/.env', 'ignored/pkg/index.js', 'other.tmp', 'notes']) {
      writeFile(join(source, path), path);
    }
    const { workspace } = await manager().ensure(request());
    for (const path of ['.env', 'src/deep/.env', 'ignored/pkg/index.js']) {
      assert.equal(readFileSync(join(workspace.path, path), 'utf8'), path);
    }
    // Not named, named not to, and named but not ignored.
    for (const path of ['other.tmp', 'src/.env', 'notes']) assert.equal(existsSync(join(workspace.path, path)), false, path);
    assert.equal(readFileSync(join(workspace.path, 'README.md'), 'utf8'), 'hello\n');
    if (kind === 'git') assert.equal(git(workspace.path, 'status', '--porcelain'), '');
    else assert.equal(jj(workspace.path, 'diff', '--summary'), '');
  });
}

checkIn('git', 'it goes with `include`, and nothing is copied twice', async ({ source, manager, request }) => {
  writeFile(join(source, '.worktreeinclude'), 'ignored/\n');
  writeFile(join(source, 'ignored/a'), 'a');
  writeFile(join(source, 'x.tmp'), 'x');
  const { workspace, warnings } = await manager().ensure(request({ include: ['ignored/a', 'x.tmp'] }));
  assert.deepEqual(warnings, [
    `${source} has 1 changed file that is not committed; the workspace starts from the last commit without it`,
  ]);
  assert.deepEqual([existsSync(join(workspace.path, 'ignored/a')), existsSync(join(workspace.path, 'x.tmp'))], [true, true]);
});

checkIn('git', 'a folder that the base has in part is completed, and nothing in it overwritten', async (sandbox) => {
  const { source, manager, request } = sandbox;
  writeFile(join(source, '.worktreeinclude'), 'part/\n');
  writeFile(join(source, 'part/tracked'), 'base\n');
  commitAll(source);
  writeFile(join(source, '.gitignore'), 'part/\n');
  commitAll(source);
  writeFile(join(source, 'part/tracked'), 'changed\n');
  writeFile(join(source, 'part/extra'), 'extra\n');
  const { workspace } = await manager().ensure(request({ base: 'HEAD' }));
  assert.equal(readFileSync(join(workspace.path, 'part/tracked'), 'utf8'), 'base\n');
  assert.equal(readFileSync(join(workspace.path, 'part/extra'), 'utf8'), 'extra\n');
});

checkIn('git', 'patterns that lead out of the repository mean nothing', async ({ folder, source, manager, request }) => {
  writeFile(join(folder, 'outside'), 'secret');
  writeFile(join(source, '.worktreeinclude'), '../outside\n/etc/passwd\n..\n../\n/\n~/.ssh\n.git\n.git/config\n**/../outside\n');
  const { workspace, warnings } = await manager().ensure(request({ base: 'HEAD' }));
  assert.deepEqual(warnings, []);
  assert.deepEqual(readdirSync(workspace.path).sort(), ['.git', '.gitignore', 'README.md', 'elsewhere', 'src']);
  assert.ok(lstatSync(join(workspace.path, '.git')).isFile(), 'its own, not that of the checkout');
});

checkIn('jj-git', 'what version control keeps for itself stays where it is', async ({ source, manager, request }) => {
  writeFile(join(source, '.worktreeinclude'), '*\n.*\n');
  writeFile(join(source, '.env'), 'x');
  const { workspace } = await manager().ensure(request());
  assert.equal(readFileSync(join(workspace.path, '.env'), 'utf8'), 'x');
  assert.notEqual(lstatSync(join(source, '.jj')).ino, lstatSync(join(workspace.path, '.jj')).ino);
  assert.equal(jj(workspace.path, 'root'), workspace.path);
});

checkIn('git', 'a link comes along as a link, and nothing is read through one', async ({ folder, source, manager, request }) => {
  writeFile(join(folder, 'outside/.env'), 'secret');
  symlinkSync(join(folder, 'outside'), join(source, 'ignored'));
  symlinkSync(join(folder, 'outside/.env'), join(source, '.env'));
  writeFile(join(source, '.gitignore'), 'ignored\n.env\n');
  commitAll(source);
  writeFile(join(source, '.worktreeinclude'), 'ignored\n.env\n');
  const { workspace } = await manager().ensure(request({ base: 'HEAD' }));
  assert.equal(readlinkSync(join(workspace.path, 'ignored')), join(folder, 'outside'));
  assert.equal(readlinkSync(join(workspace.path, '.env')), join(folder, 'outside/.env'));
});

checkIn('git', 'nothing is written through a link that the base has', async ({ folder, source, manager, request }) => {
  mkdirSync(join(folder, 'outside'));
  writeFile(join(source, '.gitignore'), '*.tmp\n');
  symlinkSync(join(folder, 'outside'), join(source, 'out'));
  commitAll(source);
  rmSync(join(source, 'out'));
  writeFile(join(source, 'out/file.tmp'), 'x');
  writeFile(join(source, '.worktreeinclude'), '*.tmp\n');
  await assert.rejects(manager().ensure(request({ base: 'HEAD' })), { name: 'UserError', code: 'workspace-include-invalid' });
  assert.deepEqual(readdirSync(join(folder, 'outside')), []);
});

checkIn('git', 'one that is a link itself is not read, and that is told', async ({ folder, source, manager, request }) => {
  writeFile(join(folder, 'list'), '.env\n');
  writeFile(join(source, '.env'), 'x');
  symlinkSync(join(folder, 'list'), join(source, '.worktreeinclude'));
  const { workspace, warnings } = await manager().ensure(request({ base: 'HEAD' }));
  assert.match(warnings[0] ?? '', /\.worktreeinclude is a link or no file, and is not read/);
  assert.equal(existsSync(join(workspace.path, '.env')), false);
});

checkIn('git', 'thousands of files are found', async ({ source, manager, request }) => {
  mkdirSync(join(source, 'src/many'));
  writeFileSync(join(source, 'src/many/README'), 'x');
  commitAll(source);
  for (let i = 0; i < 3000; i++) writeFileSync(join(source, 'src/many', `${'long'.repeat(20)}-${i}.tmp`), '');
  writeFile(join(source, '.worktreeinclude'), '*.tmp\n');
  const { workspace } = await manager().ensure(request({ base: 'HEAD' }));
  assert.equal(readdirSync(join(workspace.path, 'src/many')).length, 3001);
});
