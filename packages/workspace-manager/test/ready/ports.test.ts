// Ports of a workspace's own, given out over the whole machine.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { decideBlocks, isBlock } from '../../src/ready/decide-block.ts';
import { portsAreFree, portsInUse } from '../../src/ready/ports-are-free.ts';
import type { Ensure } from '../programs/ensure.ts';
import { makeSandbox } from '../sandbox.ts';

const ENSURE = join(import.meta.dirname, '../programs/ensure.ts');

const noIpv6 = existsSync('/proc/net/tcp') && !existsSync('/proc/net/tcp6') && 'no IPv6 here';

async function listenOn(t: TestContext, port: number, host = '127.0.0.1'): Promise<Server> {
  const server = createServer();
  server.listen({ port, host });
  await once(server, 'listening');
  t.after(() => server.close());
  return server;
}

function blocksIn(root: string): { [port: string]: string } {
  return JSON.parse(readFileSync(join(root, '.ports/blocks.json'), 'utf8')) as { [port: string]: string };
}

test('every workspace has ten ports that no other has, also of twenty made at once', async () => {
  const { manager, request } = makeSandbox('copy');
  const managers = [manager(), manager()];
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, i) => managers[i % 2]!.ensure(request({ id: `w${i}`, runId: `r${i}` }))),
  );
  const bases = made.map(({ env }) => Number(env['WORKFLOW_PORT_BASE']));
  assert.equal(new Set(bases).size, 20);
  assert.ok(bases.every(isBlock), String(bases));
  assert.deepEqual(new Set(made.map(({ env }) => env['WORKFLOW_PORT_COUNT'])), new Set(['10']));
  assert.equal(new Set(made.map(({ env }) => env['COMPOSE_PROJECT_NAME'])).size, 20);
});

test('processes that make workspaces at once get different ports', async () => {
  const { root, request } = makeSandbox('copy');
  const bases = await Promise.all(
    Array.from({ length: 4 }, async (_, i) => {
      const options: Ensure = { root, request: request({ id: `w${i}`, runId: `r${i}` }) };
      const child = spawn(process.execPath, [ENSURE, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] });
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      child.stdin.end();
      await once(child, 'exit');
      return (JSON.parse(String(line)) as { env: { [name: string]: string } }).env['WORKFLOW_PORT_BASE'];
    }),
  );
  assert.equal(new Set(bases).size, 4);
});

test('a workspace keeps its ports while it lives, whoever listens there; they are free again when it is gone', async (t) => {
  const { root, manager, request } = makeSandbox('copy');
  const workspaces = manager();
  const { workspace, env } = await workspaces.ensure(request());
  const base = Number(env['WORKFLOW_PORT_BASE']);
  const server = await listenOn(t, base + 3);
  assert.equal((await workspaces.ensure(request())).env['WORKFLOW_PORT_BASE'], String(base));
  assert.equal((await workspaces.ensure(request({ id: 'w2', runId: 'r2' }))).env['WORKFLOW_PORT_BASE'] === String(base), false);
  await workspaces.remove(workspace);
  server.close();
  await once(server, 'close');
  const again = await workspaces.ensure(request());
  assert.equal(again.env['WORKFLOW_PORT_BASE'], String(base), 'the same workspace has the same ports where it can');
  assert.equal(Object.keys(blocksIn(root)).length, 2);
});

test('a workspace that is gone has no ports any more, also when its work is kept', async () => {
  const { root, manager, request } = makeSandbox('copy');
  const workspaces = manager();
  const { workspace, env } = await workspaces.ensure(request());
  writeFileSync(join(workspace.path, 'README.md'), 'changed\n');
  assert.notEqual(await workspaces.remove(workspace), null);
  await workspaces.ensure(request({ id: 'w2', runId: 'r2' }));
  assert.equal(blocksIn(root)[env['WORKFLOW_PORT_BASE'] ?? ''], undefined);
});

for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
  const skip = host === '::' && noIpv6;
  test(`a block of which somebody uses a port at ${host} is not given out`, { skip }, async (t) => {
    const { manager, request } = makeSandbox('copy');
    const workspaces = manager();
    const { workspace, env } = await workspaces.ensure(request());
    await workspaces.remove(workspace);
    await listenOn(t, Number(env['WORKFLOW_PORT_BASE']) + 9, host);
    const again = await workspaces.ensure(request());
    assert.notEqual(again.env['WORKFLOW_PORT_BASE'], env['WORKFLOW_PORT_BASE']);
  });
}

