// What can lie in a tree besides files, at making, recording and removing a workspace.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { makeImmutable, mountInside } from '@workflow-platform/testkit';

import { KINDS, commitAll, git, jj, makeSandbox, missingFor, registered, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

for (const kind of KINDS) {
  const check = (title: string, body: (sandbox: Sandbox, t: TestContext) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, (t) => body(makeSandbox(kind), t));
  };

  check('a file that cannot be deleted is told by name, and removing goes on when it can be', async (sandbox, t) => {
    const { root, source, manager, request, leftovers } = sandbox;
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'kept/stubborn'), 'x');
    const undo = makeImmutable(t, { path: join(workspace.path, 'kept/stubborn'), within: root });
    if (undo === null) return;
    const isTold = { name: 'UserError', code: 'workspace-not-removed', message: /stubborn/ };
    await assert.rejects(workspaces.remove(workspace), isTold);
    assert.equal(existsSync(workspace.path), false, 'nobody sees a half-deleted workspace under its name');
    await workspaces.remove((await workspaces.ensure(request())).workspace).catch(() => {});
    undo();
    await workspaces.remove(workspace);
    assert.deepEqual([leftovers(), registered(kind, source)], [['.state'], []]);
  });

  check(
    'nothing is deleted while something is mounted inside, and the mount is named',
    async ({ folder, manager, request, leftovers }, t) => {
      const workspaces = manager();
      const { workspace } = await workspaces.ensure(request());
      writeFile(join(folder, 'outside/precious'), 'x');
      const at = join(workspace.path, 'src/mount here');
      mkdirSync(at);
      const unmount = mountInside(t, { from: join(folder, 'outside'), at });
      if (unmount === null) return;
      await assert.rejects(workspaces.remove(workspace), {
        name: 'UserError',
        code: 'workspace-has-mount',
        message: new RegExp(at),
      });
      assert.ok(existsSync(join(at, 'precious')) && existsSync(join(workspace.path, 'README.md')));
      unmount();
      await workspaces.remove(workspace);
      assert.deepEqual([leftovers(), readFileSync(join(folder, 'outside/precious'), 'utf8')], [['.state'], 'x']);
    },
  );

  check('nor while something was mounted after its removal had begun', async ({ folder, manager, request, leftovers }, t) => {
    let unmount: (() => void) | null = null;
    writeFile(join(folder, 'outside/precious'), 'x');
    const workspaces = manager({
      onCheckpoint: (checkpoint) => {
        if (checkpoint !== 'tree-moved' || unmount !== null) return;
        const trash = readdirSync(join(workspace.path, '..')).find((name) => name.startsWith('.trash-')) ?? '';
        const at = join(workspace.path, '..', trash, 'at');
        mkdirSync(at);
        unmount = mountInside(t, { from: join(folder, 'outside'), at });
      },
    });
    const { workspace } = await workspaces.ensure(request());
    const removed = workspaces.remove(workspace);
    await removed.catch(() => {});
    if (unmount === null) return;
    await assert.rejects(removed, { name: 'UserError', code: 'workspace-has-mount' });
    // The name is free again; what lies aside is not touched meanwhile.
    await workspaces.ensure(request());
    assert.ok(existsSync(join(folder, 'outside/precious')));
    (unmount as () => void)();
    await workspaces.remove(workspace);
    assert.deepEqual([leftovers(), existsSync(join(folder, 'outside/precious'))], [['.state'], true]);
  });

  check('pipes, sockets, devices, large files and any name are recorded or left out, and go', async (sandbox) => {
    const { source, manager, request, leftovers } = sandbox;
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    const isJujutsu = kind === 'jj' || kind === 'jj-git';
    await makeOddEntries(workspace.path);
    makeNoText(workspace.path);
    assert.deepEqual(await workspaces.snapshot(workspace, { runId: 'r1', step: 's', workflow: 'w' }), []);
    assert.equal((await workspaces.ensure(request())).reused, true);
    if (isJujutsu) {
      const isKept = { name: 'UserError', code: 'workspace-edits-not-kept', message: /no UTF-8 \(.*n\\xFF\\xFE/ };
      await assert.rejects(workspaces.remove(workspace), isKept);
      assert.equal(readFileSync(noText(workspace.path), 'utf8'), 'no text');
      rmSync(noText(workspace.path));
    }
    await workspaces.remove(workspace);
    assert.deepEqual([leftovers(), registered(kind, source)], [['.state'], []]);
    if (!isJujutsu) return;
    const change = 'description(substring:"wf r1 s: w")';
    const template = 'diff.files().map(|file| json(file.path())).join(",")';
    const files = JSON.parse(
      `[${jj(source, '--ignore-working-copy', 'log', '--no-graph', '-r', change, '-T', template)}]`,
    ) as string[];
    assert.deepEqual(files.sort(), ['large', 'link to nowhere', 'name\nwith a line', 'x'.repeat(255)].sort());
  });

  check('they are no obstacle where a workspace is made from', async ({ source, manager, request }) => {
    await makeOddEntries(source);
    makeNoText(source);
    const { workspace } = await manager().ensure(request());
    assert.ok(existsSync(join(workspace.path, 'README.md')));
    if (kind !== 'copy') return;
    const [there, here] = [source, workspace.path].map((place) => readdirSync(place, { encoding: 'latin1' }).sort());
    assert.deepEqual(here, there);
    assert.ok(lstatSync(join(workspace.path, 'pipe')).isFIFO());
    assert.equal(readFileSync(noText(workspace.path), 'utf8'), 'no text');
  });

  check('a pipe in the place of a file that we read keeps nobody waiting', async ({ source, manager, request, leftovers }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    const places = ['.git', '.jj/repo', '.gitattributes', '.gitmodules'].map((name) => join(workspace.path, name));
    for (const place of places) pipeAt(place);
    // Git itself would wait there.
    if (kind === 'copy' || kind === 'jj') pipeAt(join(source, '.gitattributes'));
    if (kind === 'copy') assert.equal((await workspaces.ensure(request())).reused, true);
    else await assert.rejects(workspaces.ensure(request()), { name: 'UserError', code: 'workspace-broken' });
    await workspaces.ensure(request({ id: 'w2' }));
    await workspaces.ensure(request({ id: 'w3', from: workspace.path, provider: 'auto' }));
    // What cannot be recorded is not thrown away either.
    if (kind === 'copy') await workspaces.remove(workspace);
    else await assert.rejects(workspaces.remove(workspace), { name: 'UserError', code: 'workspace-edits-not-kept' });
    assert.equal(leftovers().includes('w1'), kind !== 'copy');
  });

  check('a repository inside the workspace is never lost with it', async ({ source, manager, request, leftovers, root }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'nested/file'), 'x');
    writeFile(join(workspace.path, 'ignored/cache/file'), 'x');
    for (const folder of ['nested', 'ignored/cache']) commitAll(join(workspace.path, folder));
    if (kind === 'copy') {
      const saved = await workspaces.remove(workspace);
      assert.equal(git(join(saved?.name ?? '', 'files/nested'), 'show', 'HEAD:file'), 'x');
      return;
    }
    const isTold = { name: 'UserError', code: 'workspace-nested-repository', message: /`nested`/ };
    await assert.rejects(workspaces.remove(workspace), isTold);
    assert.equal(readFileSync(join(workspace.path, 'nested/file'), 'utf8'), 'x');
    renameSync(join(workspace.path, 'nested'), join(root, '..', 'pushed'));
    await workspaces.remove(workspace);
    assert.deepEqual([leftovers(), registered(kind, source)], [['.state'], []]);
  });
}

