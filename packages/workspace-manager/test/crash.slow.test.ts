// What the next run finds after a crash at every stage of making and removing a workspace.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { namespaceOf } from '@workflow-platform/workspace-manager';
import type { Checkpoint } from '@workflow-platform/workspace-manager';

import type { DieAt } from './programs/die-at.ts';
import { KINDS, entriesOf, git, jj, makeSandbox, missingFor, providerOf, registered, trashIsGone, writeFile } from './sandbox.ts';
import type { Kind, Sandbox } from './sandbox.ts';
import { isAlive, slowCheckout } from './slow-programs.ts';

const DIE_AT = join(import.meta.dirname, 'programs', 'die-at.ts');
const MAKING: readonly Checkpoint[] = [
  'creating-recorded',
  'folder-made',
  'tree-built',
  'tree-named',
  'made-ready',
  'ready-recorded',
];
const REMOVING: readonly Checkpoint[] = ['removing-recorded', 'tree-moved', 'deregistered', 'gone-recorded', 'tree-deleted'];

function dieAt({ root, request }: Sandbox, checkpoint: Checkpoint): void {
  const options: DieAt = {
    root,
    checkpoint,
    request: request(),
    removes: REMOVING.includes(checkpoint) || checkpoint === 'work-kept' || checkpoint === 'work-replaced',
  };
  const { signal, stderr } = spawnSync(process.execPath, [DIE_AT, JSON.stringify(options)], { encoding: 'utf8' });
  assert.equal(signal, 'SIGKILL', stderr);
}

async function isWholeAndAlone({ source, root, manager, request, leftovers }: Sandbox, kind: Kind): Promise<void> {
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  await trashIsGone(join(root, namespaceOf(source)));
  assert.deepEqual(entriesOf(join(root, namespaceOf(source))), ['.state', 'w1']);
  assert.equal(readFileSync(join(workspace.path, 'src/a b.txt'), 'utf8'), 'one\n');
  if (kind === 'git' || kind === 'jj-git') {
    assert.equal(git(workspace.path, 'status', '--porcelain'), '');
  }
  if (kind === 'jj' || kind === 'jj-git') assert.equal(jj(workspace.path, 'diff', '--summary'), '');
  if (kind !== 'copy') assert.deepEqual(registered(kind, source), [workspace.path]);
  await workspaces.remove(workspace);
  assert.deepEqual(leftovers(), ['.state']);
  assert.deepEqual(registered(kind, source), []);
}

for (const kind of KINDS) {
  const skip = missingFor(kind);
  for (const checkpoint of [...MAKING, ...REMOVING]) {
    test(`${kind}: after a crash at ${checkpoint} the next run has a whole workspace`, async () => {
      const sandbox = makeSandbox(kind);
      dieAt(sandbox, checkpoint);
      await isWholeAndAlone(sandbox, kind);
    });

    test(`${kind}: after a crash at ${checkpoint} it can be removed`, { skip }, async () => {
      const sandbox = makeSandbox(kind);
      const { source, root, manager, leftovers } = sandbox;
      dieAt(sandbox, checkpoint);
      const path = join(root, namespaceOf(source), 'w1');
      await manager().remove({ id: 'w1', path, provider: providerOf(kind), from: source, base: null, why: '' });
      assert.deepEqual(leftovers(), ['.state']);
      assert.deepEqual(registered(kind, source), []);
    });
  }

  for (const checkpoint of [...MAKING, 'work-restored', ...REMOVING, 'work-kept', 'work-replaced'] as const) {
    test(
      `${kind}: after a crash at ${checkpoint} a run still has the work of its earlier workspace, once`,
      { skip },
      async () => {
        const sandbox = makeSandbox(kind);
        const { manager, request } = sandbox;
        const first = manager();
        const { workspace } = await first.ensure(request());
        writeFile(join(workspace.path, 'README.md'), 'changed\n');
        writeFile(join(workspace.path, 'new.txt'), 'new\n');
        await first.remove(workspace);
        dieAt(sandbox, checkpoint);
        const next = manager();
        const again = await next.ensure(request());
        assert.equal(readFileSync(join(again.workspace.path, 'README.md'), 'utf8'), 'changed\n');
        assert.equal(readFileSync(join(again.workspace.path, 'new.txt'), 'utf8'), 'new\n');
        await next.remove(again.workspace);
        const { source, root } = sandbox;
        const record = JSON.parse(readFileSync(join(root, namespaceOf(source), '.state/w1.json'), 'utf8')) as { kept: unknown[] };
        assert.equal(record.kept.length, 1);
        assert.deepEqual(registered(kind, source), []);
      },
    );
  }

  test(`${kind}: a finished workspace survives the crash of its run, with what was written into it`, async () => {
    const sandbox = makeSandbox(kind);
    dieAt(sandbox, 'ready-recorded');
    writeFile(join(sandbox.root, namespaceOf(sandbox.source), 'w1', 'result'), 'x');
    const { workspace, reused } = await sandbox.manager().ensure(sandbox.request());
    assert.equal(reused, true);
    assert.ok(existsSync(join(workspace.path, 'result')));
  });

  test(`${kind}: what came into the place of a workspace whose removal was interrupted is not touched`, { skip }, async () => {
    const sandbox = makeSandbox(kind);
    dieAt(sandbox, 'tree-moved');
    const path = join(sandbox.root, namespaceOf(sandbox.source), 'w1');
    writeFile(join(path, 'precious'), 'x');
    await assert.rejects(sandbox.manager().ensure(sandbox.request()), { name: 'UserError', code: 'workspace-foreign' });
    assert.deepEqual(sandbox.leftovers(), ['.state', 'w1', 'w1/precious']);
  });

  test(`${kind}: content that came into a half-made workspace's place by another hand is not touched`, { skip }, async () => {
    const sandbox = makeSandbox(kind);
    dieAt(sandbox, 'creating-recorded');
    const path = join(sandbox.root, namespaceOf(sandbox.source), 'w1');
    writeFile(join(path, 'precious'), 'x');
    await assert.rejects(sandbox.manager().ensure(sandbox.request()), { name: 'UserError', code: 'workspace-foreign' });
    assert.ok(existsSync(join(path, 'precious')));
  });
}

test('git that still fills the workspace of a dead run is ended before the workspace is taken back', async () => {
  const sandbox = makeSandbox('git');
  const { source, root, request } = sandbox;
  const slow = slowCheckout(sandbox);
  const options: DieAt = { root, checkpoint: 'tree-built', request: request(), removes: false };
  const run = spawn(process.execPath, [DIE_AT, JSON.stringify(options)], { stdio: 'ignore' });
  const filterPid = await slow.begun();
  run.kill('SIGKILL');
  await once(run, 'exit');
  assert.ok(isAlive(filterPid), 'git and its filter outlive the run');

  git(source, 'config', '--unset', 'filter.slow.smudge');
  await isWholeAndAlone(sandbox, 'git');
  assert.equal(isAlive(filterPid), false);
});
