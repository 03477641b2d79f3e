// Black-box cases of specs/080-workspace-faults.md: `workflow workspace` and runs against what others do to their workspaces.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { makeImmutable, mountInside, plantPrograms, smallDisk } from '@workflow-platform/testkit';
import { agentTest, type AgentSandbox } from './agent-sandbox.ts';

/** Ids in the list, those without a folder marked. */
function listed({ workspace }: AgentSandbox, flag = ''): string[] {
  const rows = JSON.parse(workspace(`list --json ${flag}`)) as { workspace_id: string; state: string }[];
  return rows.map(({ workspace_id: id, state }) => (state === 'missing' ? `${id} is missing` : id));
}

/** Files of all changes, a change a line. */
function recorded({ jj }: AgentSandbox): string {
  return jj('log', '-r', 'all()', '--no-graph', '-T', 'diff.files().map(|f| f.path()).join(" ") ++ "\\n"');
}

agentTest('a workspace whose folder was deleted by hand is out of the list, and can be cleaned and made again', (sandbox) => {
  const { workspace, refused, at, known } = sandbox;
  workspace('run --workspace-id a -- true');
  rmSync(at('a'), { recursive: true });
  assert.deepEqual(listed(sandbox), []);
  assert.deepEqual(listed(sandbox, '--all'), ['a is missing']);
  for (const line of ['show a', 'shell a', 'sync-tools a']) assert.equal(refused(line).status, 3, line);
  workspace('clean a');
  assert.deepEqual(known(), ['default']);
  workspace('run --workspace-id a -- true');
  rmSync(at('a'), { recursive: true });
  assert.equal(workspace('run --workspace-id a -- ls AGENTS.md'), 'AGENTS.md\n');
});

agentTest('a workspace that was registered and never filled is made anew, whoever began it', (sandbox) => {
  const { workspace, run, at, jj, namespace } = sandbox;
  mkdirSync(namespace, { recursive: true });
  // As when `jj workspace add` is killed between its two steps.
  run(`jj --ignore-working-copy --config=git.colocate=false workspace add --name a ${at('a')}`);
  assert.deepEqual(readdirSync(at('a')), ['.jj']);
  assert.equal(workspace('run --workspace-id a -- ls AGENTS.md'), 'AGENTS.md\n');
  const parents = (name: string): string => jj('log', '-r', `${name}@-`, '--no-graph', '-T', 'commit_id');
  assert.equal(parents('a'), parents('default'));
});

agentTest('a disk that fills up while a workspace is made is told, and nothing half-made stays', (sandbox, t) => {
  const disk = smallDisk(t, 2_000_000);
  if (disk === null) return;
  const { refused, write, run, known } = sandbox;
  for (const name of ['one', 'two', 'three']) write(name, name.repeat(200_000));
  run('jj commit -m large');
  const { stderr } = refused('run --workspace-id a -- touch ran', { AI_WORKSPACES_ROOT: disk.path });
  assert.match(stderr, /no room left on the disk/);
  assert.deepEqual(known(), ['default']);
  const [namespace = ''] = readdirSync(disk.path);
  assert.deepEqual(readdirSync(join(disk.path, namespace)), ['.state']);
});

agentTest('clean follows no link in the workspace and deletes nothing that is mounted there', (sandbox) => {
  const { workspace, at, env } = sandbox;
  const precious = join(env['HOME']!, 'precious');
  writeFileSync(precious, 'x');
  workspace('run --workspace-id a -- true');
  symlinkSync(env['HOME']!, at('a', 'home'));
  symlinkSync(precious, at('a', '.agent-tools/precious'));
  workspace('clean a');
  assert.equal(readFileSync(precious, 'utf8'), 'x');
  assert.ok(!existsSync(at('a')));
});

agentTest('a namespace that is a link is refused, and nothing behind it is cleaned or made', (sandbox) => {
  const { refused, namespace, env } = sandbox;
  mkdirSync(join(env['HOME']!, 'documents'));
  mkdirSync(join(namespace, '..'), { recursive: true });
  symlinkSync(env['HOME']!, namespace);
  for (const line of ['clean documents', 'run --workspace-id a -- true', 'sync-tools documents'])
    assert.match(refused(line).stderr, /is a link and leads elsewhere|is not registered/, line);
  assert.deepEqual(readdirSync(env['HOME']!), ['documents']);
});

