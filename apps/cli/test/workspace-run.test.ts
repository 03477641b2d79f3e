// Black-box cases of specs/070-agent-workspaces.md: what `workflow workspace run` makes, runs and notes.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentTest, allProgramsBut, fakeDirenv, hasDirenv, TOOLS_HASH } from './agent-sandbox.ts';

agentTest(
  'a new workspace lies under its repository and has a change beside the working copy, whose edits are left alone',
  (sandbox) => {
    const { workspace, at, jj, known, folder } = sandbox;
    const before = jj('log', '-r', 'default@', '--no-graph', '-T', 'commit_id');
    assert.equal(workspace('run --workspace-id wf-12 -- pwd'), `${at('wf-12')}\n`);
    assert.deepEqual(known(), ['default', 'wf-12']);
    const parents = (name: string) => jj('log', '-r', `${name}@-`, '--no-graph', '-T', 'commit_id');
    assert.equal(parents('wf-12'), parents('default'));
    assert.deepEqual(readdirSync(at('wf-12')).sort(), ['.agent-tools', '.jj', 'AGENTS.md', 'agents.just', 'rules', 'scripts']);
    assert.equal(jj('log', '-r', 'default@', '--no-graph', '-T', 'commit_id'), before);
    assert.ok(existsSync(join(folder, 'dirty')));
  },
);

agentTest('a known id is the same workspace again, with what was left in it', ({ workspace, jj }) => {
  workspace("run --workspace-id a -- sh -c 'echo one > file'");
  const change = jj('log', '-r', 'a@', '--no-graph', '-T', 'change_id');
  assert.equal(workspace('run --workspace-id a -- cat file'), 'one\n');
  assert.equal(jj('log', '-r', 'a@', '--no-graph', '-T', 'change_id'), change);
});

agentTest(
  'the command finds seven variables and PWD, also in the place of those of another workspace',
  ({ workspace, at, folder }) => {
    const names = ['ID', 'PATH', 'METADATA', 'REPO_ROOT'].map((name) => `AGENT_WORKSPACE_${name}`);
    names.push('AGENT_TOOL_COPY_ROOT', 'AGENT_TOOLS_VERSION', 'PWD');
    const inherited = Object.fromEntries(names.map((name) => [name, '/elsewhere']));
    const lines = workspace(
      `run --workspace-id a -- node -p 'const e = process.env; [${names.map((name) => `e.${name}`).join(', ')}, e.AGENT_TOOLS_SOURCE, e.MINE].join("\\n")'`,
      { ...inherited, MINE: 'kept' },
    );
    const tools = at('a', '.agent-tools');
    assert.deepEqual(lines.trim().split('\n'), [
      'a',
      at('a'),
      join(tools, '.agent-workflow.json'),
      folder,
      tools,
      TOOLS_HASH,
      at('a'),
      folder,
      'kept',
    ]);
  },
);

agentTest('the streams are the callers own, and arguments arrive as they are', ({ run, workspace }) => {
  const passed = run('workflow workspace run --workspace-id a -- sh -c "cat; echo oops >&2; exit 3"', { input: 'in\0put\n' });
  assert.equal(passed.stdout, 'in\0put\n');
  assert.match(passed.stderr, /oops/);
  assert.equal(passed.status, 3);
  const words = ['', 'a b', 'new\nline', '--', '"quoted" \'too\'', '$HOME', '--help', 'é'];
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  assert.deepEqual(
    JSON.parse(workspace(`run --workspace-id a -- node -p 'JSON.stringify(process.argv.slice(1))' -- ${quoted}`)),
    words,
  );
});

agentTest(
  'B1: the exit code is the commands own, 128 + n for signal n, 127 and 126 for what cannot run; the status says how it ended',
  (sandbox) => {
    sandbox.write('no-program', 'text\n');
    chmodSync(sandbox.write('no-interpreter', '#!/no/such/interpreter\n'), 0o755);
    const cases = [
      ['true', 0, 'done'],
      ["sh -c 'exit 41'", 41, 'error'],
      ["sh -c 'kill -TERM $$'", 143, 'error'],
      ["sh -c 'kill -KILL $$'", 137, 'error'],
      ['there-is-no-such-program', 127, 'error'],
      [join(sandbox.folder, 'no-interpreter'), 127, 'error'],
      [join(sandbox.folder, 'no-program'), 126, 'error'],
    ] as const;
    for (const [command, status, word] of cases) {
      assert.equal(sandbox.run(`workflow workspace run --workspace-id a --no-direnv -- ${command}`).status, status, command);
      assert.equal(sandbox.metadata('a')['status'], word, command);
    }
  },
);

