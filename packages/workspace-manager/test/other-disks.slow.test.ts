// Workspaces on another file system than the repository, on one that nobody may write to, and on one that fills up.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { smallDisk } from '@workflow-platform/testkit';

import { KINDS, entriesOf, jj, makeSandbox, missingFor, namespaces, registered, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

for (const kind of KINDS) {
  const check = (title: string, body: (sandbox: Sandbox, t: TestContext) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, (t) => body(makeSandbox(kind), t));
  };

  check('a root on another disk than the repository is as good as any', async (sandbox, t) => {
    const disk = smallDisk(t, 8_000_000);
    if (disk === null) return;
    const { source, manager, request } = sandbox;
    const workspaces = manager({ root: join(disk.path, 'root') });
    writeFile(join(source, '.env'), 'SECRET=1\n');
    const { workspace } = await workspaces.ensure(request({ include: ['.env'] }));
    assert.notEqual(statSync(workspace.path).dev, statSync(source).dev);
    assert.equal(readFileSync(join(workspace.path, '.env'), 'utf8'), 'SECRET=1\n');
    writeFile(join(workspace.path, 'new/file'), 'x');
    assert.equal((await workspaces.ensure(request())).reused, true);
    await workspaces.remove(workspace);
    assert.deepEqual([placesIn(join(disk.path, 'root')), registered(kind, source)], [['.state'], []]);
  });

  check('a root on a disk that cannot be written to is told by name, and what is there stays', async (sandbox, t) => {
    const disk = smallDisk(t, 8_000_000);
    if (disk === null) return;
    const { source, manager, request } = sandbox;
    const root = join(disk.path, 'root');
    const workspaces = manager({ root });
    const { workspace } = await workspaces.ensure(request());
    await workspaces.release(workspace, 'done');
    disk.makeReadOnly();
    const isTold = {
      name: 'UserError',
      code: 'workspaces-root-not-writable',
      message: new RegExp(disk.path),
      hint: /AI_WORKSPACES_ROOT/,
    };
    for (const id of ['w1', 'w2']) await assert.rejects(manager({ root }).ensure(request({ id })), isTold);
    await assert.rejects(manager({ root: join(disk.path, 'other') }).ensure(request()), isTold);
    await assert.rejects(workspaces.remove(workspace), isTold);
    assert.ok(existsSync(join(workspace.path, 'README.md')));
    assert.equal(registered(kind, source).length, kind === 'copy' ? 0 : 1);
  });

  check('a disk that is full when a workspace goes loses no edit, and with room it goes', async (sandbox, t) => {
    const disk = smallDisk(t, 8_000_000);
    if (disk === null) return;
    const { source, manager, request } = sandbox;
    const root = join(disk.path, 'root');
    const workspaces = manager({ root });
    const { workspace } = await workspaces.ensure(request());
    writeFileSync(join(workspace.path, 'result'), 'x');
    disk.fill();
    // What is there to be recorded lies in the repository; a full disk of workspaces may be in the way or not.
    await workspaces.remove(workspace).catch(() => assert.ok(existsSync(join(workspace.path, 'result'))));
    disk.empty();
    await manager({ root }).remove(workspace);
    assert.deepEqual([placesIn(root), registered(kind, source)], [['.state'], []]);
    if (!kind.startsWith('jj')) return;
    const files = jj(source, '--ignore-working-copy', 'diff', '--name-only', '-r', 'description(substring:"workspace w1")');
    assert.equal(files, 'result');
  });
}

/** What is left beside what is kept on purpose. */
function placesIn(root: string): string[] {
  return namespaces(root).flatMap((namespace) => entriesOf(namespace).filter((name) => name !== '.saved'));
}
