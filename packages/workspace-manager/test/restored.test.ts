// A run that is taken up again when its workspace is gone finds its work again. The same promises for every provider.

import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { acquireLock, lockHolder } from '@workflow-platform/journal';
import { cleanWorkspace, diffWork, findWork, findWorkspaceHome, listAll } from '@workflow-platform/workspace-manager';

import { KINDS, commitAll, git, jj, makeSandbox, missingFor, writeFile } from './sandbox.ts';
import type { Kind, Sandbox } from './sandbox.ts';

type Ensured = Awaited<ReturnType<ReturnType<Sandbox['manager']>['ensure']>>;
type Given = Ensured['workspace'];

function check(kind: Kind, title: string, body: (sandbox: Sandbox) => Promise<void>): void {
  test(`${kind}: ${title}`, { skip: missingFor(kind) }, () => body(makeSandbox(kind)));
}

function keptOf({ source, root }: Sandbox): readonly { readonly name: string }[] {
  const env = { ...process.env, AI_WORKSPACES_ROOT: root };
  const home = findWorkspaceHome({ cwd: source, env, acquireLock, lockHolder, nowMs: Date.now, say: () => {} });
  return listAll(home).flatMap(({ kept }) => kept);
}

async function pathsIn(workspace: Given, runId = 'r1'): Promise<string[]> {
  const { work } = await findWork({ workspace, runId });
  assert.ok(work !== null, 'there is work');
  const { files } = await diffWork(work, { form: 'patch', colour: false });
  return files.map(({ path }) => path).sort();
}

function read({ path }: Given, name: string): string {
  return readFileSync(join(path, name), 'utf8');
}

for (const kind of KINDS) {
  check(kind, 'edits, new files and deletions are there again, and all of the run is one work', async (sandbox) => {
    const { manager, request, source } = sandbox;
    const workspaces = manager();
    const first = await workspaces.ensure(request());
    writeFile(join(first.workspace.path, 'README.md'), 'changed\n');
    writeFile(join(first.workspace.path, 'new.txt'), 'new\n');
    rmSync(join(first.workspace.path, 'src/a b.txt'));
    const saved = await workspaces.remove(first.workspace, 'done');
    assert.ok(saved !== null);

    const again = await workspaces.ensure(request());
    assert.deepEqual([again.reused, again.restored, again.warnings], [false, saved, []]);
    assert.equal(read(again.workspace, 'README.md'), 'changed\n');
    assert.equal(read(again.workspace, 'new.txt'), 'new\n');
    assert.equal(existsSync(join(again.workspace.path, 'src/a b.txt')), false);
    if (kind === 'git') {
      assert.equal(
        git(again.workspace.path, 'status', '--porcelain'),
        'M README.md\n D "src/a b.txt"\n?? new.txt'.replace(/^M/, ' M').trim(),
      );
    }
    writeFile(join(again.workspace.path, 'later.txt'), 'later\n');
    if (kind === 'jj' || kind === 'jj-git') jj(again.workspace.path, 'status');
    assert.deepEqual(await pathsIn(again.workspace), ['README.md', 'later.txt', 'new.txt', 'src/a b.txt']);
    await workspaces.remove(again.workspace, 'done');
    assert.equal(keptOf(sandbox).length, 1, 'what it began with is part of what is kept now');
    assert.deepEqual(await pathsIn(again.workspace), ['README.md', 'later.txt', 'new.txt', 'src/a b.txt']);
    assert.equal(readFileSync(join(source, 'README.md'), 'utf8').includes('changed'), false, 'the checkout is nobody’s');
  });

  check(kind, 'a third time, and after a removal without anything new, it is still all there, once', async (sandbox) => {
    const { manager, request } = sandbox;
    const workspaces = manager();
    const names = ['one', 'two', 'three'];
    for (const [index, name] of names.entries()) {
      const { workspace } = await workspaces.ensure(request());
      for (const before of names.slice(0, index)) assert.equal(read(workspace, before), `${before}\n`);
      writeFile(join(workspace.path, name), `${name}\n`);
      await workspaces.remove(workspace, 'done');
      const idle = await workspaces.ensure(request());
      await workspaces.remove(idle.workspace, 'done');
    }
    const { workspace } = await workspaces.ensure(request());
    for (const name of names) assert.equal(read(workspace, name), `${name}\n`);
    assert.deepEqual(await pathsIn(workspace), names.toSorted());
    assert.equal(keptOf(sandbox).length, 1);
  });

  check(kind, 'another run of the same name begins without it', async ({ manager, request }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'of-r1'), 'x\n');
    await workspaces.remove(workspace, 'done');
    const other = await workspaces.ensure(request({ runId: 'r2' }));
    assert.deepEqual([other.restored, existsSync(join(other.workspace.path, 'of-r1'))], [undefined, false]);
    writeFile(join(other.workspace.path, 'of-r2'), 'x\n');
    await workspaces.remove(other.workspace, 'done');
    const back = await workspaces.ensure(request());
    assert.deepEqual(
      ['of-r1', 'of-r2'].map((name) => existsSync(join(back.workspace.path, name))),
      [true, false],
    );
  });

  check(kind, 'work that somebody threw away does not come back', async (sandbox) => {
    const { manager, request, source, root } = sandbox;
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'x'), 'x\n');
    await workspaces.remove(workspace, 'done');
    const env = { ...process.env, AI_WORKSPACES_ROOT: root };
    const home = findWorkspaceHome({ cwd: source, env, acquireLock, lockHolder, nowMs: Date.now, say: () => {} });
    assert.equal((await cleanWorkspace(home, 'w1', { discard: true })).discarded, 1);
    const again = await workspaces.ensure(request());
    assert.deepEqual([again.restored, existsSync(join(again.workspace.path, 'x'))], [undefined, false]);
  });
}