test('where the kernel does not say what is in use, blocks are tried by listening on them', async (t) => {
  const { port } = (await listenOn(t, 0)).address() as AddressInfo;
  for (const inUse of [null, portsInUse()]) {
    assert.equal(await portsAreFree(port - 9, 10, inUse), false);
    assert.equal(await portsAreFree(port - 9, 0, inUse), true);
  }
});

test('a registry that says nothing, or nonsense, costs no workspace its ports', async () => {
  const { root, manager, request } = makeSandbox('copy');
  const { env } = await manager({ acquireLock: () => ({ release() {} }) }).ensure(request());
  for (const text of ['', '[]', '{"1":"/","x":"/","20000":7}', 'null']) {
    writeFileSync(join(root, '.ports/blocks.json'), text);
    const workspaces = manager({ acquireLock: () => ({ release() {} }) });
    assert.equal((await workspaces.ensure(request())).env['WORKFLOW_PORT_BASE'], env['WORKFLOW_PORT_BASE']);
    assert.deepEqual(Object.keys(blocksIn(root)), [env['WORKFLOW_PORT_BASE']]);
  }
});

test('a process that died with the registry in its hands is in nobody’s way', async () => {
  const { root, manager, request } = makeSandbox('copy');
  mkdirSync(join(root, '.ports'), { recursive: true });
  const dies = `import { acquireLock } from '@workflow-platform/journal';
    acquireLock(process.argv[1], { owner: 'a claim' }); process.kill(process.pid, 'SIGKILL');`;
  assert.throws(() =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', dies, join(root, '.ports/lock')], {
      cwd: import.meta.dirname,
      stdio: 'ignore',
    }),
  );
  assert.ok(isBlock(Number((await manager().ensure(request())).env['WORKFLOW_PORT_BASE'])));
});

test('who cannot have the registry goes without ports and is told', async () => {
  const { root, manager, request } = makeSandbox('copy');
  mkdirSync(root);
  writeFileSync(join(root, '.ports'), '');
  const { env, warnings } = await manager().ensure(request());
  assert.equal(env['WORKFLOW_PORT_BASE'], undefined);
  assert.match(warnings[0] ?? '', /^steps go without WORKFLOW_PORT_BASE: /);
});

test('the name for Docker Compose is the caller’s where there is one, but not that of the run around', async () => {
  const { manager, request } = makeSandbox('copy');
  const outer = await manager({ env: {} }).ensure(request());
  const name = outer.env['COMPOSE_PROJECT_NAME'];
  assert.match(name ?? '', /^w1-[0-9a-f]{8}$/);
  const given = await manager({ env: { COMPOSE_PROJECT_NAME: 'mine' } }).ensure(request({ id: 'w2', runId: 'r2' }));
  assert.equal(given.env['COMPOSE_PROJECT_NAME'], undefined);
  const around = { COMPOSE_PROJECT_NAME: name ?? '', WORKFLOW_WORKSPACE: outer.workspace.path };
  const inner = await manager({ env: around }).ensure(request({ id: 'W_3.x', runId: 'r3' }));
  assert.match(inner.env['COMPOSE_PROJECT_NAME'] ?? '', /^w_3-x-[0-9a-f]{8}$/);
});

test('the checkout has ports of its own too; a run in the workspace of the run around it has that one’s', async (t) => {
  const { source, manager, request } = makeSandbox('git');
  const workspaces = manager({ env: {} });
  const { env } = await workspaces.ensure(request({ provider: 'none' }));
  assert.ok(isBlock(Number(env['WORKFLOW_PORT_BASE'])));
  assert.equal(env['COMPOSE_PROJECT_NAME'], undefined);
  const second = await manager({ env: {} }).ensure(request({ provider: 'none', runId: 'r2' }));
  assert.equal(second.env['WORKFLOW_PORT_BASE'], env['WORKFLOW_PORT_BASE']);
  await listenOn(t, Number(env['WORKFLOW_PORT_BASE']), '127.0.0.1');
  const third = await manager({ env: {} }).ensure(request({ provider: 'none', runId: 'r4' }));
  assert.equal(third.env['WORKFLOW_PORT_BASE'], env['WORKFLOW_PORT_BASE'], 'what listens there may be its own');
  const within = await manager({ env: { WORKFLOW_WORKSPACE: source } }).ensure(request({ provider: 'none', runId: 'r3' }));
  assert.deepEqual(within.env, {});
});

test('all blocks are tried, from a place that depends on the owner, and none that is taken', () => {
  const all = [...decideBlocks(new Set(), 7)];
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual([all[0], all.at(-1)], [20_070, 20_060]);
  assert.ok(all.every(isBlock) && Math.min(...all) === 20_000 && Math.max(...all) === 31_990);
  assert.deepEqual([...decideBlocks(new Set(all.slice(1)), 7)], [20_070]);
});
