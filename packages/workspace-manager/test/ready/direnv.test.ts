// The environment of a workspace's `.envrc`, with the real direnv.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { namespaceOf } from '@workflow-platform/workspace-manager';
import type { EnsuredWorkspace, ReadyRequest, WorkspaceManager, WorkspaceRequest } from '@workflow-platform/workspace-manager';

import { trustIn } from '../../src/ready/direnv-program.ts';
import type { Ensure } from '../programs/ensure.ts';
import { KINDS, commitAll, jj, makeSandbox, missingFor, registered, writeFile } from '../sandbox.ts';
import type { Kind, Sandbox } from '../sandbox.ts';

const HAS_DIRENV = spawnSync('direnv', ['version']).status === 0;
const noDirenv = HAS_DIRENV ? false : 'needs `direnv` on PATH';
const ENSURE = join(import.meta.dirname, '../programs/ensure.ts');

interface DirenvSandbox extends Sandbox {
  /** A home of its own, with what direnv keeps there. */
  readonly env: NodeJS.ProcessEnv;
  readonly workspaces: WorkspaceManager;
  asked(direnv: ReadyRequest['direnv'], changes?: Partial<WorkspaceRequest>): WorkspaceRequest;
  allow(folder: string): void;
  allowed(): string[];
}

function makeDirenvSandbox(kind: Kind, envrc: string): DirenvSandbox {
  const sandbox = makeSandbox(kind);
  const { source } = sandbox;
  writeFile(join(source, '.envrc'), envrc);
  if (kind === 'git') commitAll(source);
  if (kind.startsWith('jj')) jj(source, 'commit', '--message', 'envrc');
  const env = { PATH: process.env['PATH'], HOME: join(sandbox.folder, 'home') };
  const data = join(env.HOME, '.local/share/direnv/allow');
  return {
    ...sandbox,
    env,
    workspaces: sandbox.manager({ env }),
    asked: (direnv, changes) => sandbox.request({ ready: { setup: null, setupKey: [], direnv }, ...changes }),
    allow: (folder) => void execFileSync('direnv', ['allow', folder], { env, stdio: 'ignore' }),
    allowed: () => (existsSync(data) ? readdirSync(data).map((name) => readFileSync(join(data, name), 'utf8').trim()) : []),
  };
}

function withDirenv(title: string, envrc: string, body: (sandbox: DirenvSandbox) => Promise<void>, kind: Kind = 'git'): void {
  test(title, { skip: noDirenv || missingFor(kind) }, () => body(makeDirenvSandbox(kind, envrc)));
}

for (const kind of KINDS) {
  withDirenv(
    `${kind}: an .envrc that is allowed in the checkout is loaded for the workspace`,
    'export FOO=1 PORT=$WORKFLOW_PORT_BASE\nPATH_add bin\n',
    async ({ source, workspaces, asked, allow, allowed }) => {
      allow(source);
      const { workspace, env, prepared, warnings } = await workspaces.ensure(asked('auto'));
      assert.deepEqual([env['FOO'], env['PORT'], warnings], ['1', env['WORKFLOW_PORT_BASE'], []]);
      assert.ok(env['PATH']?.startsWith(`${workspace.path}/bin:`));
      assert.deepEqual(
        Object.keys(env).filter((name) => name.startsWith('DIRENV_')),
        [],
      );
      const [event] = prepared;
      assert.ok(event?.type === 'workspace.direnv-allowed' && event.id === 'w1' && /^[0-9a-f]{64}$/.test(event.envrcDigest));
      assert.deepEqual(allowed().sort(), [join(source, '.envrc'), join(workspace.path, '.envrc')].sort());
      await workspaces.remove(workspace);
      assert.deepEqual(allowed(), [join(source, '.envrc')], 'direnv is not left with what is gone');
      assert.deepEqual(registered(kind, source), []);
    },
    kind,
  );
}

