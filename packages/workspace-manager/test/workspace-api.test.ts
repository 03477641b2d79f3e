// Agent workspaces as other programs have them: ensured, noted, cleaned up, with a history of what happened.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { acquireLock, lockHolder } from '@workflow-platform/journal';
import {
  cleanup,
  ensureWorkspace,
  findAgentHome,
  namespaceOf,
  showWorkspace,
  syncTools,
  updateStatus,
} from '@workflow-platform/workspace-manager';
import type { AgentHome, NotedEvent } from '@workflow-platform/workspace-manager';

import { jj, makeSandbox, missingFor, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

function homeOf({ source, root }: Sandbox): AgentHome {
  const env = { ...process.env, AI_WORKSPACES_ROOT: root };
  return findAgentHome({ cwd: source, env, acquireLock, lockHolder, nowMs: Date.now, say: () => {} });
}

async function historyOf(home: AgentHome, id: string): Promise<string[]> {
  const { history } = await showWorkspace(home, id);
  return (history as readonly NotedEvent[]).map(({ event }) =>
    event.type === 'workspace.status-changed' ? `${event.type} ${event.status}` : event.type,
  );
}

for (const kind of ['jj', 'jj-git'] as const) {
  test(
    `${kind}: a workspace is ensured, worked in, and cleaned up, and tells what happened to it`,
    { skip: missingFor(kind) },
    async () => {
      const sandbox = makeSandbox(kind);
      const home = homeOf(sandbox);
      const { source, root } = sandbox;
      writeFile(join(source, 'AGENTS.md'), 'be kind\n');
      const made = await ensureWorkspace(home, { id: 'w1', base: null, direnvPolicy: 'auto' });
      assert.deepEqual([made.isNew, made.path, made.isDirenvAllowed], [true, join(root, namespaceOf(source), 'w1'), false]);
      assert.equal(made.env['AGENT_WORKSPACE_ID'], 'w1');
      assert.equal(readFileSync(join(made.path, '.agent-tools/AGENTS.md'), 'utf8'), 'be kind\n');
      const again = await ensureWorkspace(home, { id: 'w1', base: null, direnvPolicy: 'off' });
      assert.deepEqual([again.isNew, again.toolsVersion], [false, made.toolsVersion]);
      await updateStatus(home, 'w1', 'error');
      await syncTools(home, 'w1');
      const idle = 'workspace.status-changed idle';
      const shown = await showWorkspace(home, 'w1');
      assert.deepEqual([shown['status'], shown['provider'], shown['state']], ['error', 'jj', 'ready']);
      assert.deepEqual(await historyOf(home, 'w1'), [
        'workspace.tools-copied',
        'workspace.created',
        idle,
        'workspace.reused',
        idle,
        'workspace.status-changed error',
        'workspace.tools-copied',
      ]);

      writeFileSync(join(made.path, 'result'), 'x\n');
      const { isRemoved, kept } = await cleanup(home, 'w1');
      assert.deepEqual([isRemoved, kept.length, existsSync(made.path)], [true, 1, false]);
      assert.equal(jj(source, 'file', 'show', `--revision=${kept[0]?.name}`, 'result'), 'x');
      await assert.rejects(showWorkspace(home, 'w1'), { code: 'workspace-not-found', message: new RegExp(kept[0]?.name ?? '-') });
      assert.equal((await cleanup(home, 'w1', { discard: true })).discarded, 1);
    },
  );
}

test('a workspace for which direnv is required and cannot be had is not made', { skip: missingFor('jj') }, async () => {
  const sandbox = makeSandbox('jj');
  const home = homeOf(sandbox);
  const request = { id: 'w1', base: null, direnvPolicy: 'require' } as const;
  await assert.rejects(ensureWorkspace(home, request), { code: 'direnv-failed' });
  assert.equal(existsSync(join(sandbox.root, namespaceOf(sandbox.source), 'w1')), false);
});

test('the base of a new workspace is the change it is put on', { skip: missingFor('jj') }, async () => {
  const sandbox = makeSandbox('jj');
  const { source } = sandbox;
  jj(source, 'new', '--no-edit', '@-', '--message', 'side');
  const { path } = await ensureWorkspace(homeOf(sandbox), {
    id: 'w1',
    base: 'description(substring:side)',
    direnvPolicy: 'auto',
  });
  assert.equal(jj(path, 'log', '--no-graph', '--revisions=@', '--template=description'), 'side');
  await assert.rejects(updateStatus(homeOf(sandbox), 'nosuch', 'done'), { code: 'workspace-not-found', exitCode: 3 });
});