for (const kind of ['git', 'jj', 'jj-git'] as const) {
  check(kind, 'commits that the run had made are below what it had not committed', async ({ manager, request, source }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'committed'), 'x\n');
    if (kind === 'git') commitAll(workspace.path, 'of the run');
    else jj(workspace.path, 'commit', '--message=of the run');
    writeFile(join(workspace.path, 'edited'), 'y\n');
    await workspaces.remove(workspace, 'done');
    const again = (await workspaces.ensure(request())).workspace;
    assert.deepEqual([read(again, 'committed'), read(again, 'edited')], ['x\n', 'y\n']);
    if (kind === 'git') {
      assert.equal(git(again.path, 'log', '-1', '--format=%s'), 'of the run');
      assert.equal(git(again.path, 'status', '--porcelain'), '?? edited');
    } else
      assert.equal(
        jj(source, 'log', '--no-graph', '--revisions=description(exact:"of the run\n")', '--template=commit_id').length,
        40,
      );
    assert.deepEqual(await pathsIn(again), ['committed', 'edited']);
  });
}

for (const kind of ['jj', 'jj-git'] as const) {
  check(kind, 'a change that was abandoned is gone, and the run is told so', async ({ manager, request, source }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'x'), 'x\n');
    const saved = await workspaces.remove(workspace, 'done');
    jj(source, 'abandon', saved?.name ?? '');
    const again = await workspaces.ensure(request());
    assert.equal(again.restored, undefined);
    assert.match(again.warnings[0] ?? '', /is there no more: its workspace begins without it/);
  });

  check(
    kind,
    'a change that was rebased elsewhere comes back on the old base, and stays where it is',
    async ({ manager, request, source }) => {
      const workspaces = manager();
      const { workspace } = await workspaces.ensure(request());
      writeFile(join(workspace.path, 'x'), 'x\n');
      const saved = await workspaces.remove(workspace, 'done');
      jj(source, 'commit', '--message=more');
      jj(source, 'new', '--message=elsewhere');
      jj(source, 'rebase', '--revisions', saved?.name ?? '', '--destination', '@');
      const again = await workspaces.ensure(request());
      assert.match(again.warnings[0] ?? '', /was taken elsewhere/);
      assert.deepEqual([read(again.workspace, 'x'), read(again.workspace, 'src/a b.txt')], ['x\n', 'one\n']);
      assert.deepEqual(await pathsIn(again.workspace), ['x']);
      assert.equal(
        jj(source, 'log', '--no-graph', `--revisions=${saved?.name}-`, '--template=description.first_line()'),
        'elsewhere',
      );
    },
  );
}

test('git: a commit that git has collected is gone, and the run is told so', async () => {
  const { manager, request, source } = makeSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  writeFile(join(workspace.path, 'x'), 'x\n');
  const saved = await workspaces.remove(workspace, 'done');
  git(source, 'update-ref', '-d', saved?.name ?? '');
  git(source, 'gc', '--quiet', '--prune=now');
  const again = await workspaces.ensure(request());
  assert.equal(again.restored, undefined);
  assert.match(again.warnings[0] ?? '', /is there no more/);
});

test('copy: where the source was changed since, the run’s version wins in its workspace, and that is told', async () => {
  const { manager, request, source } = makeSandbox('copy');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  writeFile(join(workspace.path, 'README.md'), 'of the run\n');
  await workspaces.remove(workspace, 'done');
  writeFile(join(source, 'README.md'), 'of somebody\n');
  const again = await workspaces.ensure(request());
  assert.match(again.warnings[0] ?? '', /changed in .* since the run began; its workspace has the run's version: `README\.md`/);
  assert.equal(read(again.workspace, 'README.md'), 'of the run\n');
  assert.equal(readFileSync(join(source, 'README.md'), 'utf8'), 'of somebody\n');
  assert.ok(lstatSync(join(again.workspace.path, 'README.md')).isFile());
});
