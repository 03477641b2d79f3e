// Black-box cases of specs/070-agent-workspaces.md: list, show, shell, clean and sync-tools.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentTest, TOOLS_HASH, type AgentSandbox } from './agent-sandbox.ts';

interface Row {
  readonly workspace_id: string;
  readonly status: string;
  readonly workflow: string | null;
  readonly updated_at: string | null;
}

function rows(sandbox: AgentSandbox): Row[] {
  return JSON.parse(sandbox.workspace('list --json')) as Row[];
}

agentTest('list says so when there is none, and is sorted by id otherwise, from any folder of the repository', (sandbox) => {
  const { workspace, run, metadata, folder } = sandbox;
  assert.equal(workspace('list --json'), '[]\n');
  assert.deepEqual(run('workflow workspace list').stdout, '');
  workspace('run --workspace-id b --workflow work -- true');
  workspace('run --workspace-id B -- true');
  run('workflow workspace run --workspace-id a -- false');
  const expected = [
    { workspace_id: 'B', status: 'done', workflow: null },
    { workspace_id: 'a', status: 'error', workflow: null },
    { workspace_id: 'b', status: 'done', workflow: 'work' },
  ];
  assert.deepEqual(
    rows(sandbox).map(({ workspace_id, status, workflow }) => ({ workspace_id, status, workflow })),
    expected,
  );
  assert.equal(rows(sandbox)[0]?.updated_at, metadata('B')['updated_at']);
  symlinkSync(folder, join(folder, '../link'));
  for (const place of ['rules', '../link', '../link/scripts']) {
    assert.equal(run(`cd ${place} && workflow workspace list --json`).stdout, workspace('list --json'), place);
  }
  assert.match(workspace('list'), /^b +done +work /m);
});

agentTest('B10: from inside a workspace, the repository it belongs to counts', (sandbox) => {
  const { workspace, at, known } = sandbox;
  const inside = workspace("run --workspace-id a -- sh -c 'cd rules && workflow workspace list --json'");
  assert.deepEqual(
    (JSON.parse(inside) as Row[]).map(({ workspace_id: id, status }) => [id, status]),
    [['a', 'running']],
  );
  workspace('run --workspace-id a -- workflow workspace run --workspace-id b -- touch made');
  assert.ok(existsSync(at('b', 'made')));
  assert.deepEqual(known(), ['a', 'b', 'default']);
});

agentTest('B21: metadata that cannot be read is `unknown` in the list and spoils nothing', (sandbox) => {
  const { workspace, at } = sandbox;
  const texts = ['', '[]', 'null', '{"status": 7, "workflow": {}, "updated_at": 1}', '{'];
  workspace('run --workspace-id z -- true');
  for (const [number, text] of texts.entries()) {
    mkdirSync(at(`w${number}`, '.agent-tools'), { recursive: true });
    writeFileSync(at(`w${number}`, '.agent-tools/.agent-workflow.json'), text);
  }
  mkdirSync(at('folder', '.agent-tools/.agent-workflow.json'), { recursive: true });
  mkdirSync(at('without'));
  const seen = rows(sandbox).map(({ workspace_id: id, status, workflow }) => `${id} ${status} ${workflow}`);
  const unknown = ['folder', 'w0', 'w1', 'w2', 'w3', 'w4'].map((id) => `${id} unknown null`);
  assert.deepEqual(seen, [...unknown, 'z done null']);
  assert.match(workspace('list'), /^w0 +unknown/m);
});

agentTest('B21: a run makes metadata anew that cannot be read', (sandbox) => {
  const { workspace, at, metadata } = sandbox;
  workspace('run --workspace-id a -- true');
  writeFileSync(at('a', '.agent-tools/.agent-workflow.json'), '{');
  assert.notEqual(sandbox.refused('show a').status, 0);
  workspace('run --workspace-id a -- true');
  assert.equal(metadata('a')['status'], 'done');
});

agentTest('show gives the metadata as it is, with what else is known, and is refused where there is none', (sandbox) => {
  const { workspace, metadata, refused, at } = sandbox;
  workspace('run --workspace-id a -- true');
  sandbox.writeMetadata('a', { ...metadata('a'), theirs: null });
  const shown = JSON.parse(workspace('show a --json')) as { readonly [key: string]: unknown };
  assert.deepEqual({ ...shown, ...metadata('a') }, shown);
  assert.deepEqual([shown['provider'], shown['state'], shown['changed_files']], ['jj', 'ready', 0]);
  assert.match(String(shown['why']), /Jujutsu/);
  assert.match(workspace('show a'), /^status +done$/m);
  assert.equal(workspace('status a --json'), workspace('show a --json'));
  assert.equal(workspace('status --json'), workspace('list --json'));
  assert.match(refused('show nosuch').stderr, /does not exist/);
  mkdirSync(at('bare'));
  assert.match(refused('show bare').stderr, /has no metadata at/);
});

