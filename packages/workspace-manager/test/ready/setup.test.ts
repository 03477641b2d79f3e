// The script that prepares a new workspace.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import type { ReadyRequest, WorkspaceRequest } from '@workflow-platform/workspace-manager';

import type { Ensure } from '../programs/ensure.ts';
import { KINDS, entriesOf, makeSandbox, missingFor, namespaces, registered, writeFile } from '../sandbox.ts';
import type { Kind, Sandbox } from '../sandbox.ts';

const ENSURE = join(import.meta.dirname, '../programs/ensure.ts');

interface SetupSandbox extends Sandbox {
  readonly log: string;
  asked(script: string, more?: { env?: { [name: string]: string }; ready?: Partial<ReadyRequest> }): WorkspaceRequest;
}

function makeSetupSandbox(kind: Kind): SetupSandbox {
  const sandbox = makeSandbox(kind);
  const log = join(sandbox.folder, 'logs/setup.log');
  return {
    ...sandbox,
    log,
    asked: (script, { env = {}, ready = {} } = {}) =>
      sandbox.request({ ready: { setup: { script, env, logFile: log }, setupKey: [], direnv: 'off', ...ready } }),
  };
}

for (const kind of KINDS) {
  const check = (title: string, body: (sandbox: SetupSandbox) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip: missingFor(kind) }, () => body(makeSetupSandbox(kind)));
  };

  check('it runs in a new workspace before it is given out, and not again', async (sandbox) => {
    const { log, manager, asked } = sandbox;
    const script =
      'pwd > where\necho "$WORKFLOW_PORT_BASE $WORKFLOW_RUN_ID $WORKFLOW_WORKSPACE" > vars\necho said; echo told >&2\n';
    const workspaces = manager();
    const { workspace, env, prepared, warnings } = await workspaces.ensure(asked(script));
    assert.equal(readFileSync(join(workspace.path, 'where'), 'utf8'), `${workspace.path}\n`);
    assert.equal(readFileSync(join(workspace.path, 'vars'), 'utf8'), `${env['WORKFLOW_PORT_BASE']} r1 ${workspace.path}\n`);
    assert.equal(readFileSync(log, 'utf8'), 'said\ntold\n');
    assert.equal(statSync(log).mode & 0o777, 0o600);
    const [event] = prepared;
    assert.ok(event?.type === 'workspace.setup-finished' && event.id === 'w1' && !event.reused && event.durationMs >= 0);
    assert.deepEqual(warnings, []);
    writeFileSync(join(workspace.path, 'where'), 'mine');
    const again = await workspaces.ensure(asked(script));
    assert.deepEqual([again.reused, again.prepared], [true, []]);
    assert.equal(readFileSync(join(workspace.path, 'where'), 'utf8'), 'mine');
  });

  check('one that fails leaves no workspace, and its last words and the file with all of them are told', async (sandbox) => {
    const { source, log, manager, asked, leftovers } = sandbox;
    const script = 'echo one; echo two; echo "\u001b[31mthree\u001b[0m" >&2; echo; echo four; touch made; false; echo never';
    await assert.rejects(manager().ensure(asked(script)), {
      name: 'UserError',
      code: 'workspace-setup-failed',
      message: 'the set-up of workspace `w1` ended with exit status 1: two | three | four',
      hint: `all it said: ${log}`,
    });
    assert.deepEqual([leftovers(), registered(kind, source)], [['.state'], []]);
    assert.match(readFileSync(log, 'utf8'), /^one\ntwo\n/);
    const { reused } = await manager().ensure(asked('true'));
    assert.equal(reused, false);
  });

  check('one whose engine is killed is ended by the next, and the workspace made anew', async (sandbox) => {
    const { source, root, manager, asked } = sandbox;
    const { request, pid } = await killInSetup(sandbox);
    assert.ok(isAlive(pid), 'the script outlives its engine');
    const { workspace, reused, prepared } = await manager().ensure({ ...request, ready: asked('touch fresh').ready! });
    assert.equal(isAlive(pid), false);
    assert.deepEqual([reused, prepared.length], [false, 1]);
    assert.deepEqual([existsSync(join(workspace.path, 'begun')), existsSync(join(workspace.path, 'fresh'))], [false, true]);
    assert.deepEqual(
      namespaces(root).flatMap((folder) => entriesOf(folder)),
      ['.state', 'w1'],
    );
    if (kind !== 'copy') assert.deepEqual(registered(kind, source), [workspace.path]);
  });

  check('one whose engine is killed can be removed with its workspace', async (sandbox) => {
    const { source, root, manager, leftovers } = sandbox;
    const { request, pid } = await killInSetup(sandbox);
    const namespace = namespaces(root)[0] ?? '';
    const provider = request.provider === 'auto' || request.provider === 'none' ? 'git' : request.provider;
    await manager().remove({ id: 'w1', path: join(namespace, 'w1'), provider, from: source, base: null, why: '' });
    assert.deepEqual([isAlive(pid), leftovers(), registered(kind, source)], [false, ['.state'], []]);
  });
}

