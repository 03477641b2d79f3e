// What a cancel of a workspace's making does, and what is told while it goes on.

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import type { WorkspaceProgress } from '@workflow-platform/events';
import type { EnsuredWorkspace } from '@workflow-platform/workspace-manager';

import { git, makeSandbox, missingFor, registered, writeFile } from './sandbox.ts';
import type { Kind, Sandbox } from './sandbox.ts';
import { isAlive, slowCheckout, slowProgram } from './slow-programs.ts';
import type { SlowProgram } from './slow-programs.ts';

const CANCELLED = { name: 'UserError', code: 'workspace-cancelled' };

/** Slows down whatever fills workspaces of this kind. */
function slowDown(t: TestContext, kind: Kind, sandbox: Sandbox): SlowProgram {
  if (kind === 'git') return slowCheckout(sandbox);
  const slow = kind === 'copy' ? slowProgram(sandbox, 'cp', '*') : slowProgram(sandbox, 'jj', '*"workspace add"*w1*');
  const { PATH } = process.env;
  t.after(() => Object.assign(process.env, { PATH }));
  process.env['PATH'] = slow.path;
  return slow;
}

for (const kind of ['git', 'copy', 'jj', 'jj-git'] as const) {
  const check = (title: string, body: (sandbox: Sandbox, t: TestContext) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, (t) => body(makeSandbox(kind), t));
  };

  check('a cancel ends the program that fills the workspace, and nothing of it stays', async (sandbox, t) => {
    const { source, manager, request, leftovers } = sandbox;
    const slow = slowDown(t, kind, sandbox);
    const cancel = new AbortController();
    const workspaces = manager();
    const making = workspaces.ensure(request({ signal: cancel.signal }));
    const pid = await slow.begun();
    cancel.abort();
    await assert.rejects(making, CANCELLED);
    assert.equal(isAlive(pid), false);
    assert.deepEqual([leftovers(), registered(kind, source)], [['.state'], []]);
    slow.go();
    if (kind === 'git') git(source, 'config', '--unset', 'filter.slow.smudge');
    else process.env['PATH'] = (process.env['PATH'] ?? '').split(':').slice(1).join(':');
    assert.equal((await workspaces.ensure(request())).reused, false, 'it can be made then');
  });

  check('cancelled before it begins, it does not begin', async ({ root, source, manager, request, leftovers }) => {
    const reached: string[] = [];
    const workspaces = manager({ onCheckpoint: (checkpoint) => reached.push(checkpoint) });
    await assert.rejects(workspaces.ensure(request({ signal: AbortSignal.abort() })), CANCELLED);
    assert.deepEqual([reached, leftovers(), registered(kind, source)], [[], ['.state'], []]);
    assert.ok(existsSync(root));
  });

  check('a workspace that is there is given in spite of a cancel', async ({ manager, request }) => {
    const workspaces = manager();
    await workspaces.ensure(request());
    const { reused } = await workspaces.ensure(request({ signal: AbortSignal.abort() }));
    assert.equal(reused, true);
  });
}

test('a program that does not listen is killed', async () => {
  const sandbox = makeSandbox('git');
  const slow = slowCheckout(sandbox, { ignoresTerm: true });
  const cancel = new AbortController();
  const making = sandbox.manager().ensure(sandbox.request({ signal: cancel.signal }));
  const pid = await slow.begun();
  cancel.abort();
  await assert.rejects(making, CANCELLED);
  assert.equal(isAlive(pid), false);
  assert.deepEqual([sandbox.leftovers(), registered('git', sandbox.source)], [['.state'], []]);
});