agentTest('B23: a run whose process was killed is told from one that goes on', (sandbox) => {
  sandbox.run("workflow workspace run --workspace-id a -- sh -c 'kill -KILL $PPID'");
  const { workspace_id: id, status, ...others } = rows(sandbox)[0]!;
  assert.deepEqual([id, status, 'process_alive' in others && others.process_alive], ['a', 'running', false]);
  assert.match(sandbox.workspace('list'), /its process is gone/);
  const inside = sandbox.workspace('run --workspace-id a -- workflow workspace show a --json');
  assert.equal((JSON.parse(inside) as { process_alive: boolean }).process_alive, true);
});

agentTest(
  'B14: shell opens the users shell with the agents environment, exits as it does and leaves the metadata alone',
  (sandbox) => {
    const { workspace, run, at, metadata, env } = sandbox;
    workspace('run --workspace-id a -- true');
    const before = metadata('a');
    const shell = join(env['HOME']!, 'my-shell');
    writeFileSync(shell, '#!/bin/sh\n[ "$1" = -i ] || exit 99\nexec sh\n', { mode: 0o755 });
    const variables = ['PWD', 'AGENT_WORKSPACE_ID', 'AGENT_TOOLS_VERSION', 'AGENT_TOOLS_SOURCE'];
    const input = `${variables.map((name) => `echo "$${name}"\n`).join('')}exit 5\n`;
    const { stdout, stderr, status } = run('workflow workspace shell a', { input, env: { SHELL: shell } });
    assert.deepEqual(stdout.trim().split('\n'), [at('a'), 'a', TOOLS_HASH, sandbox.folder]);
    assert.equal(status, 5);
    assert.ok(stderr.includes(at('a')) && stderr.trim().split('\n').length === 1, stderr);
    assert.deepEqual(metadata('a'), before);
  },
);

agentTest('shell and sync-tools tell a missing folder from one that jj does not know', ({ refused, at, workspace }) => {
  mkdirSync(at('bare'), { recursive: true });
  writeFileSync(at('bare', 'x'), '');
  for (const name of ['shell', 'sync-tools']) {
    assert.match(refused(`${name} nosuch`).stderr, /does not exist/);
    assert.match(refused(`${name} bare`).stderr, /is not registered with jj/);
  }
  assert.match(refused('run --workspace-id bare -- touch ran').stderr, /is not registered with jj/);
  assert.ok(!existsSync(at('bare', 'ran')));
  workspace('clean bare');
  assert.ok(!existsSync(at('bare')));
});

agentTest('clean forgets and removes, can be repeated, and keeps a change with something in it', (sandbox) => {
  const { workspace, at, known, jj, namespace } = sandbox;
  workspace("run --workspace-id full -- sh -c 'echo kept > file && jj status'");
  workspace('run --workspace-id empty -- true');
  const ids = ['full', 'empty'].map((id) => jj('log', '-r', `${id}@`, '--no-graph', '-T', 'change_id'));
  for (const id of ['full', 'empty', 'full', 'nosuch']) assert.equal(workspace(`clean ${id}`), '');
  assert.deepEqual(known(), ['default']);
  assert.ok(!existsSync(at('full')));
  assert.deepEqual(readdirSync(namespace), ['.state']);
  assert.equal(jj('file', 'show', '-r', ids[0]!, 'file'), 'kept\n');
  assert.throws(() => jj('log', '-r', ids[1]!));
});

agentTest('B12: edits that jj has not recorded yet stay in a change, after clean and after --cleanup', ({ workspace, jj }) => {
  workspace('run --workspace-id a -- sh -c "echo one > first; head -c 2000000 /dev/zero > large"');
  const first = jj('log', '-r', 'a@', '--no-graph', '-T', 'change_id');
  workspace('clean a');
  assert.equal(jj('file', 'show', '-r', first, 'first'), 'one\n');
  assert.match(jj('diff', '--stat', '-r', first), /large.*\(binary\)/);
  workspace('run --workspace-id b --cleanup -- sh -c "echo two > second"');
  assert.match(jj('log', '-r', 'all()', '--no-graph', '-T', 'diff.files().map(|f| f.path()).join(" ") ++ "\\n"'), /^second$/m);
});

