// What every provider must do, on the real thing.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { smallDisk, withoutPrivileges } from '@workflow-platform/testkit';
import { namespaceOf } from '@workflow-platform/workspace-manager';

import {
  KINDS,
  commitAll,
  entriesOf,
  jj,
  makeSandbox,
  missingFor,
  namespaces,
  providerOf,
  registered,
  writeFile,
} from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

for (const kind of KINDS) {
  const skip = missingFor(kind);
  const ours = { name: 'UserError', code: 'workspace-foreign' };
  const check = (title: string, body: (sandbox: Sandbox) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip }, () => body(makeSandbox(kind)));
  };

  check(
    'a workspace has the files of its source, with modes and links as they are',
    async ({ source, root, manager, request }) => {
      const { workspace, reused, warnings } = await manager().ensure(request());
      assert.deepEqual([reused, warnings], [false, []]);
      assert.equal(workspace.path, join(root, namespaceOf(source), 'w1'));
      assert.deepEqual([workspace.id, workspace.from, workspace.provider], ['w1', source, providerOf(kind)]);
      assert.equal(readFileSync(join(workspace.path, 'src/a b.txt'), 'utf8'), 'one\n');
      assert.equal(statSync(join(workspace.path, 'src/deep/run.sh')).mode & 0o111, 0o111);
      assert.equal(readlinkSync(join(workspace.path, 'src/link')), '../README.md');
      assert.equal(statSync(workspace.path).mode & 0o777, 0o700);
    },
  );

  check('what happens in the workspace stays out of the source', async ({ source, manager, request }) => {
    const { workspace } = await manager().ensure(request());
    writeFileSync(join(workspace.path, 'README.md'), 'changed');
    rmSync(join(workspace.path, 'src'), { recursive: true });
    assert.equal(readFileSync(join(source, 'README.md'), 'utf8'), 'hello\n');
    assert.ok(existsSync(join(source, 'src/a b.txt')));
  });

  check('removing it leaves nothing, and may be repeated', async ({ source, manager, request, leftovers }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'new/file'), 'x');
    await workspaces.remove(workspace);
    assert.deepEqual(leftovers(), ['.state']);
    await workspaces.remove(workspace);
    assert.deepEqual(leftovers(), ['.state']);
    assert.deepEqual(registered(kind, source), []);
  });

  check('the same run finds its workspace again as it left it, in another process too', async ({ manager, request }) => {
    const first = manager();
    const { workspace, env } = await first.ensure(request());
    writeFileSync(join(workspace.path, 'mine'), 'kept');
    const again = { workspace, reused: true, env, prepared: [], warnings: [] };
    assert.deepEqual(await first.ensure(request()), again);
    await first.release(workspace, 'done');
    assert.deepEqual(await manager().ensure(request()), again);
    assert.equal(readFileSync(join(workspace.path, 'mine'), 'utf8'), 'kept');
  });

  check('a second run is refused while the first has the workspace, and gets it afterwards', async ({ manager, request }) => {
    const [first, second] = [manager(), manager()];
    const { workspace } = await first.ensure(request());
    const isTold = {
      name: 'UserError',
      code: 'workspace-busy',
      message: new RegExp(`\`w1\` is in use by run r1 \\(process ${process.pid} `),
    };
    await assert.rejects(second.ensure(request({ runId: 'r2' })), isTold);
    await assert.rejects(first.ensure(request({ runId: 'r2' })), { code: 'workspace-busy', message: /run r1/ });
    await assert.rejects(second.remove(workspace), isTold);
    await first.release(workspace, 'done');
    assert.equal((await second.ensure(request({ runId: 'r2' }))).reused, true);
  });

  check('asked twice at once by one run, it is made once', async ({ manager, request }) => {
    const workspaces = manager();
    const answers = await Promise.all([workspaces.ensure(request()), workspaces.ensure(request())]);
    assert.deepEqual(
      answers.map(({ reused }) => reused),
      [false, true],
    );
  });

  check('asked at once by two runs, one has it and the other is told', async ({ manager, request }) => {
    const answers = await Promise.allSettled([manager().ensure(request()), manager().ensure(request({ runId: 'r2' }))]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    const refused = answers.find((answer) => answer.status === 'rejected');
    assert.equal(refused?.reason.code, 'workspace-busy');
  });

  check('twenty at once all come to be, while files of the source change', async ({ source, manager, request }) => {
    const workspaces = manager();
    const ids = Array.from({ length: 20 }, (_, i) => `w${i}`);
    const made = ids.map((id, i) => {
      writeFileSync(join(source, 'README.md'), `hello ${i}\n`);
      return workspaces.ensure(request({ id, runId: `r${i}` }));
    });
    for (const { workspace } of await Promise.all(made)) assert.ok(existsSync(join(workspace.path, 'src/deep/run.sh')));
    if (kind !== 'copy') assert.equal(registered(kind, source).length, 20);
    await Promise.all((await Promise.all(made)).map(({ workspace }) => workspaces.remove(workspace)));
    assert.deepEqual(registered(kind, source), []);
  });

  check(
    'a folder in its place that is not ours is neither used nor removed',
    async ({ source, root, manager, request, leftovers }) => {
      const path = join(root, namespaceOf(source), 'w1');
      writeFile(join(path, 'precious'), 'x');
      await assert.rejects(manager().ensure(request()), { ...ours, message: new RegExp(path) });
      const workspace = { id: 'w1', path, provider: providerOf(kind), from: source, base: null, why: '' };
      await assert.rejects(manager().remove(workspace), ours);
      assert.deepEqual(leftovers(), ['.state', 'w1', 'w1/precious'], 'no lock or record is left either');
    },
  );

  check(
    'a folder that comes into its place while it is being made is not touched',
    async ({ source, root, manager, request }) => {
      const path = join(root, namespaceOf(source), 'w1');
      const workspaces = manager({
        onCheckpoint: (checkpoint) => {
          if (checkpoint === 'creating-recorded') writeFile(join(path, 'precious'), 'x');
        },
      });
      await assert.rejects(workspaces.ensure(request()), ours);
      assert.deepEqual(entriesOf(join(root, namespaceOf(source)), { recursive: true }), ['.state', 'w1', 'w1/precious']);
    },
  );

  check('a folder that took the place of ours is neither used nor removed', async ({ manager, request }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    renameSync(workspace.path, `${workspace.path}-away`);
    writeFile(join(workspace.path, 'precious'), 'x');
    await assert.rejects(workspaces.ensure(request()), ours);
    await assert.rejects(workspaces.remove(workspace), ours);
    assert.equal(readFileSync(join(workspace.path, 'precious'), 'utf8'), 'x');
  });

  check('a link that took the place of ours is not followed', async ({ folder, manager, request }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(folder, 'target/precious'), 'x');
    renameSync(workspace.path, `${workspace.path}-away`);
    symlinkSync(join(folder, 'target'), workspace.path);
    await assert.rejects(workspaces.remove(workspace), ours);
    await assert.rejects(workspaces.ensure(request()), ours);
    assert.ok(existsSync(join(folder, 'target/precious')));
  });

  check('a workspace deleted by hand is forgotten and made anew', async ({ source, manager, request, leftovers }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    rmSync(workspace.path, { recursive: true });
    const again = await workspaces.ensure(request());
    assert.deepEqual([again.reused, again.workspace], [false, workspace]);
    assert.ok(existsSync(join(workspace.path, 'README.md')));
    rmSync(workspace.path, { recursive: true });
    await workspaces.remove(workspace);
    assert.deepEqual(leftovers(), ['.state']);
    assert.deepEqual(registered(kind, source), []);
  });

  check('removing follows no link', async ({ folder, manager, request, leftovers }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(folder, 'outside/precious'), 'x');
    symlinkSync(join(folder, 'outside'), join(workspace.path, 'to-folder'));
    symlinkSync(join(folder, 'outside/precious'), join(workspace.path, 'to-file'));
    await workspaces.remove(workspace);
    assert.deepEqual(leftovers(), ['.state']);
    assert.equal(readFileSync(join(folder, 'outside/precious'), 'utf8'), 'x');
  });

  check('a namespace that is a link is refused', async ({ folder, source, root, manager, request }) => {
    mkdirSync(join(folder, 'target'));
    mkdirSync(root);
    symlinkSync(join(folder, 'target'), join(root, namespaceOf(source)));
    await assert.rejects(manager().ensure(request()), ours);
    assert.deepEqual(readdirSync(join(folder, 'target')), []);
  });

  check('a root that is a link is the user’s choice', async ({ folder, root, manager, request }) => {
    mkdirSync(join(folder, 'big disk'));
    symlinkSync(join(folder, 'big disk'), root);
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    assert.ok(workspace.path.startsWith(join(folder, 'big disk')));
    await workspaces.remove(workspace);
  });

  check('a workspace of another root is not removed', async ({ folder, manager, request }) => {
    const { workspace } = await manager().ensure(request());
    const other = manager({ root: join(folder, 'other') });
    await assert.rejects(other.remove(workspace), { name: 'UserError', code: 'workspace-elsewhere' });
    assert.ok(existsSync(workspace.path));
  });

  check('a root that cannot be is told by name', async ({ folder, manager, request }) => {
    writeFileSync(join(folder, 'file'), '');
    const root = join(folder, 'file', 'root');
    await assert.rejects(manager({ root }).ensure(request()), {
      name: 'UserError',
      code: 'workspaces-root-not-writable',
      message: new RegExp(root),
    });
  });

  check('a record that says nothing makes nobody touch the folder', async ({ source, root, manager, request }) => {
    const { workspace } = await manager({ acquireLock: () => ({ release() {} }) }).ensure(request());
    writeFileSync(join(root, namespaceOf(source), '.state/w1.json'), '{"version":');
    await assert.rejects(manager().ensure(request()), ours);
    await assert.rejects(manager().remove(workspace), ours);
    assert.ok(existsSync(join(workspace.path, 'README.md')));
  });

  for (const id of [
    '',
    '.',
    '..',
    'a/b',
    '-x',
    '.x',
    'a..b',
    'a.',
    'a.lock',
    'default',
    'é',
    'a b',
    'a\n',
    'a\0',
    'x'.repeat(65),
  ]) {
    check(`the id ${JSON.stringify(id).slice(0, 20)} is refused before anything is made`, async ({ root, manager, request }) => {
      await assert.rejects(manager().ensure(request({ id })), { name: 'UserError', code: 'workspace-id-invalid', exitCode: 2 });
      assert.equal(existsSync(root), false);
    });
  }

  test(
    `${kind}: an id that differs from another in its case alone is refused where the disk does not tell them apart`,
    { skip },
    async (t) => {
      const { folder, source, manager, request } = makeSandbox(kind);
      if (!existsSync(join(folder, 'THE SOURCE'))) return t.skip('needs a disk on which `A` and `a` are one name');
      const workspaces = manager();
      const { workspace } = await workspaces.ensure(request());
      await assert.rejects(workspaces.ensure(request({ id: 'W1' })), ours);
      await assert.rejects(workspaces.remove({ ...workspace, id: 'W1', path: join(workspace.path, '../W1') }), ours);
      assert.ok(existsSync(join(workspace.path, 'README.md')) && existsSync(source));
    },
  );

  check('a place to start from that is not there is told by name', async ({ folder, manager, request }) => {
    for (const from of [join(folder, 'none'), join(folder, 'the source', 'README.md')]) {
      await assert.rejects(manager().ensure(request({ from })), { name: 'UserError', code: 'source-not-found', exitCode: 3 });
    }
  });

  test(`${kind}: a workspace can be removed by its owner though its folders refuse writing`, { skip }, async () => {
    const { folder, root, manager, request, leftovers } = makeSandbox(kind);
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFile(join(workspace.path, 'cache/module/file'), 'x');
    execFileSync('chmod', ['-R', 'a-w', join(workspace.path, 'cache')]);
    await workspaces.release(workspace, 'done');
    if (process.geteuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', folder]);
    await withoutPrivileges(folder, () => manager({ root }).remove(workspace));
    assert.deepEqual(leftovers(), ['.state']);
  });

  test(`${kind}: a root without permission to write is told by name`, { skip }, async () => {
    const { folder, root, manager, request } = makeSandbox(kind);
    mkdirSync(root, { mode: 0o755 });
    if (process.geteuid?.() === 0) execFileSync('chown', ['-R', '65534:65534', folder]);
    execFileSync('chmod', ['a-w', root]);
    await withoutPrivileges(folder, () =>
      assert.rejects(manager().ensure(request()), { name: 'UserError', code: 'workspaces-root-not-writable' }),
    );
  });

  test(`${kind}: a disk that fills up is told, and nothing half-made stays`, { skip }, async (t) => {
    const disk = smallDisk(t, 3_000_000);
    if (disk === null) return;
    const sandbox = makeSandbox(kind);
    for (let i = 0; i < 8; i++) writeFileSync(join(sandbox.source, `large-${i}.bin`), Buffer.alloc(700_000, i));
    if (kind === 'git') commitAll(sandbox.source);
    if (kind.startsWith('jj')) jj(sandbox.source, 'commit', '--message', 'large');
    const root = join(disk.path, 'root');
    const workspaces = sandbox.manager({ root });
    await assert.rejects(workspaces.ensure(sandbox.request()), { name: 'UserError', code: 'disk-full' });
    assert.deepEqual(
      namespaces(root).flatMap((namespace) => entriesOf(namespace, { recursive: true })),
      ['.state'],
    );
    assert.deepEqual(registered(kind, sandbox.source), []);
  });
}
