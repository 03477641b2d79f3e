// Black-box cases of specs/070-agent-workspaces.md: places, tools and metadata, as other programs rely on them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { agentTest, allProgramsBut, fakeDirenv, hasDirenv, TOOLS_HASH, type AgentSandbox } from './agent-sandbox.ts';

/** Hash of the second worked example: six files in `rules`, each holding its own path. */
const SECOND_HASH = '43b690d2b149e43978dc76801c04eb1e5a0d69731e83c3b35b4a9516077e8e1c';

const PATH_OF_WORKSPACE = '-- sh -c \'echo "$AGENT_WORKSPACE_PATH"\'';

function version({ workspace }: AgentSandbox, id: string): string {
  return workspace(`run --workspace-id ${id} -- sh -c 'echo "$AGENT_TOOLS_VERSION"'`).trim();
}

agentTest('every subcommand works from any folder of the repository, also through a link to it', (sandbox) => {
  const { run, folder, at, metadata, known } = sandbox;
  symlinkSync(folder, join(folder, '../link'));
  for (const [place, id] of [
    ['rules', 'a'],
    ['../link', 'b'],
    ['../link/scripts', 'c'],
  ] as const) {
    const from = (line: string) => run(`cd ${place} && SHELL=/bin/true workflow workspace ${line}`);
    assert.equal(from(`run --workspace-id ${id} ${PATH_OF_WORKSPACE}`).stdout, `${at(id)}\n`);
    assert.equal(metadata(id)['repo_root'], folder);
    holds(JSON.parse(from(`show ${id} --json`).stdout), metadata(id));
    assert.equal(from(`sync-tools ${id}`).status, 0);
    assert.equal(from(`shell ${id}`).status, 0);
    assert.equal(from(`clean ${id}`).status, 0);
    assert.ok(!existsSync(at(id)));
  }
  assert.deepEqual(known(), ['default']);
});

agentTest(
  'the root is AI_WORKSPACES_ROOT, else below XDG_CACHE_HOME, else below HOME; an empty variable counts as unset',
  (sandbox) => {
    const { workspace, env, folder } = sandbox;
    const namespace = `work-${createHash('sha256').update(folder).digest('hex').slice(0, 10)}`;
    const roots: readonly (readonly [{ readonly [name: string]: string }, string])[] = [
      [{ AI_WORKSPACES_ROOT: join(folder, '../given') }, join(folder, '../given')],
      [{ AI_WORKSPACES_ROOT: '' }, join(env['XDG_CACHE_HOME']!, 'ai-workspaces')],
      [{ XDG_CACHE_HOME: join(folder, '../xdg') }, join(folder, '../xdg/ai-workspaces')],
      [{ AI_WORKSPACES_ROOT: '', XDG_CACHE_HOME: '' }, join(env['HOME']!, '.cache/ai-workspaces')],
    ];
    for (const [more, root] of roots) {
      assert.equal(workspace(`run --workspace-id a ${PATH_OF_WORKSPACE}`, more), `${join(root, namespace, 'a')}\n`);
      assert.equal((JSON.parse(workspace('list --json', more)) as unknown[]).length, 1);
      workspace('clean a', more);
    }
  },
);

agentTest('the version of the tools is that of both worked examples', (sandbox) => {
  assert.equal(version(sandbox, 'a'), TOOLS_HASH);
  rmSync(join(sandbox.folder, 'rules'), { recursive: true });
  for (const path of ['rules/B.md', 'rules/a/x', 'rules/a-b/x', 'rules/a.md', 'rules/\uFF21', 'rules/\u{1F600}'])
    sandbox.write(path, path);
  assert.equal(version(sandbox, 'a'), SECOND_HASH);
  assert.equal(sandbox.metadata('a')['tools_version'], SECOND_HASH);
  assert.equal(readFileSync(sandbox.at('a', '.agent-tools/.version'), 'utf8'), `${SECOND_HASH}\n`);
});