agentTest('B17: what only a shell knows is no program', ({ run }) => {
  for (const word of ['exit', 'export']) {
    assert.equal(run(`workflow workspace run --workspace-id a --no-direnv -- ${word} 3`).status, 127, word);
  }
});

agentTest('a root that cannot be written to is refused with a reason', (sandbox) => {
  sandbox.write('../file', '');
  const { status, stderr } = sandbox.refused('run --workspace-id a -- true', { AI_WORKSPACES_ROOT: '../file/below' });
  assert.equal(status, 1);
  assert.match(stderr, /cannot keep workspaces in/);
});

agentTest('the metadata file says what runs where, is kept up to date, and keeps what others wrote', (sandbox) => {
  const { workspace, metadata, at, folder } = sandbox;
  const seen = workspace(`run --workspace-id a --workflow work --base-change @- -- sh -c 'cat "$AGENT_WORKSPACE_METADATA"'`);
  const first = JSON.parse(seen) as { created_at: string; updated_at: string };
  assert.equal(seen, `${JSON.stringify(first, null, 2)}\n`);
  assert.match(first.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  const { created_at: created, updated_at: _, process_id: processId, ...others } = metadata('a');
  assert.deepEqual(others, {
    workspace_id: 'a',
    repo_root: folder,
    workspace_path: at('a'),
    status: 'done',
    direnv_allowed: false,
    command: ['sh', '-c', 'cat "$AGENT_WORKSPACE_METADATA"'],
    workflow: 'work',
    base_change: '@-',
    tools_source: folder,
    tools_copy: at('a', '.agent-tools'),
    tools_version: TOOLS_HASH,
  });
  assert.equal(typeof processId, 'number');
  sandbox.writeMetadata('a', {
    ...metadata('a'),
    created_at: '2020-01-01T00:00:00+00:00',
    updated_at: 'then',
    theirs: [1, { two: 'é' }],
  });
  workspace("run --workspace-id a --workflow '' --base-change '' -- true");
  const after = metadata('a');
  assert.equal(after['created_at'], '2020-01-01T00:00:00+00:00');
  assert.deepEqual(after['theirs'], [1, { two: 'é' }]);
  assert.notEqual(after['updated_at'], 'then');
  assert.ok(!('workflow' in after));
  assert.equal(created, first.created_at);
});

agentTest(
  'B20: --base-change puts a new workspace on the change; a workspace that is there stays, and the metadata says so',
  ({ workspace, jj, metadata, run }) => {
    const commit = jj('log', '-r', 'default@-', '--no-graph', '-T', 'commit_id');
    jj('bookmark', 'set', 'here', '-r', 'default@-');
    workspace('run --workspace-id a --base-change here -- true');
    assert.equal(jj('log', '-r', 'a@', '--no-graph', '-T', 'commit_id'), commit);
    const again = run("workflow workspace run --workspace-id a --base-change 'root()' -- true");
    assert.match(again.stderr, /stays where it is/);
    assert.equal(jj('log', '-r', 'a@', '--no-graph', '-T', 'commit_id'), commit);
    assert.equal(metadata('a')['base_change'], 'here');
  },
);

agentTest('wrong arguments are refused before anything is made', ({ refused, namespace, known, run, folder }) => {
  const lines = [
    'run -- true',
    'run --workspace-id a',
    'run --workspace-id a --',
    'run --workspace-id a true',
    'run --workspace-id a true -- x',
    "run --workspace-id a -- ''",
    'run --workspace-id a --nosuch -- true',
  ];
  for (const line of lines) assert.equal(refused(line).status, 2, line);
  assert.ok(!existsSync(namespace));
  assert.deepEqual(known(), ['default']);
  const outside = run(`cd '${join(folder, '..')}' && workflow workspace run --workspace-id a -- echo ran`);
  assert.notEqual(outside.status, 0);
  assert.equal(outside.stdout, '');
  assert.match(outside.stderr, /not in a Jujutsu repository/);
});

agentTest(
  'B7, B8, B9: ids that are no folder names, or that jj or options would take for something else, are refused everywhere',
  ({ refused, namespace, known }) => {
    const ids = ['', 'a b', 'a/b', "'a\nb'", 'é', '..', '.', '.a', 'a..b', 'a.', '-a', 'default'];
    for (const id of ids) {
      const quoted = id.startsWith("'") ? id : `'${id}'`;
      refused(`run --workspace-id ${quoted} -- true`);
      refused(`clean -- ${quoted}`);
    }
    assert.ok(!existsSync(namespace));
    assert.deepEqual(known(), ['default']);
  },
);

agentTest('B9: ids that jj prints in quotes are known again and cleaned', ({ workspace, known }) => {
  for (const id of ['a-', '_', '0', 'A.b_c-1', '1e5', 'a.lock']) {
    workspace(`run --workspace-id '${id}' -- sh -c 'echo x > file'`);
    assert.equal(workspace(`run --workspace-id '${id}' -- cat file`), 'x\n');
    workspace(`clean '${id}'`);
  }
  assert.deepEqual(known(), ['default']);
});

agentTest(
  'metadata that names another place is refused with that place, and the command does not run',
  ({ workspace, refused, metadata, writeMetadata, at }) => {
    workspace('run --workspace-id a -- true');
    writeMetadata('a', { ...metadata('a'), workspace_path: '/elsewhere/a' });
    assert.match(refused('run --workspace-id a -- touch ran').stderr, /already exists at \/elsewhere\/a/);
    assert.ok(!existsSync(at('a', 'ran')));
  },
);

agentTest('--cleanup removes the workspace after success only', ({ run, workspace, at, known }) => {
  assert.equal(run('workflow workspace run --workspace-id a --cleanup -- false').status, 1);
  assert.ok(existsSync(at('a')));
  assert.equal(workspace('run --workspace-id a --cleanup -- echo out'), 'out\n');
  assert.ok(!existsSync(at('a')));
  assert.deepEqual(known(), ['default']);
});

agentTest('the tools are copied by their version, and taken from AGENT_TOOLS_SOURCE where it is set', (sandbox) => {
  const { workspace, refused, at, metadata, folder, known } = sandbox;
  workspace('run --workspace-id a -- true');
  assert.equal(readFileSync(at('a', '.agent-tools/.version'), 'utf8'), `${TOOLS_HASH}\n`);
  assert.equal(readFileSync(at('a', '.agent-tools/rules/one.md'), 'utf8'), 'be kind\n');
  writeFileSync(at('a', '.agent-tools/AGENTS.md'), 'edited');
  assert.equal(
    workspace("run --workspace-id a -- sh -c 'jj status --no-pager; cat .agent-tools/AGENTS.md'").split('\n').at(-1),
    'edited',
  );
  assert.ok(!sandbox.jj('diff', '--summary', '-r', 'a@').includes('agent-tools'));

  const other = join(folder, '..', 'tools');
  sandbox.write('../tools/AGENTS.md', 'other\n');
  assert.equal(
    workspace('run --workspace-id a -- sh -c \'cat .agent-tools/AGENTS.md; echo "$AGENT_TOOLS_SOURCE"\'', {
      AGENT_TOOLS_SOURCE: '../tools',
    }),
    `other\n${other}\n`,
  );
  assert.ok(!existsSync(at('a', '.agent-tools/agents.just')));
  assert.equal(metadata('a')['tools_source'], other);
  for (const id of ['a', 'new']) {
    assert.match(
      refused(`run --workspace-id ${id} -- touch ran`, { AGENT_TOOLS_SOURCE: '/no/such/place' }).stderr,
      /\/no\/such\/place/,
    );
  }
  assert.ok(!existsSync(at('a', 'ran')));
  assert.deepEqual(known(), ['a', 'default']);
});

agentTest(
  'B4: a run after the tools changed keeps created_at and unknown keys',
  ({ workspace, write, metadata, writeMetadata }) => {
    workspace('run --workspace-id a -- true');
    writeMetadata('a', { ...metadata('a'), created_at: '2020-01-01T00:00:00+00:00', theirs: true });
    write('AGENTS.md', 'changed\n');
    workspace('run --workspace-id a -- true');
    const after = metadata('a');
    assert.notEqual(after['tools_version'], TOOLS_HASH);
    assert.equal(after['created_at'], '2020-01-01T00:00:00+00:00');
    assert.equal(after['theirs'], true);
  },
);

agentTest('B13: without .envrc, or without direnv, the command runs without', (sandbox) => {
  const { workspace, metadata, jj, folder } = sandbox;
  workspace('run --workspace-id a -- true');
  assert.equal(metadata('a')['direnv_allowed'], false);
  sandbox.write('.envrc', 'export FROM_ENVRC=yes\n');
  sandbox.run(`cd '${folder}' && jj commit -m envrc`);
  assert.ok(jj('file', 'list', '-r', 'default@-').includes('.envrc'));
  const PATH = allProgramsBut(sandbox, 'direnv');
  assert.equal(workspace('run --workspace-id b -- sh -c \'echo "<$FROM_ENVRC>"\'', { PATH }), '<>\n');
  assert.equal(metadata('b')['direnv_allowed'], false);
});

agentTest('.envrc is approved and loaded around the command, unless --no-direnv', (sandbox) => {
  if (!hasDirenv()) fakeDirenv(sandbox);
  const { workspace, metadata } = sandbox;
  sandbox.write('.envrc', 'export FROM_ENVRC=yes\n');
  sandbox.run('jj commit -m envrc');
  const line = '-- sh -c \'echo "<$FROM_ENVRC>$PWD"\'';
  assert.equal(workspace(`run --workspace-id a ${line}`), `<yes>${sandbox.at('a')}\n`);
  assert.equal(metadata('a')['direnv_allowed'], true);
  assert.equal(workspace(`run --workspace-id a --no-direnv ${line}`), `<>${sandbox.at('a')}\n`);
  assert.equal(metadata('a')['direnv_allowed'], false);
  for (const [command, status] of [
    ["sh -c 'exit 9'", 9],
    ['false', 1],
    ["sh -c 'kill -TERM $$'", 143],
    ['there-is-no-such-program', 127],
    ['./nor-this', 127],
    ['./AGENTS.md', 126],
  ] as const) {
    assert.equal(sandbox.run(`workflow workspace run --workspace-id a -- ${command}`).status, status, command);
  }
});

agentTest(
  'B15: a root that is relative or ends with a slash becomes absolute; B22: a link to it is the same place',
  (sandbox) => {
    const { workspace, folder } = sandbox;
    const expected = join(folder, '..', 'roots', sandbox.namespace.split('/').at(-1)!, 'a');
    for (const root of ['../roots', '../roots/', `${folder}/../roots//`]) {
      assert.equal(
        workspace('run --workspace-id a -- sh -c \'echo "$AGENT_WORKSPACE_PATH"\'', { AI_WORKSPACES_ROOT: root }),
        `${expected}\n`,
      );
    }
    symlinkSync('roots', join(folder, '..', 'link'));
    workspace('run --workspace-id a -- true', { AI_WORKSPACES_ROOT: '../link' });
    assert.equal((JSON.parse(workspace('list --json', { AI_WORKSPACES_ROOT: '../roots' })) as unknown[]).length, 1);
  },
);

agentTest('B18: a command line may be long', ({ run, metadata }) => {
  const { stdout } = run('workflow workspace run --workspace-id a -- printf %s $(seq 40000) | wc -c');
  assert.equal(stdout.trim(), '188894');
  assert.equal((metadata('a')['command'] as string[]).length, 40_002);
});

agentTest('a folder that forbids writing is no obstacle to --cleanup', ({ workspace, at, run }) => {
  run('workflow workspace run --workspace-id a -- sh -c "mkdir closed && touch closed/x && chmod 555 closed; false"');
  chmodSync(at('a', 'closed'), 0o555);
  workspace('run --workspace-id a --cleanup -- true');
  assert.ok(!existsSync(at('a')));
  rmSync(at('a'), { force: true });
});