agentTest('clean is refused while something is mounted in the workspace, and names it', (sandbox, t) => {
  const { workspace, refused, at, env } = sandbox;
  writeFileSync(join(env['HOME']!, 'precious'), 'x');
  workspace('run --workspace-id a -- mkdir mounted');
  const unmount = mountInside(t, { from: env['HOME']!, at: at('a', 'mounted') });
  if (unmount === null) return;
  assert.ok(refused('clean a').stderr.includes(at('a', 'mounted')));
  assert.ok(existsSync(at('a', 'mounted/precious')));
  unmount();
  workspace('clean a');
  assert.ok(existsSync(join(env['HOME']!, 'precious')));
});

agentTest('clean names what cannot be deleted, and goes on when it can be', (sandbox, t) => {
  const { workspace, refused, at, namespace } = sandbox;
  workspace('run --workspace-id a -- touch stubborn');
  const undo = makeImmutable(t, { path: at('a', 'stubborn'), within: namespace });
  if (undo === null) return;
  assert.match(refused('clean a').stderr, /stubborn/);
  undo();
  workspace('clean a');
  assert.deepEqual(readdirSync(namespace), ['.state']);
});

agentTest('no subcommand starts a program that settings of the repository name', (sandbox) => {
  const { workspace, run, at, folder, env } = sandbox;
  sandbox.write('.workflow/flow.toml', 'id = "flow"\n[steps.a]\nrun = "true"\n');
  workspace('run --workspace-id a -- sh -c "echo x > file"');
  const planted = plantPrograms({ folder: join(folder, '../planted'), checkout: folder, env });
  for (const place of [folder, at('a')]) planted.leaveIn(place);
  run('jj --config fsmonitor.backend=none status');
  assert.ok(planted.started().includes('signing.backends.gpg.program'), 'the test would be empty');
  // For the program alone: the shell that starts it is the test's.
  const lookHereFirst = `PATH='${['.', '', env['PATH']].join(delimiter)}' SHELL=/bin/true`;
  const command = '/bin/true';
  const workflow = join(folder, '../bin/workflow');
  for (const line of [
    `run --workspace-id a -- ${command}`,
    `run --workspace-id b --cleanup -- ${command}`,
    'list --json',
    'show a',
    'shell a',
    'sync-tools a',
    'clean a',
  ]) {
    const { status, stderr } = run(`${lookHereFirst} ${workflow} workspace ${line}`);
    assert.equal(status, 0, `${line}: ${stderr}`);
    assert.deepEqual(planted.started(), [], line);
  }
  const { status, stderr } = run(`${lookHereFirst} ${workflow} run .workflow/flow.toml`);
  assert.equal(status, 0, stderr);
  assert.deepEqual(planted.started(), []);
  assert.match(recorded(sandbox), / file /);
});