agentTest(
  'hidden and ignored files count and are copied; modes, times and empty folders are copied and do not count',
  (sandbox) => {
    const { folder, write, at } = sandbox;
    write('.gitignore', 'ignored\n');
    write('rules/.hidden', 'h');
    write('rules/ignored', 'i');
    const before = version(sandbox, 'a');
    const files = [
      ['agents.just', 'a:\n'],
      ['rules/.hidden', 'h'],
      ['rules/ignored', 'i'],
      ['rules/one.md', 'be kind\n'],
      ['scripts/go.sh', 'echo hi\n'],
      ['AGENTS.md', 'Read rules.\n'],
    ];
    assert.equal(
      before,
      createHash('sha256')
        .update(files.map(([path, text]) => `${path}\0${text}`).join(''))
        .digest('hex'),
    );
    assert.equal(readFileSync(at('a', '.agent-tools/rules/ignored'), 'utf8'), 'i');
    chmodSync(join(folder, 'scripts/go.sh'), 0o755);
    utimesSync(join(folder, 'scripts/go.sh'), 1e9, 1e9);
    mkdirSync(join(folder, 'rules/empty/deeper'), { recursive: true });
    assert.equal(version(sandbox, 'b'), before);
    const copied = statSync(at('b', '.agent-tools/scripts/go.sh'));
    assert.deepEqual([copied.mode & 0o777, copied.mtimeMs], [0o755, 1e12]);
    assert.deepEqual(readdirSync(at('b', '.agent-tools/rules/empty')), ['deeper']);
  },
);

agentTest(
  'links count and are copied as what they lead to; what stands behind a link to a folder is copied and does not count',
  (sandbox) => {
    const { folder, write, at } = sandbox;
    write('../elsewhere/file', 'far\n');
    write('../elsewhere/deep/inner', 'inner\n');
    symlinkSync('../../elsewhere/file', join(folder, 'rules/link.md'));
    symlinkSync('../../elsewhere/deep', join(folder, 'rules/linked'));
    rmSync(join(folder, 'scripts'), { recursive: true });
    write('../real/go.sh', 'echo hi\n');
    symlinkSync('../real', join(folder, 'scripts'));
    const text = [
      'agents.just\0a:\n',
      'rules/link.md\0far\n',
      'rules/one.md\0be kind\n',
      'scripts/go.sh\0echo hi\n',
      'AGENTS.md\0Read rules.\n',
    ];
    assert.equal(version(sandbox, 'a'), createHash('sha256').update(text.join('')).digest('hex'));
    for (const [path, content] of [
      ['rules/link.md', 'far\n'],
      ['rules/linked/inner', 'inner\n'],
      ['scripts/go.sh', 'echo hi\n'],
    ] as const) {
      assert.equal(readFileSync(at('a', '.agent-tools', path), 'utf8'), content);
      assert.ok(lstatSync(at('a', '.agent-tools', path)).isFile());
    }
    for (const path of ['rules/linked', 'scripts']) assert.ok(lstatSync(at('a', '.agent-tools', path)).isDirectory());
  },
);

agentTest(
  'the copy is made again when its version differs or is missing, and not touched for white space at the end of it',
  (sandbox) => {
    const { workspace, at, write, folder } = sandbox;
    workspace('run --workspace-id a -- true');
    assert.equal(readFileSync(at('a', '.agent-tools/.gitignore'), 'utf8'), '*\n');
    const edited = at('a', '.agent-tools/AGENTS.md');
    const runWith = (text: string | null): string => {
      writeFileSync(edited, 'edited');
      if (text === null) rmSync(at('a', '.agent-tools/.version'));
      else writeFileSync(at('a', '.agent-tools/.version'), text);
      workspace('run --workspace-id a -- true');
      return readFileSync(edited, 'utf8');
    };
    assert.equal(runWith(`${TOOLS_HASH} \n\n`), 'edited');
    assert.equal(runWith(TOOLS_HASH), 'edited');
    assert.equal(runWith('0'.repeat(64)), 'Read rules.\n');
    assert.equal(runWith(null), 'Read rules.\n');
    write('rules/two.md', 'two');
    rmSync(join(folder, 'rules/one.md'));
    workspace('run --workspace-id a -- true');
    assert.deepEqual(readdirSync(at('a', '.agent-tools/rules')), ['two.md']);
  },
);