agentTest(
  'clean never follows a link and never removes a folder that lies elsewhere',
  ({ workspace, at, folder, known, namespace }) => {
    const elsewhere = join(folder, '../elsewhere');
    workspace('run --workspace-id moved -- sh -c "echo x > file"');
    renameSync(at('moved'), elsewhere);
    symlinkSync(elsewhere, at('moved'));
    workspace('clean moved');
    assert.ok(existsSync(join(elsewhere, 'file')));
    assert.deepEqual(readdirSync(namespace), ['.state']);
    assert.deepEqual(known(), ['default']);
  },
);

agentTest(
  'clean forgets a workspace that jj has in another place, and leaves its folder with its edits',
  ({ workspace, run, folder, known }) => {
    const elsewhere = join(folder, '../elsewhere');
    run(`jj --config git.colocate=false workspace add --name other ${elsewhere} && echo x > ${elsewhere}/file`);
    workspace('clean other');
    assert.equal(readFileSync(join(elsewhere, 'file'), 'utf8'), 'x\n');
    assert.deepEqual(known(), ['default']);
  },
);

agentTest('a workspace that a run of a workflow made can be worked in and cleaned, however it was made', (sandbox) => {
  const { workspace, run, at, known, folder, namespace } = sandbox;
  for (const provider of ['jj', 'git', 'copy']) {
    sandbox.write('../flow.toml', `id = "flow"\n[workspace]\nprovider = "${provider}"\n[steps.a]\nrun = "echo x > made"\n`);
    assert.equal(run(`workflow run ../flow.toml --workspace-id ${provider} --keep`).status, 0, provider);
  }
  assert.equal(workspace('run --workspace-id jj -- cat made'), 'x\n');
  for (const provider of ['jj', 'git', 'copy']) {
    workspace(`clean ${provider}`);
    assert.ok(!existsSync(at(provider)), provider);
  }
  assert.deepEqual(known(), ['default']);
  assert.equal(run('git worktree list').stdout.trim().split('\n').length, 1, folder);
  // What was made there is kept until somebody says otherwise.
  assert.deepEqual(readdirSync(join(namespace, '.state')), ['copy.json', 'git.json', 'jj.events', 'jj.json']);
  workspace('clean jj git copy --discard');
  assert.deepEqual(readdirSync(join(namespace, '.state')), []);
  assert.deepEqual(readdirSync(join(namespace, '.saved')), []);
});

agentTest('clean refuses while something runs in the workspace', ({ workspace, at }) => {
  const said = workspace("run --workspace-id a -- sh -c 'workflow workspace clean a 2>&1; echo exit $?'");
  assert.match(said, /something is running in workspace `a`/);
  assert.match(said, /exit 1/);
  assert.ok(existsSync(at('a')));
});

agentTest('B3: sync-tools copies even the same tools, and keeps status, workflow, command and created_at', (sandbox) => {
  const { workspace, at, metadata, write } = sandbox;
  workspace('run --workspace-id a --workflow work -- true');
  sandbox.writeMetadata('a', { ...metadata('a'), created_at: '2020-01-01T00:00:00+00:00', updated_at: 'then', theirs: 1 });
  const before = metadata('a');
  writeFileSync(at('a', '.agent-tools/AGENTS.md'), 'edited');
  assert.equal(workspace('sync-tools a'), '');
  assert.equal(readFileSync(at('a', '.agent-tools/AGENTS.md'), 'utf8'), 'Read rules.\n');
  const { updated_at: updated, ...others } = metadata('a');
  const { updated_at: _, ...unchanged } = before;
  assert.deepEqual(others, unchanged);
  assert.notEqual(updated, 'then');
  write('AGENTS.md', 'new\n');
  workspace('sync-tools a');
  assert.equal(readFileSync(at('a', '.agent-tools/.version'), 'utf8').trim(), metadata('a')['tools_version']);
  assert.notEqual(metadata('a')['tools_version'], TOOLS_HASH);
});

agentTest('sync-tools makes metadata with status idle where there was none', ({ workspace, metadata, namespace, run, at }) => {
  mkdirSync(namespace, { recursive: true });
  run(`jj --config git.colocate=false workspace add --name own ${at('own')}`);
  workspace('sync-tools own');
  const { status, workspace_id: id, workspace_path: path, tools_version: version } = metadata('own');
  assert.deepEqual({ status, id, path, version }, { status: 'idle', id: 'own', path: at('own'), version: TOOLS_HASH });
  assert.equal(workspace('run --workspace-id own -- pwd'), `${at('own')}\n`);
  rmSync(at('own'), { recursive: true });
});
