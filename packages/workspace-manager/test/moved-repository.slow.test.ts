// A repository that is moved, renamed or away for a while, with workspaces of it.

import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { namespaceOf } from '@workflow-platform/workspace-manager';

import { KINDS, commitAll, entriesOf, git, makeSandbox, missingFor, registered } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

for (const kind of KINDS) {
  const isJujutsu = kind === 'jj' || kind === 'jj-git';
  const check = (title: string, body: (sandbox: Sandbox) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, () => body(makeSandbox(kind)));
  };

  check(
    'a moved repository begins anew, and what was made of it before stays as it is',
    async ({ folder, source, root, manager, request }) => {
      const first = manager();
      const { workspace } = await first.ensure(request());
      writeFileSync(join(workspace.path, 'result'), 'x');
      await first.release(workspace, 'done');
      const moved = join(folder, 'moved');
      renameSync(source, moved);
      const workspaces = manager();
      const again = workspaces.ensure(request({ from: moved }));
      // Jujutsu has each name once, whatever the folder.
      if (isJujutsu) await assert.rejects(again, { name: 'UserError', code: 'workspace-name-taken' });
      else assert.equal((await again).workspace.path, join(root, namespaceOf(moved), 'w1'));
      const other = await workspaces.ensure(request({ from: moved, id: 'w2' }));
      assert.ok(existsSync(join(other.workspace.path, 'README.md')));
      await workspaces.remove(other.workspace);
      assert.deepEqual([existsSync(join(workspace.path, 'result')), existsSync(join(moved, 'README.md'))], [true, true]);
      if (isJujutsu) await assert.rejects(manager().remove(workspace), { name: 'UserError', code: 'workspace-edits-not-kept' });
    },
  );

  check(
    'a repository that comes back to its place has its workspaces again',
    async ({ folder, source, manager, request, leftovers }) => {
      const first = manager();
      const { workspace } = await first.ensure(request());
      writeFileSync(join(workspace.path, 'result'), 'x');
      await first.release(workspace, 'done');
      renameSync(source, join(folder, 'moved'));
      await assert.rejects(manager().ensure(request()), { name: 'UserError', code: 'source-not-found' });
      renameSync(join(folder, 'moved'), source);
      const workspaces = manager();
      const again = await workspaces.ensure(request());
      assert.deepEqual([again.workspace, again.reused, again.warnings], [workspace, true, []]);
      await workspaces.remove(workspace);
      assert.deepEqual([leftovers(), registered(kind, source)], [['.state'], []]);
    },
  );

  check('a workspace that went while the repository was away can be made again', async ({ folder, source, manager, request }) => {
    const first = manager();
    const { workspace } = await first.ensure(request());
    const commit = kind === 'git' ? commitAll(workspace.path, 'by a step') : null;
    await first.release(workspace, 'done');
    renameSync(source, join(folder, 'moved'));
    rmSync(workspace.path, { recursive: true });
    await manager().remove(workspace);
    renameSync(join(folder, 'moved'), source);
    const workspaces = manager();
    const again = await workspaces.ensure(request());
    assert.deepEqual([again.reused, existsSync(join(workspace.path, 'README.md'))], [false, true]);
    assert.deepEqual(registered(kind, source), kind === 'copy' ? [] : [workspace.path]);
    if (commit !== null) assert.equal(git(source, 'rev-parse', `refs/workflow/w1/${commit.slice(0, 12)}`), commit);
    await workspaces.remove(workspace);
    assert.deepEqual(entriesOf(dirname(workspace.path)), ['.state']);
  });
}