test('values reach it as variables and are never read as shell text', async () => {
  const { manager, asked } = makeSetupSandbox('copy');
  const env = { WORKFLOW_VALUE_1: '$(touch stolen); `touch stolen`\n"; touch stolen #', CI: '1' };
  const { workspace } = await manager().ensure(asked('printf "%s" "${WORKFLOW_VALUE_1}" > value; echo $CI > ci', { env }));
  assert.equal(readFileSync(join(workspace.path, 'value'), 'utf8'), env.WORKFLOW_VALUE_1);
  assert.deepEqual(
    [existsSync(join(workspace.path, 'stolen')), readFileSync(join(workspace.path, 'ci'), 'utf8')],
    [false, '1\n'],
  );
});

test('it has the environment of whoever asks, and an empty stdin', async () => {
  const { manager, asked } = makeSetupSandbox('copy');
  const env = { PATH: process.env['PATH'], MINE: 'x', GIT_AUTHOR_NAME: 'Ada' };
  const { workspace } = await manager({ env }).ensure(
    asked('cat > stdin; env | grep -c "^MINE=x$\\|^GIT_AUTHOR_NAME=Ada$" > count'),
  );
  assert.equal(readFileSync(join(workspace.path, 'stdin'), 'utf8'), '');
  assert.equal(readFileSync(join(workspace.path, 'count'), 'utf8'), '2\n');
});

for (const [script, how] of [
  ['no-such-program', /ended with exit status 127: .*no-such-program: .*not found/],
  ['kill -9 $$', /ended with exit status 137/],
  ['exit 3', /ended with exit status 3$/],
  ['(', /ended with exit status 2: .*yntax error/],
  [`${'# long\n'.repeat(20_000)}echo end; exit 4`, /ended with exit status 4: end$/],
  ['echo \0', /cannot be run: it holds a NUL character/],
] as const) {
  test(`a script that is ${JSON.stringify(script).slice(0, 20)} fails as a step's does`, async () => {
    const { manager, asked, leftovers } = makeSetupSandbox('copy');
    await assert.rejects(manager().ensure(asked(script)), { code: 'workspace-setup-failed', message: how });
    assert.deepEqual(leftovers(), ['.state']);
  });
}

test('a cancel ends it with all that it has started, and nothing of the workspace is left', async () => {
  const { folder, manager, asked, leftovers } = makeSetupSandbox('copy');
  const place = join(folder, 'begun');
  mkdirSync(place);
  const watcher = watch(place);
  const cancel = new AbortController();
  const script = `trap "" TERM; sleep 1000 & echo $! > '${place}/pid.new'; mv '${place}/pid.new' '${place}/pid'; wait; sleep 1000`;
  const making = manager().ensure({ ...asked(script), signal: cancel.signal });
  while (!existsSync(join(place, 'pid'))) await once(watcher, 'change');
  watcher.close();
  cancel.abort();
  await assert.rejects(making, { name: 'UserError', code: 'workspace-cancelled' });
  assert.deepEqual([isAlive(Number(readFileSync(join(place, 'pid'), 'utf8'))), leftovers()], [false, ['.state']]);
});

test('what it leaves running is ended', async () => {
  const { folder, manager, asked } = makeSetupSandbox('copy');
  await manager().ensure(
    asked(`sleep 1000 & echo $! > '${folder}/pid'; trap "" TERM; (trap "" TERM; sleep 1000) & echo $! > '${folder}/stubborn'`),
  );
  for (const name of ['pid', 'stubborn']) assert.equal(isAlive(Number(readFileSync(join(folder, name), 'utf8'))), false, name);
});