for (const provider of ['git', 'jj', 'copy'] as const) {
  agentTest(`looking at, applying and cleaning what a run left starts no program that settings name: ${provider}`, (sandbox) => {
    const { run, at, folder, env, write } = sandbox;
    write('.gitignore', '.env\n');
    run('jj commit -m ignore && jj new');
    const snapshot = provider === 'copy' ? '' : 'snapshot = "step"\n';
    const flow = `id = "flow"\n[workspace]\nprovider = "${provider}"\n${snapshot}[steps.a]\nrun = "echo x > made"\n`;
    write('../flow.toml', flow);
    assert.equal(run('workflow run ../flow.toml --workspace-id r --keep').status, 0);
    // As a step may leave it: with a repository inside, and edits.
    writeFileSync(at('r', 'edited'), 'x');
    mkdirSync(at('r', 'nested'));
    run(`cd '${at('r', 'nested')}' && git init -q && echo x > file && git add . && git commit -qm nested`);
    if (provider === 'git') run(`cd '${at('r')}' && git add nested`);
    const planted = plantPrograms({ folder: join(folder, '../planted'), checkout: folder, env });
    plantPrograms({ folder: join(folder, '../planted'), checkout: at('r', 'nested'), env });
    for (const place of [folder, at('r'), at('r', 'nested')]) planted.leaveIn(place);
    signSteps(sandbox, 'r');
    utimesSync(at('r', 'nested/file'), 1e9, 1e9);
    run(`cd '${at('r', 'nested')}' && git status`);
    assert.ok(planted.started().includes('filter.planted.clean'), 'the test would be empty');

    const lookHereFirst = `PATH='${['.', '', env['PATH']].join(delimiter)}'`;
    const workflow = join(folder, '../bin/workflow');
    const lines = ['diff @', 'diff @ --stat', 'diff @ a', 'apply @ --dry-run', 'apply @', 'apply @ --branch made'];
    lines.push(
      'workspace list',
      'workspace list --json',
      'workspace list --all',
      'workspace show r',
      'workspace clean r --dry-run',
    );
    lines.push('workspace clean r', 'workspace clean r --discard', 'resume @');
    for (const line of lines) {
      utimesSync(join(folder, 'AGENTS.md'), new Date(), new Date(Date.now() + Math.random() * 1e6));
      if (existsSync(at('r', 'nested/file')))
        utimesSync(at('r', 'nested/file'), new Date(), new Date(Date.now() + Math.random() * 1e6));
      const { stderr } = run(`${lookHereFirst} ${workflow} ${line} < /dev/null`);
      assert.ok(!stderr.includes('bug:'), `${line}: ${stderr}`);
      assert.deepEqual(planted.started(), [], line);
    }
  });
}

/** Gives the last of the commits that a run's steps are kept in a signature, so that whoever looks may want to verify it. */
function signSteps({ run, folder }: AgentSandbox, id: string): void {
  const reference = `refs/workflow/${id}/steps`;
  const script = [
    `commit=$(git cat-file commit ${reference}) || exit 0`,
    `tree=$(printf '%s\\n' "$commit" | sed '/^committer /q'; printf 'gpgsig -----BEGIN PGP SIGNATURE-----\\n \\n x\\n -----END PGP SIGNATURE-----\\n'; printf '%s\\n' "$commit" | sed '1,/^committer /d')`,
    `new=$(printf '%s\\n' "$tree" | git -c core.hooksPath=/dev/null hash-object -t commit -w --stdin) && git -c core.hooksPath=/dev/null update-ref ${reference} $new`,
  ].join('\n');
  const { status, stderr } = run(`cd '${folder}' && ${script}`);
  assert.equal(status, 0, stderr);
}

agentTest('a workspace whose `.jj` was replaced by the main checkout’s is not worked in, and its edits stay', (sandbox) => {
  const { workspace, refused, at, folder, jj } = sandbox;
  workspace('run --workspace-id a -- sh -c "echo x > result"');
  const before = jj('op', 'log', '--no-graph', '-T', 'id');
  rmSync(at('a', '.jj/working_copy'), { recursive: true });
  cpSync(join(folder, '.jj/working_copy'), at('a', '.jj/working_copy'), { recursive: true });
  for (const line of ['run --workspace-id a -- touch ran', 'shell a', 'sync-tools a', 'clean a']) {
    assert.match(refused(line).stderr, /says that it is another workspace/, line);
  }
  assert.deepEqual([existsSync(at('a', 'ran')), existsSync(at('a', 'result'))], [false, true]);
  assert.equal(jj('op', 'log', '--no-graph', '-T', 'id'), before);
});

agentTest('a workspace whose `.jj` leads to another repository is not worked in', (sandbox) => {
  const { workspace, refused, run, at, folder } = sandbox;
  const other = join(folder, '../other');
  run(`jj git init --no-colocate ${other}`);
  workspace('run --workspace-id a -- true');
  rmSync(at('a', '.jj/repo'));
  writeFileSync(at('a', '.jj/repo'), join(other, '.jj/repo'));
  for (const name of ['run --workspace-id a -- touch ran', 'shell a', 'sync-tools a']) {
    assert.match(refused(name).stderr, /is no workspace of .* any more/, name);
  }
  assert.ok(!existsSync(at('a', 'ran')));
});