test('the other workspaces of the process come to be while one is cancelled', async (t) => {
  const sandbox = makeSandbox('copy');
  const slow = slowProgram(sandbox, 'cp', '*new-w1-*');
  const { PATH } = process.env;
  t.after(() => Object.assign(process.env, { PATH }));
  process.env['PATH'] = slow.path;
  const cancel = new AbortController();
  const workspaces = sandbox.manager();
  const cancelled = workspaces.ensure(sandbox.request({ signal: cancel.signal }));
  const others = ['w2', 'w3'].map((id) => workspaces.ensure(sandbox.request({ id, runId: id })));
  await slow.begun();
  cancel.abort();
  await assert.rejects(cancelled, CANCELLED);
  for (const { workspace } of await Promise.all(others)) assert.ok(existsSync(join(workspace.path, 'README.md')));
});

/** Makes a workspace that waits at its end until it has told of itself. */
async function toldOf(sandbox: Sandbox, slow: SlowProgram, changes: object = {}): Promise<[WorkspaceProgress, EnsuredWorkspace]> {
  const { manager, request } = sandbox;
  const told = Promise.withResolvers<WorkspaceProgress>();
  let isWaiting = false;
  const onProgress = (progress: WorkspaceProgress): void => void (isWaiting && told.resolve(progress));
  const making = manager().ensure(request({ onProgress, ...changes }));
  await slow.begun();
  isWaiting = true;
  const progress = await told.promise;
  slow.go();
  return [progress, await making];
}

test('git: how many files are there, and how many there will be, is told when the making takes its time', async () => {
  const sandbox = makeSandbox('git');
  const slow = slowCheckout(sandbox);
  const files = git(sandbox.source, 'ls-files').split('\n').length;
  const [{ elapsedMs, filesDone, ...progress }] = await toldOf(sandbox, slow);
  assert.deepEqual(progress, { doing: 'making', provider: 'git', filesTotal: files });
  assert.ok(filesDone !== null && filesDone < files, `${filesDone} of ${files}`);
  assert.ok(elapsedMs >= 1000);
});

test('copy: how many files there will be is counted in the source', async (t) => {
  const sandbox = makeSandbox('copy');
  mkdirJunk(sandbox);
  const [{ elapsedMs: _, ...progress }] = await toldOf(sandbox, slowDown(t, 'copy', sandbox));
  assert.deepEqual(progress, { doing: 'making', provider: 'copy', filesDone: 6, filesTotal: 6 });
});

for (const kind of ['jj', 'jj-git'] as const) {
  test(`${kind}: what git’s index does not tell is not told`, { skip: missingFor(kind) }, async (t) => {
    const sandbox = makeSandbox(kind);
    const [{ elapsedMs: _, ...progress }] = await toldOf(sandbox, slowDown(t, kind, sandbox));
    const filesTotal = kind === 'jj' ? null : 6;
    assert.deepEqual(progress, { doing: 'making', provider: 'jj', filesDone: 6, filesTotal });
  });
}

test('files that are brought along are told as such', async (t) => {
  const sandbox = makeSandbox('git');
  writeFile(join(sandbox.source, 'ignored/file'), 'x');
  const slow = slowDown(t, 'copy', sandbox);
  const [{ elapsedMs: _, ...progress }, { workspace }] = await toldOf(sandbox, slow, { include: ['ignored'] });
  assert.deepEqual(progress, { doing: 'including', provider: 'git', filesDone: null, filesTotal: null });
  assert.ok(existsSync(join(workspace.path, 'ignored/file')));
});

test('of a workspace that is made within a second nothing is told', async () => {
  const { manager, request } = makeSandbox('git');
  const startedMs = performance.now();
  const told: number[] = [];
  await manager().ensure(request({ onProgress: ({ elapsedMs }) => told.push(elapsedMs) }));
  if (performance.now() - startedMs < 1000) assert.deepEqual(told, []);
});

/** Version control at the top stays behind, so it does not count. */
function mkdirJunk({ source }: Sandbox): void {
  for (let i = 0; i < 3; i++) writeFile(join(source, `.git/${i}`), 'x');
  writeFileSync(join(source, '.git/HEAD'), 'x');
}
