// A step can rewrite what says which repository its workspace belongs to. No other repository is recorded in or forgotten from.

import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { commitAll, git, jj, makeSandbox, missingFor, registered, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

/** A second repository with a worktree of its own. */
function otherRepository(folder: string): { readonly other: string; readonly linked: string; state(): string } {
  const [other, linked] = [join(folder, 'other'), join(folder, 'other linked')];
  writeFile(join(other, 'file'), 'x');
  commitAll(other);
  git(other, 'worktree', 'add', '--quiet', '--detach', linked);
  commitAll(linked, 'theirs');
  return {
    other,
    linked,
    state: () => [git(other, 'for-each-ref'), git(other, 'worktree', 'list'), git(other, 'status', '--porcelain')].join('\n'),
  };
}

type Rewrite = (place: string, sandbox: Sandbox, other: string, linked: string) => void;

const GIT_POINTERS: { readonly [what: string]: Rewrite } = {
  'the worktree of another repository': (place, _, __, linked) => writeFileSync(place, readFileSync(join(linked, '.git'))),
  'another repository': (place, _, other) => writeFileSync(place, `gitdir: ${join(other, '.git')}\n`),
  'the repository itself': (place, { source }) => writeFileSync(place, `gitdir: ${join(source, '.git')}\n`),
  'no place': (place) => writeFileSync(place, 'gitdir: /no/such/place\n'),
  nothing: (place) => writeFileSync(place, ''),
  'another repository, as a link': (place, _, other) => symlinkSync(join(other, '.git'), place),
  'the worktree of another repository, as a link': (place, _, __, linked) => symlinkSync(join(linked, '.git'), place),
  'a repository of its own': (place) => void commitAll(join(place, '..'), 'mine'),
};

for (const [what, rewrite] of Object.entries(GIT_POINTERS)) {
  test(`git: a workspace whose \`.git\` leads to ${what} is not used, and removing it touches no other repository`, async () => {
    const sandbox = makeSandbox('git');
    const { folder, source, manager, request, leftovers } = sandbox;
    const { other, linked, state } = otherRepository(folder);
    const before = [state(), git(source, 'for-each-ref')];
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    rmSync(join(workspace.path, '.git'));
    rewrite(join(workspace.path, '.git'), sandbox, other, linked);
    await assert.rejects(workspaces.ensure(request()), { name: 'UserError', code: 'workspace-broken' });
    // What cannot be kept is told, and may be given up by deleting the folder.
    await workspaces.remove(workspace).catch((cause: unknown) => {
      assert.equal((cause as { code: string }).code, 'workspace-commits-not-kept');
      assert.ok(existsSync(join(workspace.path, 'README.md')));
      rmSync(workspace.path, { recursive: true });
      return workspaces.remove(workspace);
    });
    assert.deepEqual([leftovers(), registered('git', source)], [['.state'], []]);
    assert.deepEqual([state(), git(source, 'for-each-ref')], before);
  });
}

const JUJUTSU_POINTERS: { readonly [what: string]: (place: string, sandbox: Sandbox, other: Sandbox) => void } = {
  'another repository': (place, _, { source }) => writeFileSync(place, join(source, '.jj/repo')),
  'no place': (place) => writeFileSync(place, '/no/such/place'),
  nothing: (place) => writeFileSync(place, ''),
  'another repository, as a link': (place, _, { source }) => symlinkSync(join(source, '.jj/repo'), place),
};

for (const kind of ['jj', 'jj-git'] as const) {
  const skip = missingFor(kind);
  const isKept = { name: 'UserError', code: 'workspace-edits-not-kept' };
  const operations = (source: string): string => jj(source, '--ignore-working-copy', 'op', 'log', '--no-graph', '-T', 'id');

  for (const [what, rewrite] of Object.entries(JUJUTSU_POINTERS)) {
    test(`${kind}: a workspace whose \`.jj/repo\` leads to ${what} is neither used, recorded nor removed`, { skip }, async () => {
      const [sandbox, other] = [makeSandbox(kind), makeSandbox('jj')];
      const { source, manager, request } = sandbox;
      const workspaces = manager();
      const { workspace } = await workspaces.ensure(request());
      writeFileSync(join(workspace.path, 'result'), 'x');
      const before = [operations(source), operations(other.source)];
      rmSync(join(workspace.path, '.jj/repo'));
      rewrite(join(workspace.path, '.jj/repo'), sandbox, other);
      await assert.rejects(workspaces.ensure(request()), { name: 'UserError', code: 'workspace-broken' });
      await assert.rejects(workspaces.snapshot(workspace, { runId: 'r1', step: 's', workflow: 'w' }), isKept);
      await assert.rejects(workspaces.remove(workspace), isKept);
      assert.ok(existsSync(join(workspace.path, 'result')));
      assert.deepEqual([operations(source), operations(other.source)], before);
    });
  }

  test(`${kind}: a workspace that says it is the main checkout is neither used, recorded nor removed`, { skip }, async () => {
    const { source, manager, request } = makeSandbox(kind);
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFileSync(join(workspace.path, 'result'), 'x');
    const before = operations(source);
    rmSync(join(workspace.path, '.jj/working_copy'), { recursive: true });
    cpSync(join(source, '.jj/working_copy'), join(workspace.path, '.jj/working_copy'), { recursive: true });
    await assert.rejects(workspaces.ensure(request()), { name: 'UserError', code: 'workspace-broken' });
    await assert.rejects(workspaces.snapshot(workspace, { runId: 'r1', step: 's', workflow: 'w' }), isKept);
    await assert.rejects(workspaces.remove(workspace), isKept);
    assert.equal(operations(source), before);
    assert.equal(jj(source, '--ignore-working-copy', 'log', '--no-graph', '-r', 'default@', '-T', 'empty'), 'true');
  });
}
