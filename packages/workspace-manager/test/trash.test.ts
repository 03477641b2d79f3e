// What becomes of the tree of a removed workspace.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';

import { namespaceOf } from '@workflow-platform/workspace-manager';

import { makeSandbox, trashIsGone, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const PROGRAMS = join(import.meta.dirname, 'programs');

function namespaceIn({ root, source }: Sandbox): string {
  return join(root, namespaceOf(source));
}

function trashIn(sandbox: Sandbox): string[] {
  return readdirSync(namespaceIn(sandbox)).filter((name) => name.startsWith('.trash-'));
}

/** Puts an `rm` on PATH that notes what it deletes and waits until the file `go` is there. */
function slowRm({ folder }: Sandbox): { readonly env: NodeJS.ProcessEnv; readonly go: string; begun(): number } {
  const [bin, log, go] = [join(folder, 'bin'), join(folder, 'rm.log'), join(folder, 'go')];
  const rm = execFileSync('sh', ['-c', 'command -v rm'], { encoding: 'utf8' }).trim();
  const script = `echo "$*" >> '${log}'; until [ -e '${go}' ]; do sleep 0.05; done; exec '${rm}' "$@"`;
  mkdirSync(bin);
  writeFileSync(join(bin, 'rm'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync(log, '');
  const env = { ...process.env, PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) };
  return { env, go, begun: () => readFileSync(log, 'utf8').split('\n').length - 1 };
}

function makeAndRemove({ root, request }: Sandbox, id: string, env: NodeJS.ProcessEnv): void {
  const options = JSON.stringify({ root, request: request({ id, runId: id }) });
  const { status, stderr } = spawnSync(process.execPath, [join(PROGRAMS, 'make-and-remove.ts'), options], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

test('a workspace is removed before its tree is deleted, which goes on when the process has ended', async () => {
  const sandbox = makeSandbox('git');
  const { env, go } = slowRm(sandbox);
  makeAndRemove(sandbox, 'w1', env);
  assert.equal(existsSync(join(namespaceIn(sandbox), 'w1')), false);
  assert.equal(trashIn(sandbox).length, 1);
  assert.deepEqual(readdirSync(join(namespaceIn(sandbox), '.state')), []);
  writeFileSync(go, '');
  await trashIsGone(namespaceIn(sandbox));
});

test('a tree that somebody is deleting is left to that one', async () => {
  const sandbox = makeSandbox('copy');
  const { env, go, begun } = slowRm(sandbox);
  makeAndRemove(sandbox, 'w1', env);
  makeAndRemove(sandbox, 'w2', env);
  await sandbox.manager().ensure(sandbox.request({ id: 'w3' }));
  assert.equal(trashIn(sandbox).length, 2);
  writeFileSync(go, '');
  await trashIsGone(namespaceIn(sandbox));
  assert.equal(begun(), 2);
});

for (const next of ['creation', 'removal'] as const) {
  test(`what a crash left of a tree is deleted by the next ${next} in the namespace`, async () => {
    const sandbox = makeSandbox('copy');
    const workspaces = sandbox.manager();
    const { workspace } = await workspaces.ensure(sandbox.request());
    writeFile(join(namespaceIn(sandbox), '.trash-other-0123abcd/file'), 'x');
    writeFile(join(namespaceIn(sandbox), '.trash-w1-0123abcd/file'), 'x');
    if (next === 'creation') await workspaces.ensure(sandbox.request({ id: 'w2' }));
    else await workspaces.remove(workspace);
    await trashIsGone(namespaceIn(sandbox));
  });
}

test('what only looks like ours is not touched, nor what links lead to', async () => {
  const sandbox = makeSandbox('copy');
  const namespace = namespaceIn(sandbox);
  const workspaces = sandbox.manager();
  const { workspace } = await workspaces.ensure(sandbox.request());
  writeFile(join(sandbox.folder, 'outside/precious'), 'x');
  writeFile(join(namespace, '.trash-w1-0123abcd/file'), 'x');
  symlinkSync(join(sandbox.folder, 'outside'), join(namespace, '.trash-w1-0123abcd/link'));
  symlinkSync(join(sandbox.folder, 'outside'), join(namespace, '.trash-w1-11111111'));
  writeFileSync(join(namespace, '.trash-w1-22222222'), 'a file');
  const others = [
    '.trash',
    '.trash-',
    '.trash-w1',
    '.trash-w1-0123ABCD',
    '.trash-w1-0123abcde',
    '.trash-..-0123abcd',
    'trash-w1-0123abcd',
  ];
  for (const name of others) writeFile(join(namespace, name, 'precious'), 'x');
  await workspaces.remove(workspace);
  await workspaces.ensure(sandbox.request());
  assert.equal(existsSync(join(namespace, '.trash-w1-0123abcd')), false);
  assert.deepEqual(
    [...others, '.trash-w1-11111111'].filter((name) => !existsSync(join(namespace, name, 'precious'))),
    [],
  );
  assert.ok(existsSync(join(namespace, '.trash-w1-22222222')));
});

test('a tree that an unfinished removal still has to take files out of stays until it has', async () => {
  const sandbox = makeSandbox('copy');
  const { root, request, manager } = sandbox;
  const options = { root, checkpoint: 'tree-moved', request: request(), removes: true, writes: 'mine' };
  const { signal, stderr } = spawnSync(process.execPath, [join(PROGRAMS, 'die-at.ts'), JSON.stringify(options)], {
    encoding: 'utf8',
  });
  assert.equal(signal, 'SIGKILL', stderr);
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request({ id: 'w2' }));
  await workspaces.remove(workspace);
  assert.equal(trashIn(sandbox).length, 1);
  const kept = await workspaces.remove({ ...workspace, id: 'w1', path: join(namespaceIn(sandbox), 'w1') });
  assert.equal(readFileSync(join(kept?.name ?? '', 'files', 'mine'), 'utf8'), 'by a step');
  await trashIsGone(namespaceIn(sandbox));
});

test('a file that cannot be deleted is told, and the rest goes when it can be', async (t) => {
  const sandbox = makeSandbox('git');
  const workspaces = sandbox.manager();
  const { workspace } = await workspaces.ensure(sandbox.request());
  const file = join(workspace.path, 'ignored', 'stubborn');
  writeFile(file, 'x');
  if (spawnSync('chattr', ['+i', file]).status !== 0) return t.skip('needs `chattr +i`: root, and a file system that knows it');
  try {
    await assert.rejects(workspaces.remove(workspace), {
      name: 'UserError',
      code: 'workspace-not-removed',
      message: /`w1` is removed, but .*Operation not permitted/,
    });
    assert.equal(existsSync(workspace.path), false);
    const again = await workspaces.ensure(sandbox.request());
    assert.equal(again.reused, false, 'its name is free at once');
    await assert.rejects(workspaces.remove(again.workspace), { code: 'workspace-not-removed' });
  } finally {
    spawnSync('chattr', ['-R', '-i', sandbox.root]);
  }
  await workspaces.remove(workspace);
  assert.deepEqual(sandbox.leftovers(), ['.state']);
});