agentTest('pipes and links in the place of our files keep nobody waiting, and lead nobody elsewhere', (sandbox) => {
  const { workspace, at, env, metadata } = sandbox;
  const secret = join(env['HOME']!, 'secret.json');
  writeFileSync(secret, '{"token":"hidden"}');
  workspace('run --workspace-id a -- true');
  const file = at('a', '.agent-tools/.agent-workflow.json');
  const replaced = [
    (place: string): void => void execFileSync('mkfifo', [place]),
    (place: string): void => symlinkSync(secret, place),
    (place: string): void => symlinkSync('/dev/zero', place),
    (place: string): void => symlinkSync('/dev/stdin', place),
  ];
  for (const replace of replaced) {
    for (const name of ['.agent-workflow.json', '.agent-workflow.json.new', '.version']) {
      rmSync(at('a', '.agent-tools', name), { force: true });
      replace(at('a', '.agent-tools', name));
    }
    assert.deepEqual(listed(sandbox), ['a']);
    workspace('run --workspace-id a -- true');
    assert.equal(metadata('a')['status'], 'done');
    assert.ok(!readFileSync(file, 'utf8').includes('hidden'));
    assert.equal(readFileSync(secret, 'utf8'), '{"token":"hidden"}');
  }
});

agentTest('a process that only has the number of a dead run is not taken for it', (sandbox) => {
  const { workspace, metadata, writeMetadata } = sandbox;
  workspace('run --workspace-id a -- true');
  writeMetadata('a', { ...metadata('a'), status: 'running', process_id: process.pid });
  assert.equal((JSON.parse(workspace('show a --json')) as { process_alive: boolean }).process_alive, false);
  workspace('clean a');
});

agentTest('edits in files of any size and name that Jujutsu can record stay when the workspace goes', (sandbox) => {
  const { workspace } = sandbox;
  const script =
    'mkfifo pipe; ln -s /no/such/place link; echo x > "$(printf "a\\nb")"; head -c 3000000 /dev/zero > large; mkdir empty';
  workspace(`run --workspace-id a --cleanup -- sh -c '${script}'`);
  assert.match(recorded(sandbox), /^a\nb large link$/m);
});

agentTest('a workspace with something in it that Jujutsu leaves out stays, and the command’s exit code is its own', (sandbox) => {
  const { workspace, run, refused, at } = sandbox;
  const left = {
    nested: ['git init -q nested && echo x > nested/file', /repository of its own in `nested`/],
    'no text': ['printf x > "$(printf "n\\377")"', /names are no UTF-8/],
    closed: ['rm .jj/repo', /`\.jj` folder cannot be read or leads elsewhere/],
  } as const;
  for (const [what, [script, reason]] of Object.entries(left)) {
    const { status, stderr } = run(`workflow workspace run --workspace-id a --cleanup -- sh -c '${script}'`);
    assert.equal(status, 0, what);
    assert.match(stderr, reason);
    assert.match(refused('clean a').stderr, reason);
    assert.ok(existsSync(at('a')));
    rmSync(at('a'), { recursive: true });
    workspace('clean a');
  }
});

agentTest(
  'of a hundred other folders beside them, the list shows exactly the workspaces, and clean takes only the one named',
  (sandbox) => {
    const { workspace, namespace, at } = sandbox;
    for (const id of ['a', 'b']) workspace(`run --workspace-id ${id} -- true`);
    for (let i = 0; i < 100; i++) mkdirSync(join(namespace, `orphan-${i}`, 'kept'), { recursive: true });
    symlinkSync(at('a'), join(namespace, 'link'));
    writeFileSync(join(namespace, 'file'), '');
    assert.deepEqual(listed(sandbox), ['a', 'b']);
    workspace('clean a');
    assert.deepEqual(listed(sandbox), ['b']);
    assert.equal(readdirSync(namespace).filter((name) => name.startsWith('orphan-')).length, 100);
  },
);