test('a workspace that is taken again is set up again when the script, a value or a file of its key is another', async () => {
  const { folder, manager, asked } = makeSetupSandbox('git');
  const workspaces = manager();
  const count = (): number => readFileSync(join(folder, 'count'), 'utf8').length;
  const script = `printf x >> '${folder}/count'; cp lock installed 2>/dev/null || true`;
  const ready = { setupKey: ['lock', 'vendor'] };
  const { workspace } = await workspaces.ensure(asked(script, { ready }));
  const mine = join(workspace.path, 'mine');
  writeFileSync(mine, 'kept');
  await workspaces.ensure(asked(script, { ready }));
  assert.equal(count(), 1);
  for (const change of [
    () => writeFileSync(join(workspace.path, 'lock'), '1'),
    () => writeFileSync(join(workspace.path, 'lock'), '2'),
    () => writeFile(join(workspace.path, 'vendor/deep/a'), '1'),
  ]) {
    change();
    const before = count();
    const { reused, prepared } = await workspaces.ensure(asked(script, { ready }));
    assert.deepEqual([reused, prepared.length, count()], [true, 1, before + 1]);
    await workspaces.ensure(asked(script, { ready }));
    assert.equal(count(), before + 1);
  }
  await workspaces.ensure(asked(script, { ready, env: { V: '1' } }));
  await workspaces.ensure(asked(`${script} `, { ready, env: { V: '1' } }));
  assert.equal(count(), 6);
  assert.equal(readFileSync(mine, 'utf8'), 'kept');
});

test('one that fails in a workspace that was there leaves it, and is tried again', async () => {
  const { manager, asked } = makeSetupSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(asked('true'));
  writeFileSync(join(workspace.path, 'mine'), 'kept');
  await assert.rejects(workspaces.ensure(asked('exit 1')), { code: 'workspace-setup-failed' });
  assert.equal(readFileSync(join(workspace.path, 'mine'), 'utf8'), 'kept');
  const again = await workspaces.ensure(asked('true'));
  assert.deepEqual([again.reused, again.prepared.length], [true, 1], 'what failed may have undone what was there');
});

test('one that still runs in a workspace that was there is ended, and run again', async () => {
  const sandbox = makeSetupSandbox('git');
  const { manager, asked } = sandbox;
  const first = manager();
  const { workspace } = await first.ensure(asked('true'));
  writeFileSync(join(workspace.path, 'mine'), 'kept');
  await first.release(workspace, 'done');
  const { request, pid } = await killInSetup(sandbox);
  assert.ok(isAlive(pid));
  const { reused, prepared } = await manager().ensure({ ...request, ready: asked('touch again').ready! });
  assert.deepEqual([reused, prepared.length, isAlive(pid)], [true, 1, false]);
  assert.deepEqual([existsSync(join(workspace.path, 'mine')), existsSync(join(workspace.path, 'again'))], [true, true]);
});

test('the checkout itself is not set up, and that is told', async () => {
  const { source, manager, asked } = makeSetupSandbox('git');
  const { warnings, prepared } = await manager().ensure({ ...asked('touch made'), provider: 'none' });
  assert.deepEqual(warnings, [`${source} is used as it is: \`setup\` is for new workspaces`]);
  assert.deepEqual([prepared, existsSync(join(source, 'made'))], [[], false]);
});

/** Kills an engine while its script is at work; returns the process that it left. */
async function killInSetup({ folder, root, asked }: SetupSandbox): Promise<{ request: WorkspaceRequest; pid: number }> {
  const place = join(folder, 'begun');
  mkdirSync(place);
  const watcher = watch(place);
  const script = `touch begun; sleep 1000 & echo $! > '${place}/pid.new'; mv '${place}/pid.new' '${place}/pid'; wait`;
  const request = asked(script);
  const options: Ensure = { root, request };
  const engine = spawn(process.execPath, [ENSURE, JSON.stringify(options)], { stdio: 'ignore' });
  while (!existsSync(join(place, 'pid'))) await once(watcher, 'change');
  watcher.close();
  engine.kill('SIGKILL');
  await once(engine, 'exit');
  return { request, pid: Number(readFileSync(join(place, 'pid'), 'utf8')) };
}

function isAlive(pid: number): boolean {
  const [state = ''] = execFileSync('sh', ['-c', `ps -o stat= -p ${pid} || true`], { encoding: 'utf8' }).split('\n');
  return state !== '' && !state.startsWith('Z');
}