agentTest(
  'keys without a value are absent, times are whole seconds with an offset, and a missing file is made anew',
  (sandbox) => {
    const { workspace, at, metadata, writeMetadata } = sandbox;
    workspace("run --workspace-id a --workflow '' --base-change '' -- true");
    const first = metadata('a');
    assert.ok(!('workflow' in first) && !('base_change' in first));
    for (const name of ['created_at', 'updated_at']) assert.match(String(first[name]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
    writeMetadata('a', { ...first, created_at: '2020-01-01T00:00:00+00:00', workflow: 'earlier' });
    rmSync(at('a', '.agent-tools/.agent-workflow.json'));
    workspace('run --workspace-id a -- true');
    assert.equal(metadata('a')['status'], 'done');
    assert.notEqual(metadata('a')['created_at'], '2020-01-01T00:00:00+00:00');
    assert.ok(!('workflow' in metadata('a')));
  },
);

agentTest('a wrong id, a missing command and an empty one are told apart', ({ refused }) => {
  assert.match(refused("run --workspace-id 'a b' -- true").stderr, /contains invalid characters/);
  assert.match(refused('run --workspace-id a').stderr, /command/);
  assert.match(refused("run --workspace-id a -- ''").stderr, /command must not be empty/);
});

agentTest(
  'B7, B8: `default`, `.`, `..` and ids with a dash in front are refused by every subcommand',
  ({ refused, known, namespace, folder }) => {
    for (const id of ['default', '.', '..', '-a']) {
      for (const name of ['run --workspace-id', 'show --', 'shell --', 'clean --', 'sync-tools --']) {
        refused(`${name} '${id}'${name.startsWith('run') ? ' -- touch ran' : ''}`);
      }
    }
    assert.deepEqual([known(), existsSync(namespace), existsSync(join(folder, 'ran'))], [['default'], false, false]);
  },
);

agentTest('B10: from inside a workspace, show, sync-tools and clean mean those of the repository, too', (sandbox) => {
  const { workspace, metadata, at } = sandbox;
  workspace('run --workspace-id b -- true');
  const inside = (line: string): string => workspace(`run --workspace-id a -- sh -c 'cd rules && workflow workspace ${line}'`);
  holds(JSON.parse(inside('show b --json')), metadata('b'));
  inside('sync-tools b');
  inside('clean b');
  assert.ok(!existsSync(at('b')));
});

agentTest(
  'B14: shell loads the .envrc, does without with --no-direnv and without direnv, and takes the login shell where SHELL is not set',
  (sandbox) => {
    if (!hasDirenv()) fakeDirenv(sandbox);
    const { workspace, run } = sandbox;
    sandbox.write('.envrc', 'export FROM_ENVRC=yes\n');
    sandbox.run('jj commit -m envrc');
    workspace('run --workspace-id a -- true');
    const options = { input: 'echo "<$FROM_ENVRC>"\nexit 6\n', env: { SHELL: '/bin/sh' } };
    assert.deepEqual(run('workflow workspace shell a', options).stdout, '<yes>\n');
    const without = run('workflow workspace shell a --no-direnv', options);
    assert.deepEqual([without.stdout, without.status], ['<>\n', 6]);
    const PATH = allProgramsBut(sandbox, 'direnv');
    assert.equal(run('workflow workspace shell a', { ...options, env: { SHELL: '/bin/sh', PATH } }).stdout, '<>\n');
    assert.equal(run('env -u SHELL workflow workspace shell a --no-direnv', options).status, 6);
  },
);

agentTest(
  'a workspace that another program made by the same rules goes on, keeps what that program wrote, and goes',
  (sandbox) => {
    const { workspace, run, at, namespace, known, metadata, folder } = sandbox;
    mkdirSync(namespace, { recursive: true });
    // With a recent git this is a git worktree, too.
    const added = run(
      `jj workspace add --name wf-12 ${at('wf-12')} || jj --config=git.colocate=false workspace add --name wf-12 ${at('wf-12')}`,
    );
    assert.equal(added.status, 0, added.stderr);
    mkdirSync(at('wf-12', '.agent-tools'));
    const lines = [
      '"created_at": "2026-03-01T09:15:02+00:00"',
      '"workspace_id": "wf-12"',
      `"workspace_path": "${at('wf-12')}"`,
      '"status": "running"',
      '"note": "caf\\u00e9"',
      '"command": ["just", "work-inner", "@"]',
      '"updated_at": "2026-03-01T09:15:02+00:00"',
      '"workflow": "work"',
    ];
    writeFileSync(at('wf-12', '.agent-tools/.agent-workflow.json'), `{\n  ${lines.join(',\n  ')}\n}\n`);
    assert.deepEqual(
      (JSON.parse(workspace('list --json')) as { status: string; workflow: string }[]).map(({ status, workflow }) => [
        status,
        workflow,
      ]),
      [['running', 'work']],
    );
    assert.equal(workspace(`run --workspace-id wf-12 -- sh -c 'echo x > result; ls AGENTS.md'`), 'AGENTS.md\n');
    const { created_at: created, note, status } = metadata('wf-12');
    assert.deepEqual({ created, note, status }, { created: '2026-03-01T09:15:02+00:00', note: 'café', status: 'done' });
    workspace('clean wf-12');
    assert.deepEqual([known(), existsSync(at('wf-12'))], [['default'], false]);
    assert.equal(run('git worktree list').stdout.trim().split('\n').length, 1, folder);
  },
);

/** What is shown holds the metadata, unchanged. */
function holds(shown: object, metadata: object): void {
  assert.deepEqual({ ...shown, ...metadata }, shown);
}
