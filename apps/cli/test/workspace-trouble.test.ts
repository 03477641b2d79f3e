// Black-box cases of specs/070-agent-workspaces.md: signals, halves, races, stale working copies and folders that went away.

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentTest, fakeDirenv, hasDirenv, type AgentSandbox } from './agent-sandbox.ts';

for (const [signal, status] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const) {
  agentTest(`B2: ${signal} is passed on to the command, waited for and noted`, async (sandbox) => {
    const name = signal.slice(3);
    const run = start(sandbox, `trap 'echo got ${name}; exit 0' ${name}; echo ready; while :; do sleep 0.05; done`);
    await run.ready;
    run.child.kill(signal);
    assert.equal(await run.status, status);
    assert.equal(run.stdout(), `ready\ngot ${name}\n`);
    assert.equal(sandbox.metadata('a')['status'], 'cancelled');
  });
}

agentTest('B2: a command that a passed signal ends has the exit code that the signal gives', async (sandbox) => {
  const run = start(sandbox, 'echo ready; exec sleep 1000');
  await run.ready;
  run.child.kill('SIGTERM');
  assert.equal(await run.status, 143);
  assert.equal(sandbox.metadata('a')['status'], 'cancelled');
});

agentTest('B2: a signal while the workspace is being made takes it back, and the command does not run', async (sandbox) => {
  // A `jj` that tells when it is asked for the list and goes on only then.
  const real = sandbox.run('command -v jj').stdout.trim();
  const bin = sandbox.env['PATH']!.split(':')[0]!;
  const script = `#!/bin/sh\ncase "$*" in *' new '*) kill -TERM $PPID ;; esac\nexec '${real}' "$@"\n`;
  writeFileSync(join(bin, 'jj'), script, { mode: 0o755 });
  const { status, stdout } = sandbox.run('workflow workspace run --workspace-id a -- echo ran');
  rmSync(join(bin, 'jj'));
  assert.deepEqual([status, stdout], [143, '']);
  assert.deepEqual(sandbox.known(), ['default']);
  assert.ok(!existsSync(sandbox.at('a')));
});

agentTest('B5: a workspace that could not be made to the end is taken back, so that each try fails the same way', (sandbox) => {
  const { refused, workspace, at, known, folder } = sandbox;
  const isGone = () => {
    assert.ok(!existsSync(at('a')));
    assert.deepEqual(known(), ['default']);
  };
  for (let attempt = 0; attempt < 2; attempt++) {
    assert.match(refused('run --workspace-id a --base-change nosuch -- true').stderr, /nosuch/);
    isGone();
  }
  symlinkSync('nowhere', join(folder, 'rules/dangling'));
  assert.match(refused('run --workspace-id a -- true').stderr, /rules\/dangling/);
  isGone();
  rmSync(join(folder, 'rules/dangling'));
  workspace('run --workspace-id a --base-change @- -- true');
  refused('run --workspace-id a -- true', { AGENT_TOOLS_SOURCE: '/no/such/place' });
  assert.ok(existsSync(at('a')));
});

agentTest('B5: so is one whose .envrc fails', (sandbox) => {
  if (!hasDirenv()) fakeDirenv(sandbox);
  sandbox.write('.envrc', 'exit 3\n');
  sandbox.run('jj commit -m envrc');
  for (let attempt = 0; attempt < 2; attempt++) {
    sandbox.refused('run --workspace-id a -- echo ran');
    assert.deepEqual(sandbox.known(), ['default']);
    assert.ok(!existsSync(sandbox.at('a')));
  }
  assert.equal(sandbox.workspace('run --workspace-id a --no-direnv -- echo ran'), 'ran\n');
});

