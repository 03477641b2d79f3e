// A step can write the settings of the repository that it works in. Nothing that they name may run because of us.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { plantPrograms } from '@workflow-platform/testkit';
import type { PlantedPrograms } from '@workflow-platform/testkit';

import { askGit } from '../src/git-program.ts';
import { KINDS, commitAll, git, makeSandbox, missingFor, registered, writeFile } from './sandbox.ts';
import type { Kind, Sandbox } from './sandbox.ts';

for (const kind of KINDS) {
  const check = (title: string, body: (sandbox: Sandbox, t: TestContext) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, (t) => body(repositoryOf(kind), t));
  };

  check('making, taking again, recording and removing start nothing that settings of the repository name', async (sandbox, t) => {
    const { folder, source, manager, request, leftovers } = sandbox;
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFileSync(join(workspace.path, 'by a step'), 'x');
    if (existsSync(join(workspace.path, '.git'))) commitAll(workspace.path, 'by a step');
    writeFileSync(join(workspace.path, 'not committed'), 'x');
    const planted = plantPrograms({ folder: join(folder, 'planted'), checkout: source });
    plantNested(workspace.path, planted, folder);
    looksChanged(source);
    isArmed(source, planted);
    const lookNormally = lookHereFirst(t, planted, [source, workspace.path, folder]);

    looksChanged(source);
    assert.equal((await workspaces.ensure(request())).reused, true);
    await workspaces.snapshot(workspace, { runId: 'r1', step: 's', workflow: 'w' });
    writeFile(join(source, '.env'), 'secret');
    writeFile(join(source, 'notes'), 'plain');
    const second = await workspaces.ensure(request({ id: 'w2', include: ['.env', 'notes'] }));
    const failed = kind === 'copy' ? [] : ['no-such-revision', '-x'];
    for (const base of failed)
      await assert.rejects(workspaces.ensure(request({ id: 'w3', base })), { code: 'workspace-base-not-found' });
    writeFile(join(second.workspace.path, 'src/deep/edit'), 'x');
    await workspaces.remove(second.workspace);
    if (kind !== 'copy') {
      await assert.rejects(workspaces.remove(workspace), { code: 'workspace-nested-repository' });
      renameSync(join(workspace.path, 'nested'), join(folder, 'nested'));
    }
    await workspaces.remove(workspace);
    lookNormally();
    assert.deepEqual(planted.started(), []);
    assert.deepEqual([leftovers(), registered(kind, source)], [['.state'], []]);
  });
}

test('content filters of the user count where files are compared, those of the repository do not', async (t) => {
  const { folder, source, manager, request } = repositoryOf('git');
  const home = join(folder, 'home');
  const before = process.env['GIT_CONFIG_GLOBAL'];
  t.after(() => {
    if (before === undefined) delete process.env['GIT_CONFIG_GLOBAL'];
    else process.env['GIT_CONFIG_GLOBAL'] = before;
  });
  process.env['GIT_CONFIG_GLOBAL'] = join(folder, 'gitconfig');
  mkdirSync(home);
  git(source, 'config', '--global', 'filter.upper.clean', 'tr a-z A-Z');
  git(source, 'config', '--global', 'filter.upper.smudge', 'tr A-Z a-z');
  writeFile(join(source, '.gitattributes'), '*.low filter=upper\n');
  writeFile(join(source, 'x.low'), 'small\n');
  commitAll(source);
  looksChanged(source, 'x.low');
  const first = await manager().ensure(request());
  assert.deepEqual(first.warnings, [], 'the same content, by the filter of the user');
  git(source, 'config', 'filter.upper.clean', 'cat');
  looksChanged(source, 'x.low');
  const second = await manager().ensure(request({ id: 'w2' }));
  assert.match(second.warnings.join(), /1 changed file/, 'without the filter git cannot tell');
});

test('settings that the repository takes in from other files, and names that hold a `=`, are seen as well', async () => {
  const { folder, source, manager, request } = repositoryOf('git');
  const ran = join(folder, 'ran');
  const program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\ntouch '${ran}'\ncat\n`, { mode: 0o755 });
  writeFile(join(source, '.git/info/attributes'), '* filter=a=b\n');
  writeFileSync(join(folder, 'more'), `[filter "a=b"]\n\tclean = ${program}\n\tsmudge = cat\n\trequired = true\n`);
  git(source, 'config', 'include.path', join(folder, 'more'));
  looksChanged(source);
  await manager().ensure(request());
  assert.equal(existsSync(ran), false);
  looksChanged(source);
  git(source, 'status');
  assert.equal(existsSync(ran), true, 'git would have started it');
});

test('what a partial clone lacks is not fetched to answer a question', async () => {
  const { folder, source } = repositoryOf('git');
  const ran = join(folder, 'ran');
  const blob = git(source, 'rev-parse', 'HEAD:README.md');
  git(source, 'config', 'remote.origin.url', source);
  git(source, 'config', 'remote.origin.promisor', 'true');
  git(source, 'config', 'remote.origin.uploadpack', `touch '${ran}'; false`);
  git(source, 'config', 'extensions.partialClone', 'origin');
  execFileSync('rm', ['-f', join(source, '.git/objects', blob.slice(0, 2), blob.slice(2))]);
  assert.notEqual((await askGit(source, ['cat-file', '-p', blob])).code, 0);
  assert.equal(existsSync(ran), false);
  spawnSync('git', ['cat-file', '-p', blob], { cwd: source });
  assert.equal(existsSync(ran), true, 'git would have started it');
});

/** A repository whose `copy` kind, too, is one: of git. */
function repositoryOf(kind: Kind): Sandbox {
  const sandbox = makeSandbox(kind);
  if (kind === 'copy') commitAll(sandbox.source);
  return sandbox;
}

/** A repository inside the workspace, as a submodule and by itself, whose own settings name programs. */
function plantNested(workspace: string, planted: PlantedPrograms, folder: string): void {
  const nested = join(workspace, 'nested');
  writeFile(join(nested, 'file'), 'x');
  commitAll(nested);
  plantPrograms({ folder: join(folder, 'planted'), checkout: nested });
  if (!existsSync(join(workspace, '.git'))) return;
  git(workspace, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', 'add', 'nested');
  planted.started();
}

/** Makes the test's own PATH begin with the current folder, and puts programs into folders that may be the current one. */
function lookHereFirst(t: TestContext, planted: PlantedPrograms, folders: readonly string[]): () => void {
  const path = process.env['PATH'] ?? '';
  const lookNormally = (): void => void (process.env['PATH'] = path);
  t.after(lookNormally);
  for (const folder of folders) planted.leaveIn(folder);
  process.env['PATH'] = ['.', '', path].join(delimiter);
  return lookNormally;
}

/** Makes git look into a file of the checkout. */
function looksChanged(checkout: string, name = 'README.md'): void {
  utimesSync(join(checkout, name), new Date(), new Date(Date.now() + Math.random() * 1e6));
}

/** The test would be empty if what was planted did nothing. */
function isArmed(source: string, planted: PlantedPrograms): void {
  if (existsSync(join(source, '.git'))) {
    spawnSync('git', ['status'], { cwd: source });
    const started = planted.started();
    for (const name of ['core.fsmonitor', 'filter.pla=nted.clean'])
      assert.ok(started.includes(name), `${name}: ${started.join()}`);
  }
  if (existsSync(join(source, '.jj'))) {
    writeFileSync(join(source, 'mine'), 'x');
    spawnSync('jj', ['--config=fsmonitor.backend=none', 'status'], { cwd: source });
    assert.ok(planted.started().includes('signing.backends.gpg.program'));
  }
}