agentTest('a moved repository is told where its workspaces were, and can have new ones', (sandbox) => {
  const { workspace, at, folder, env } = sandbox;
  workspace('run --workspace-id a -- sh -c "echo x > result"');
  const moved = join(folder, '../moved');
  renameSync(folder, moved);
  const inMoved = (line: string) => spawnSync('sh', ['-c', `workflow workspace ${line}`], { cwd: moved, env, encoding: 'utf8' });
  assert.equal(inMoved('list --json').stdout, '[]\n');
  const { status, stderr } = inMoved('run --workspace-id a -- touch ran');
  assert.notEqual(status, 0);
  assert.ok(stderr.includes(at('a')) && /jj workspace forget a/.test(stderr), stderr);
  assert.equal(inMoved('run --workspace-id b --cleanup -- echo ran').stdout, 'ran\n');
  assert.ok(existsSync(at('a', 'result')));
  renameSync(moved, folder);
  assert.equal(workspace('run --workspace-id a -- cat result'), 'x\n');
});

const OLD_GIT = ['/usr/bin/git', '/usr/local/bin/git'].find((place) => {
  const [, minor = '99'] = /git version 2\.(\d+)/.exec(spawnSync(place, ['--version'], { encoding: 'utf8' }).stdout ?? '') ?? [];
  return Number(minor) < 42;
});

agentTest('with a git that is too old for colocated workspaces everything works in a colocated repository', (sandbox, t) => {
  if (OLD_GIT === undefined) return t.skip('needs a git older than 2.42 in /usr/bin or /usr/local/bin');
  const { workspace, run, at, env, folder, known } = sandbox;
  const bin = join(folder, '../old');
  mkdirSync(bin);
  symlinkSync(OLD_GIT, join(bin, 'git'));
  const PATH = `${bin}:${env['PATH']}`;
  assert.match(run('git --version', { env: { PATH } }).stdout, /2\.\d+/);
  assert.equal(workspace('run --workspace-id a -- sh -c "ls AGENTS.md; echo x > result"', { PATH }), 'AGENTS.md\n');
  assert.ok(!existsSync(at('a', '.git')));
  workspace('clean a', { PATH });
  sandbox.write('../flow.toml', 'id = "flow"\n[workspace]\nprovider = "jj"\n[steps.a]\nrun = "ls AGENTS.md; echo x > made"\n');
  const made = run('workflow run ../flow.toml', { env: { PATH } });
  assert.equal(made.status, 0, made.stderr);
  assert.deepEqual(known(), ['default']);
  assert.match(recorded(sandbox), /^result$/m);
  assert.match(recorded(sandbox), /^made$/m);
});

for (const [what, meddle] of [
  ['undoes what was recorded', ['undo', '--allow-cross-workspace']],
  ['abandons its changes', ['abandon', 'r@', 'r@-']],
  ['sets the repository back to before it', ['op', 'restore']],
] as const) {
  agentTest(`what a run has made survives that somebody ${what} meanwhile`, async (sandbox) => {
    const { jj, at, folder, env } = sandbox;
    const home = env['HOME']!;
    const script = `echo 2 > two; touch '${home}/up'; while [ ! -e '${home}/go' ]; do sleep 0.05; done; echo 3 > three`;
    sandbox.write(
      '../flow.toml',
      `id = "flow"\n[workspace]\nprovider = "jj"\n[steps.a]\nrun = "echo 1 > one"\n[steps.b]\nneeds = ["a"]\nrun = """${script}"""\n`,
    );
    const before = jj('op', 'log', '--no-graph', '--limit=1', '-T', 'id');
    const watcher = watch(home);
    const child = spawn('workflow', ['run', '../flow.toml', '--workspace-id', 'r'], { cwd: folder, env, stdio: 'ignore' });
    const ended = once(child, 'close');
    while (!existsSync(join(home, 'up'))) await once(watcher, 'change');
    watcher.close();
    jj(...meddle, ...(meddle[0] === 'op' ? [before] : []));
    writeFileSync(join(home, 'go'), '');
    await ended;
    const files = new Set(recorded(sandbox).split(/\s+/));
    for (const name of ['one', 'two', 'three']) assert.ok(files.has(name) || existsSync(at('r', name)), name);
  });
}