agentTest('B5: what a killed run left half made is made anew, with its base', (sandbox) => {
  const { workspace, at, jj, namespace } = sandbox;
  const real = sandbox.run('command -v jj').stdout.trim();
  const bin = sandbox.env['PATH']!.split(':')[0]!;
  writeFileSync(join(bin, 'jj'), `#!/bin/sh\ncase "$*" in *' new '*) kill -KILL $PPID; exit 1 ;; esac\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  assert.notEqual(sandbox.run('workflow workspace run --workspace-id a -- true').status, 0);
  rmSync(join(bin, 'jj'));
  assert.ok(existsSync(at('a')));
  workspace('run --workspace-id a --base-change default@- -- true');
  const commit = (revision: string) => jj('log', '-r', revision, '--no-graph', '-T', 'commit_id');
  assert.equal(commit('a@'), commit('default@-'));
  assert.ok(!existsSync(join(namespace, '.state/a.making')));
});

agentTest(
  'B6: a workspace whose folder is gone is made anew; one that jj has elsewhere is refused with that place',
  (sandbox) => {
    const { workspace, refused, at, jj, folder } = sandbox;
    workspace('run --workspace-id a -- sh -c "echo kept > file; jj status"');
    const change = jj('log', '-r', 'a@', '--no-graph', '-T', 'change_id');
    for (const deface of [() => {}, () => mkdirSync(at('a'))]) {
      rmSync(at('a'), { recursive: true });
      deface();
      assert.equal(workspace('run --workspace-id a -- sh -c "jj root; ls AGENTS.md"'), `${at('a')}\nAGENTS.md\n`);
    }
    assert.equal(jj('file', 'show', '-r', change, 'file'), 'kept\n');

    const other = { AI_WORKSPACES_ROOT: join(folder, '../other') };
    assert.ok(refused('run --workspace-id a -- touch ran', other).stderr.includes(at('a')));
    rmSync(join(at('a'), '.jj'), { recursive: true });
    assert.match(refused('run --workspace-id a -- touch ran').stderr, /no workspace/);
    assert.ok(!existsSync(at('a', 'ran')));
  },
);

agentTest('B11: with a stale main working copy, list, run and clean work, and a base in use is refused', (sandbox) => {
  const { workspace, refused, known, at, run } = sandbox;
  workspace('run --workspace-id a -- true');
  // Puts a file into the change that the main working copy has, behind its back.
  assert.match(refused('run --workspace-id b --base-change default@ -- true').stderr, /default@ is the current change of/);
  run(`cd '${at('a')}' && jj edit default@ && echo x > behind && jj status`);
  assert.match(run('jj status').stderr, /stale/);
  assert.equal((JSON.parse(workspace('list --json')) as unknown[]).length, 1);
  assert.equal(workspace('run --workspace-id c -- echo ran'), 'ran\n');
  workspace('clean a');
  workspace('clean c');
  assert.deepEqual(known(), ['default']);
  assert.ok(!existsSync(at('a')));
});

agentTest('B12: edits in a workspace that is itself stale stay in a change, too', ({ workspace, run, at, jj }) => {
  workspace('run --workspace-id a -- sh -c "echo one > first; jj status"');
  const change = jj('log', '-r', 'a@', '--no-graph', '-T', 'change_id');
  run(`jj --ignore-working-copy rebase -r ${change} -d 'root()'`);
  writeFileSync(at('a', 'second'), 'two\n');
  assert.match(run(`cd '${at('a')}' && jj status`).stderr, /stale/);
  workspace('clean a');
  const contents = jj('log', '-r', 'all()', '--no-graph', '-T', 'diff.files().map(|f| f.path()).join(" ") ++ "\\n"');
  assert.match(contents, /second/);
});

agentTest(
  'B19: of several runs of one new id at once each works in the one workspace, and metadata and tools are whole',
  async (sandbox) => {
    const runs = Array.from({ length: 4 }, (_, number) => start(sandbox, `echo ready; echo ${number} > made-${number}; jj root`));
    assert.deepEqual(await Promise.all(runs.map(({ status }) => status)), [0, 0, 0, 0]);
    for (const [number, run] of runs.entries()) {
      assert.equal(run.stdout(), `ready\n${sandbox.at('a')}\n`);
      assert.equal(readFileSync(sandbox.at('a', `made-${number}`), 'utf8'), `${number}\n`);
    }
    assert.equal(sandbox.metadata('a')['status'], 'done');
    assert.deepEqual(sandbox.known(), ['a', 'default']);
    assert.ok(existsSync(sandbox.at('a', '.agent-tools/AGENTS.md')));
  },
);

agentTest(
  'B19: several new workspaces can be made at once, and tools are not replaced under a running command',
  async (sandbox) => {
    const ids = ['a', 'b', 'c', 'd'];
    const runs = ids.map((id) => start(sandbox, 'echo ready; read line; cat .agent-tools/AGENTS.md', id));
    await Promise.all(runs.map(({ ready }) => ready));
    assert.deepEqual(sandbox.known(), [...ids, 'default']);
    sandbox.write('AGENTS.md', 'new\n');
    assert.match(sandbox.run('workflow workspace run --workspace-id a -- true').stderr, /tools of workspace a stay/);
    for (const { child } of runs) child.stdin?.end('go\n');
    await Promise.all(runs.map(({ status }) => status));
    assert.deepEqual(
      runs.map(({ stdout }) => stdout()),
      ids.map(() => 'ready\nRead rules.\n'),
    );
    assert.equal(sandbox.workspace('run --workspace-id a -- cat .agent-tools/AGENTS.md'), 'new\n');
  },
);

agentTest('--cleanup leaves a workspace that somebody else works in', async (sandbox) => {
  const other = start(sandbox, 'echo ready; read line');
  await other.ready;
  const { status, stderr } = sandbox.run('workflow workspace run --workspace-id a --cleanup -- true');
  assert.equal(status, 0);
  assert.match(stderr, /something is running in workspace `a`.*it stays/);
  assert.ok(existsSync(sandbox.at('a')));
  assert.equal(sandbox.metadata('a')['status'], 'done');
  other.child.stdin?.end('go\n');
  assert.equal(await other.status, 0);
});

agentTest('a command that removes its own workspace leaves nothing behind', ({ run, at, workspace, known }) => {
  const { status, stderr } = run(
    `workflow workspace run --workspace-id a -- sh -c 'cd /; rm -rf "$AGENT_WORKSPACE_PATH"; exit 4'`,
  );
  assert.equal(status, 4);
  assert.match(stderr, /was removed while the command ran/);
  assert.ok(!existsSync(at('a')));
  workspace('clean a');
  assert.deepEqual(known(), ['default']);
});

interface Started {
  readonly child: ChildProcess;
  /** Settles when the command has written something. */
  readonly ready: Promise<unknown>;
  readonly status: Promise<number | null>;
  stdout(): string;
}

function start({ env, folder }: AgentSandbox, script: string, id = 'a'): Started {
  const child = spawn('workflow', ['workspace', 'run', '--workspace-id', id, '--', 'sh', '-c', script], {
    cwd: folder,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    // Whoever runs the tests may have a terminal.
    detached: true,
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const status = once(child, 'close').then(([code]) => code as number | null);
  return { child, ready: once(child.stdout, 'data'), status, stdout: () => stdout };
}
