// Folders and pointers that somebody puts something else in the place of, at the worst moment.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { namespaceOf } from '@workflow-platform/workspace-manager';
import type { Checkpoint } from '@workflow-platform/workspace-manager';

import { KINDS, makeSandbox, missingFor, registered, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

for (const kind of KINDS) {
  const check = (title: string, body: (sandbox: Sandbox) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, () => body(makeSandbox(kind)));
  };

  for (const checkpoint of ['removing-recorded', 'tree-moved', 'work-kept', 'deregistered', 'gone-recorded'] as const) {
    check(`a namespace that becomes a link at ${checkpoint} leads nobody to delete elsewhere`, async (sandbox) => {
      const { folder, source, root, manager, request } = sandbox;
      const namespace = join(root, namespaceOf(source));
      const target = join(folder, 'target');
      const workspaces = manager({
        onCheckpoint: (reached: Checkpoint) => {
          if (reached !== checkpoint || existsSync(target)) return;
          // Everything of a name that removing deals with, and somebody else's.
          for (const name of readdirSync(namespace)) writeFile(join(target, name, 'precious'), name);
          writeFile(join(target, 'w1/precious'), 'w1');
          writeFile(join(target, '.state/w1.json'), 'theirs');
          renameSync(namespace, `${namespace}-away`);
          symlinkSync(target, namespace);
        },
      });
      const { workspace } = await workspaces.ensure(request());
      await assert.rejects(workspaces.remove(workspace), { name: 'UserError', code: 'workspace-foreign' });
      for (const name of readdirSync(target)) assert.ok(existsSync(join(target, name, 'precious')), name);
      assert.equal(readFileSync(join(target, '.state/w1.json'), 'utf8'), 'theirs');

      // Put right again, it goes on from there.
      rmSync(namespace);
      renameSync(`${namespace}-away`, namespace);
      await manager().remove(workspace);
      assert.deepEqual(
        [existsSync(workspace.path), existsSync(join(namespace, '.state/w1.json')), registered(kind, source)],
        [false, false, []],
      );
    });
  }

  check('a trash folder that somebody else’s took the place of is not deleted', async ({ manager, request }) => {
    let trash = '';
    const workspaces = manager({
      onCheckpoint: (reached) => {
        if (reached !== 'tree-moved' || trash !== '') return;
        const namespace = dirname(workspace.path);
        trash = join(namespace, readdirSync(namespace).find((name) => name.startsWith('.trash-')) ?? '');
        renameSync(trash, `${trash}-away`);
        writeFile(join(trash, 'precious'), 'x');
      },
    });
    const { workspace } = await workspaces.ensure(request());
    await assert.rejects(workspaces.remove(workspace), { name: 'UserError', code: 'workspace-foreign' });
    assert.ok(existsSync(join(trash, 'precious')));
  });
}