withDirenv('one that is not allowed is not loaded, and the user is told what helps', 'export FOO=1\n', async (sandbox) => {
  const { source, workspaces, asked, allowed } = sandbox;
  const { env, prepared, warnings } = await workspaces.ensure(asked('auto'));
  assert.deepEqual([env['FOO'], prepared, allowed()], [undefined, [], []]);
  assert.deepEqual(warnings, [
    `steps go without the \`.envrc\`: the \`.envrc\` in ${source} is not allowed (look at it, then \`direnv allow ${source}\`, or set direnv = "off")`,
  ]);
});

withDirenv('one that differs from the checkout’s by a byte is not loaded', 'export FOO=1\n', async (sandbox) => {
  const { source, workspaces, asked, allow, allowed } = sandbox;
  writeFileSync(join(source, '.envrc'), 'export FOO=1 \n');
  allow(source);
  const { env, warnings } = await workspaces.ensure(asked('auto', { base: 'HEAD' }));
  assert.equal(env['FOO'], undefined);
  assert.match(warnings[0] ?? '', /the workspace's `.envrc` is not the one in .* \(make them the same and allow it there/);
  assert.deepEqual(allowed(), [join(source, '.envrc')]);
});

for (const [why, message, prepare] of [
  ['is not allowed', /is not allowed/, () => {}],
  [
    'fails',
    /fails: .*envrc:2: no-such-program: command not found/,
    ({ source, allow }: DirenvSandbox) => {
      writeFileSync(join(source, '.envrc'), 'set -e\nno-such-program\n');
      commitAll(source);
      allow(source);
    },
  ],
  [
    'is only in the checkout',
    /but the workspace has none/,
    ({ source, allow }: DirenvSandbox) => {
      writeFile(join(source, '.gitignore'), '.envrc\n');
      execFileSync('git', ['rm', '--cached', '--quiet', '.envrc'], { cwd: source });
      commitAll(source);
      allow(source);
    },
  ],
] as const) {
  withDirenv(
    `direnv = "require": when it ${why} there is no workspace, and nothing is left`,
    'export FOO=1\n',
    async (sandbox) => {
      prepare(sandbox);
      const { source, workspaces, asked, allowed, leftovers } = sandbox;
      const before = allowed();
      await assert.rejects(workspaces.ensure(asked('require')), {
        name: 'UserError',
        code: 'workspace-direnv-required',
        message,
      });
      assert.deepEqual([leftovers(), registered('git', source), allowed()], [['.state'], [], before]);
    },
  );
}

withDirenv('one that fails is done without, and its last words are told', 'echo oh no >&2\nexit 3\n', async (sandbox) => {
  const { source, workspaces, asked, allow } = sandbox;
  allow(source);
  const { env, prepared, warnings } = await workspaces.ensure(asked('auto'));
  assert.deepEqual([env['FOO'], prepared], [undefined, []]);
  assert.match(warnings[0] ?? '', /^steps go without the `.envrc`: .*\/w1\/.envrc fails: oh no \(correct it, or/);
});

withDirenv(
  'direnv = "off": nothing is loaded, and nothing said',
  'export FOO=1\n',
  async ({ source, workspaces, asked, allow }) => {
    allow(source);
    const { env, prepared, warnings } = await workspaces.ensure(asked('off'));
    assert.deepEqual([env['FOO'], prepared, warnings], [undefined, [], []]);
  },
);

test('without direnv a workspace with an .envrc does without, and the user is told', async () => {
  const { folder, asked, manager } = makeDirenvSandbox('copy', 'export FOO=1\n');
  mkdirSync(join(folder, 'bin'));
  for (const name of ['sh', 'cp', 'rm'])
    symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(folder, 'bin', name));
  const without = manager({ env: { PATH: join(folder, 'bin') } });
  const before = process.env['PATH'];
  process.env['PATH'] = join(folder, 'bin');
  try {
    const { warnings } = await without.ensure(asked('auto'));
    assert.match(warnings[0] ?? '', /there is an `.envrc`, but no `direnv` on PATH \(install direnv/);
    await assert.rejects(without.ensure(asked('require')), { code: 'workspace-direnv-required' });
  } finally {
    process.env['PATH'] = before;
  }
});

const COUNTS = 'watch_file watched\necho x >> "$COUNT"\nexport SECRET=s3cret\n';

withDirenv('it is loaded once for its content, what it watches and the environment', COUNTS, async (sandbox) => {
  const { folder, source, root, manager, asked, allow, env } = sandbox;
  allow(source);
  const count = join(folder, 'count');
  const loads = (): number => readFileSync(count, 'utf8').split('\n').length - 1;
  const ensure = (more: NodeJS.ProcessEnv = {}): Promise<EnsuredWorkspace> =>
    manager({ env: { ...env, COUNT: count, ...more }, acquireLock: () => ({ release() {} }) }).ensure(asked('auto'));
  const { workspace } = await ensure();
  assert.deepEqual(
    [(await ensure()).env['SECRET'], (await ensure({ SHLVL: '7' })).env['SECRET'], loads()],
    ['s3cret', 's3cret', 1],
  );
  assert.equal((await ensure()).prepared[0]?.type, 'workspace.direnv-allowed');
  const memory = join(root, namespaceOf(source), '.state/.direnv-w1.json');
  assert.equal(statSync(memory).mode & 0o777, 0o600);
  writeFileSync(join(workspace.path, 'watched'), '');
  await ensure();
  assert.equal(loads(), 2);
  utimesSync(join(workspace.path, 'watched'), 1, 1);
  await ensure();
  assert.equal(loads(), 3);
  await ensure({ OTHER: 'x' });
  assert.equal(loads(), 4);
  writeFileSync(memory, '{"version":1');
  await ensure({ OTHER: 'x' });
  assert.equal(loads(), 5);
});

withDirenv(
  'one that a step has edited is not loaded: neither the new text nor what the old one gave',
  'export FOO=1\n',
  async (sandbox) => {
    const { source, workspaces, asked, allow, env } = sandbox;
    allow(source);
    const { workspace } = await workspaces.ensure(asked('auto'));
    writeFileSync(join(workspace.path, '.envrc'), 'touch "$HOME/stolen"\nexport FOO=2\n');
    const again = await workspaces.ensure(asked('auto'));
    assert.deepEqual([again.reused, again.env['FOO'], again.prepared], [true, undefined, []]);
    assert.match(again.warnings[0] ?? '', /is not the one in /);
    assert.equal(existsSync(join(env['HOME'] ?? '', 'stolen')), false);
    const status = execFileSync('direnv', ['status'], { cwd: workspace.path, env, encoding: 'utf8' });
    assert.equal(trustIn(status, join(workspace.path, '.envrc')), 'blocked');
    await assert.rejects(workspaces.ensure(asked('require')), { code: 'workspace-direnv-required' });
    assert.ok(existsSync(workspace.path), 'what steps have left there stays');
  },
);

withDirenv('a program that a step leaves in the workspace is not run as direnv', 'export FOO=1\n', async (sandbox) => {
  const { folder, source, root, manager, asked, allow, env } = sandbox;
  allow(source);
  const workspaces = manager({ env: { ...env, PATH: `.::bin:${env['PATH']}` } });
  const { workspace } = await workspaces.ensure(asked('auto'));
  for (const name of ['direnv', 'bin/direnv', 'sh', 'bash']) {
    writeFile(join(workspace.path, name), `#!/bin/sh\ntouch '${folder}/ran'\n`);
    chmodSync(join(workspace.path, name), 0o755);
  }
  rmSync(join(root, namespaceOf(source), '.state/.direnv-w1.json'));
  assert.equal((await workspaces.ensure(asked('require'))).env['FOO'], '1');
  assert.equal(existsSync(join(folder, 'ran')), false);
});

withDirenv(
  'a file that is allowed no longer is not loaded any more',
  'export FOO=1\n',
  async ({ source, workspaces, asked, allow, env }) => {
    allow(source);
    await workspaces.ensure(asked('auto'));
    execFileSync('direnv', ['deny', source], { env, stdio: 'ignore' });
    assert.equal((await workspaces.ensure(asked('auto'))).env['FOO'], undefined);
  },
);

withDirenv(
  'what the caller’s shell has loaded from the checkout gives way to the workspace’s',
  'export FOO=$PWD\nPATH_add bin\n',
  async (sandbox) => {
    const { source, manager, asked, allow, env } = sandbox;
    allow(source);
    const shell = execFileSync('direnv', ['export', 'json'], {
      cwd: source,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const loaded = { ...env, ...(JSON.parse(shell) as NodeJS.ProcessEnv) };
    assert.equal(loaded['FOO'], source);
    const given = await manager({ env: loaded }).ensure(asked('auto'));
    assert.equal(given.env['FOO'], given.workspace.path);
    assert.equal(given.env['PATH'], `${given.workspace.path}/bin:${env['PATH']}`);
    for (const name of ['DIRENV_DIFF', 'DIRENV_DIR', 'DIRENV_FILE', 'DIRENV_WATCHES']) assert.equal(given.env[name], null);
  },
);

withDirenv(
  'in the checkout itself the user’s own is loaded',
  'export FOO=1\n',
  async ({ source, workspaces, asked, allow, allowed }) => {
    const without = await workspaces.ensure(asked('auto', { provider: 'none' }));
    assert.match(without.warnings[0] ?? '', /is not allowed/);
    allow(source);
    const given = await workspaces.ensure(asked('require', { provider: 'none' }));
    assert.deepEqual([given.env['FOO'], given.prepared.length, allowed()], ['1', 1, [join(source, '.envrc')]]);
  },
);

withDirenv(
  'an .envrc that still runs when its engine has died is ended by the next',
  'echo $$ > "$HOME/pid.new"\nmv "$HOME/pid.new" "$HOME/pid"\nsleep 1000\n',
  async (sandbox) => {
    const { source, root, env, asked, allow, manager } = sandbox;
    allow(source);
    const home = env['HOME'] ?? '';
    const watcher = watch(home);
    const options: Ensure = { root, request: asked('auto') };
    const engine = spawn(process.execPath, [ENSURE, JSON.stringify(options)], {
      stdio: 'ignore',
      env: { ...process.env, ...env },
    });
    while (!existsSync(join(home, 'pid'))) await once(watcher, 'change');
    watcher.close();
    const pid = Number(readFileSync(join(home, 'pid'), 'utf8'));
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    assert.ok(isAlive(pid));
    const { env: given } = await manager({ env }).ensure(asked('off'));
    assert.equal(given['FOO'], undefined);
    assert.equal(isAlive(pid), false);
  },
);

test('what direnv says of a file is understood in all its forms', () => {
  const text = (allowed: string): string =>
    `direnv exec path /usr/bin/direnv\nNo .envrc loaded\nFound RC path /w/.envrc\nFound RC allowed ${allowed}\n`;
  const json = (foundRC: unknown): string => JSON.stringify({ config: {}, state: { foundRC, loadedRC: null } }, null, 2);
  for (const [status, trust] of [
    [text('true'), 'allowed'],
    [text('false'), 'blocked'],
    [text('0'), 'allowed'],
    [text('1'), 'blocked'],
    [text('2'), 'blocked'],
    [json({ allowed: 0, path: '/w/.envrc' }), 'allowed'],
    [json({ allowed: 1, path: '/w/.envrc' }), 'blocked'],
    [json({ allowed: 2, path: '/w/.envrc' }), 'blocked'],
    // Found further up, and so about something else.
    [json({ allowed: 0, path: '/.envrc' }), 'unknown'],
    [json(null), 'unknown'],
    ['{"state":', 'unknown'],
    ['', 'unknown'],
  ] as const) {
    assert.equal(trustIn(status, '/w/.envrc'), trust, status);
  }
});

function isAlive(pid: number): boolean {
  const [state = ''] = execFileSync('sh', ['-c', `ps -o stat= -p ${pid} || true`], { encoding: 'utf8' }).split('\n');
  return state !== '' && !state.startsWith('Z');
}