test('git: submodules that a step checked out go with the workspace, and the repository’s own stay', async () => {
  const { folder, source, manager, request, leftovers } = makeSandbox('git');
  writeFile(join(folder, 'module/file'), 'x');
  commitAll(join(folder, 'module'));
  const local = ['-c', 'protocol.file.allow=always'];
  git(source, ...local, 'submodule', 'add', '--quiet', join(folder, 'module'), 'module');
  commitAll(source);
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  git(workspace.path, ...local, 'submodule', 'update', '--quiet', '--init');
  assert.ok(existsSync(join(workspace.path, 'module/file')));
  await workspaces.remove(workspace);
  assert.deepEqual([leftovers(), registered('git', source)], [['.state'], []]);
  assert.equal(git(join(source, 'module'), 'status', '--porcelain'), '');
});

test('git: files of Git LFS whose program is not there fail the making or are pointers, as git is set up', async () => {
  const { source, manager, request, leftovers } = makeSandbox('git');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
  writeFile(join(source, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  writeFile(join(source, 'x.bin'), pointer);
  commitAll(source);
  const { workspace, warnings } = await manager().ensure(request());
  assert.equal(readFileSync(join(workspace.path, 'x.bin'), 'utf8'), pointer);
  assert.match(warnings.join(), /only pointers/);
  git(source, 'config', 'filter.lfs.smudge', 'no-such-git-lfs smudge -- %f');
  git(source, 'config', 'filter.lfs.required', 'true');
  await assert.rejects(manager().ensure(request({ id: 'w2' })), {
    name: 'UserError',
    code: 'workspace-git-failed',
    hint: /install git-lfs/,
  });
  assert.deepEqual(registered('git', source), [workspace.path]);
  assert.equal(leftovers().includes('w2'), false);
});

/** A place whose name is no text. */
function noText(folder: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/n`), Buffer.from([0xff, 0xfe])]);
}

function makeNoText(folder: string): void {
  writeFileSync(noText(folder), 'no text');
}

async function makeOddEntries(folder: string): Promise<void> {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  // A path of a socket is short: it is bound from inside the folder.
  const script = "require('node:net').createServer().listen('socket', () => process.kill(process.pid, 'SIGKILL'))";
  try {
    execFileSync(process.execPath, ['-e', script], { cwd: folder, stdio: 'ignore' });
  } catch {
    // As it was told.
  }
  assert.ok(lstatSync(join(folder, 'socket')).isSocket());
  if (process.geteuid?.() === 0) {
    try {
      execFileSync('mknod', [join(folder, 'device'), 'c', '1', '5'], { stdio: 'ignore' });
    } catch {
      // Containers forbid it: then there is no device.
    }
  }
  symlinkSync('/no/such/place', join(folder, 'link to nowhere'));
  writeFileSync(join(folder, 'name\nwith a line'), 'x');
  writeFileSync(join(folder, 'x'.repeat(255)), 'x');
  writeFileSync(join(folder, 'large'), Buffer.alloc(3_000_000, 1));
  mkdirSync(join(folder, 'empty folder'));
}

function pipeAt(place: string): void {
  rmSync(place, { recursive: true, force: true });
  if (existsSync(join(place, '..'))) execFileSync('mkfifo', [place]);
}
