// What is special about workspaces that Jujutsu makes.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { namespaceOf } from '@workflow-platform/workspace-manager';

import { entriesOf, git, jj, makeSandbox, missingFor, registered, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

const skip = missingFor('jj');
const LOOK = ['--ignore-working-copy', 'log', '--no-graph'];

function commits(source: string, revset: string): string[] {
  const lines = jj(source, ...LOOK, '-r', revset, '-T', 'commit_id ++ "\\n"').split('\n');
  return lines.filter((line) => line !== '');
}

function filesOf(source: string, revset: string): string[] {
  return jj(source, '--ignore-working-copy', 'diff', '--name-only', '-r', revset).split('\n');
}

function operations(source: string): string {
  return jj(source, '--ignore-working-copy', 'op', 'log', '--no-graph', '-T', 'description.first_line() ++ "\\n"');
}

for (const kind of ['jj', 'jj-git'] as const) {
  const check = (title: string, body: (sandbox: Sandbox) => Promise<void>): void => {
    test(`${kind}: ${title}`, { skip }, () => body(makeSandbox(kind)));
  };

  check('the change is a sibling of the user’s, whose working copy is never recorded', async ({ source, manager, request }) => {
    writeFileSync(join(source, 'mine'), 'x');
    const [head = '', parent = ''] = [...commits(source, '@'), ...commits(source, '@-')];
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request({ provider: 'auto' }));
    assert.deepEqual([workspace.provider, workspace.base], ['jj', parent]);
    assert.deepEqual(commits(source, 'w1@-'), [parent]);
    assert.equal(existsSync(join(workspace.path, 'mine')), false);
    writeFileSync(join(workspace.path, 'result'), 'x');
    await workspaces.remove(workspace);
    assert.deepEqual(commits(source, 'default@'), [head]);
    assert.equal(readFileSync(join(source, 'mine'), 'utf8'), 'x');
  });

  check('what the user’s change holds is not in the workspace, and is told', async ({ source, manager, request }) => {
    writeFileSync(join(source, 'mine'), 'x');
    jj(source, 'util', 'snapshot');
    const { warnings } = await manager().ensure(request());
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', kind === 'jj' ? /has edits; the workspace starts beside it/ : /has 1 changed file/);
    const { workspace } = await manager().ensure(request({ id: 'w2', base: '@' }));
    assert.ok(existsSync(join(workspace.path, 'mine')));
  });

  check('the list of workspaces and the log show none of ours but the one asked for', async ({ source, manager, request }) => {
    const { workspace } = await manager().ensure(request());
    assert.deepEqual(registered(kind, source), [workspace.path]);
    assert.equal(commits(source, 'all() ~ root()').length, 3, 'the first commit, the user’s change, the workspace’s change');
  });

  check('a merge is a base with all its parents', async ({ source, manager, request }) => {
    jj(source, 'new', '-m', 'left', '@-');
    writeFileSync(join(source, 'left'), '');
    jj(source, 'new', '-m', 'right', '@-');
    writeFileSync(join(source, 'right'), '');
    jj(source, 'new', 'description(substring:"left")', 'description(substring:"right")');
    const { workspace } = await manager().ensure(request());
    assert.deepEqual(commits(source, 'w1@-').sort(), commits(source, '@-').sort());
    assert.ok(existsSync(join(workspace.path, 'left')) && existsSync(join(workspace.path, 'right')));
    const again = await manager().ensure(request({ id: 'w2', base: workspace.base }));
    assert.deepEqual([again.workspace.base, commits(source, 'w2@-')], [workspace.base, commits(source, 'w1@-')]);
  });

  check('edits that nobody recorded stay in a change when the workspace goes', async ({ source, manager, request }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    const change = jj(source, ...LOOK, '-r', 'w1@', '-T', 'change_id');
    writeFileSync(join(workspace.path, 'result'), 'x');
    writeFileSync(join(workspace.path, 'large'), Buffer.alloc(3_000_000, 1));
    await workspaces.remove(workspace);
    assert.deepEqual(filesOf(source, change), ['large', 'result']);
    assert.equal(jj(source, ...LOOK, '-r', change, '-T', 'description'), 'workspace w1');
    assert.deepEqual([existsSync(workspace.path), registered(kind, source)], [false, []]);
  });

  check('edits survive though their change was abandoned meanwhile', async ({ source, manager, request }) => {
    const first = manager();
    const { workspace } = await first.ensure(request());
    writeFileSync(join(workspace.path, 'recorded'), 'x');
    jj(workspace.path, 'util', 'snapshot');
    jj(source, '--ignore-working-copy', 'abandon', 'w1@');
    writeFileSync(join(workspace.path, 'unrecorded'), 'x');
    await first.release(workspace, 'done');
    const { reused, warnings } = await manager().ensure(request());
    assert.equal(reused, true);
    const [, bookmark = ''] = /kept as bookmark `(wf\/recovered\/w1\/[0-9a-f]{12})`/.exec(warnings.join()) ?? [];
    assert.deepEqual(filesOf(source, `bookmarks(exact:"${bookmark}")`), ['recorded', 'unrecorded']);
    assert.equal(jj(workspace.path, 'diff', '--summary'), '', 'and the workspace can be worked in');
  });

  check('edits that were recorded and then undone survive, too', async ({ source, manager, request }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFileSync(join(workspace.path, 'recorded'), 'x');
    jj(workspace.path, 'util', 'snapshot');
    jj(source, '--ignore-working-copy', 'op', 'restore', '@-');
    await workspaces.remove(workspace);
    const bookmarks = jj(source, '--ignore-working-copy', 'bookmark', 'list', '-T', 'name ++ "\\n"');
    assert.match(bookmarks, /^wf\/recovered\/w1\//);
    assert.deepEqual(filesOf(source, `bookmarks(exact:"${bookmarks.trim()}")`), ['recorded']);
  });

  check(
    'a workspace whose change was moved goes on with its edits, and nothing is put aside',
    async ({ source, manager, request }) => {
      const first = manager();
      const { workspace } = await first.ensure(request());
      writeFileSync(join(workspace.path, 'recorded'), 'x');
      jj(workspace.path, 'util', 'snapshot');
      jj(source, 'new', '--message', 'onto', '@-');
      writeFileSync(join(source, 'onto'), '');
      jj(source, 'rebase', '-b', 'w1@', '-d', '@');
      await first.release(workspace, 'done');
      const { warnings } = await manager().ensure(request());
      assert.deepEqual(warnings, []);
      assert.ok(existsSync(join(workspace.path, 'recorded')) && existsSync(join(workspace.path, 'onto')));
      assert.equal(jj(source, '--ignore-working-copy', 'bookmark', 'list'), '');
    },
  );

  check('files that were brought along are in no change, whatever records it', async ({ source, manager, request }) => {
    const secrets = ['.env', 'sec"ret \\ file', 'ignored/deep/x', 'plain/sub/y'];
    for (const path of secrets) writeFile(join(source, path), 'secret');
    const workspaces = manager();
    const include = ['.env', 'sec"ret*', 'ignored', 'plain/sub'];
    const { workspace, warnings } = await workspaces.ensure(request({ include }));
    const isVisibleToGit = /^git does not ignore .*plain\/sub.*: a step that commits everything would commit it$/;
    if (kind === 'jj') assert.deepEqual(warnings, []);
    else
      assert.ok(
        warnings.some((warning) => isVisibleToGit.test(warning)),
        warnings.join(),
      );
    for (const path of secrets) assert.ok(existsSync(join(workspace.path, path)), path);
    writeFileSync(join(workspace.path, 'result'), 'x');
    writeFileSync(join(workspace.path, 'plain/beside'), 'x');
    jj(workspace.path, 'commit', '--message', 'by a step');
    assert.deepEqual(filesOf(source, 'w1@-'), ['plain/beside', 'result']);
    writeFileSync(join(workspace.path, 'more'), 'x');
    await workspaces.remove(workspace);
    assert.deepEqual(filesOf(source, 'heads(description(substring:"by a step")+)'), ['more']);
    writeFileSync(join(source, 'sec"ret \\ file'), 'changed');
    assert.match(jj(source, 'diff', '--name-only'), /sec"ret/, 'the user’s own working copy tracks what it did');
  });

  check('settings of the workspace leave with it', async ({ source, manager, request }) => {
    const workspaces = manager();
    writeFile(join(source, '.env'), 'x');
    const { workspace } = await workspaces.ensure(request({ include: ['.env'] }));
    const settings = jj(workspace.path, 'config', 'path', '--workspace');
    assert.ok(existsSync(settings));
    await workspaces.remove(workspace);
    assert.equal(existsSync(settings), false, `of ${homedir()}`);
  });

  check(
    'a name that is taken elsewhere is told, and that workspace stays',
    async ({ folder, source, manager, request, leftovers }) => {
      const elsewhere = join(folder, 'elsewhere');
      jj(source, 'workspace', 'add', '--name', 'w1', elsewhere);
      await assert.rejects(manager().ensure(request()), { name: 'UserError', code: 'workspace-name-taken' });
      assert.deepEqual([registered(kind, source), leftovers()], [[elsewhere], ['.state']]);
    },
  );

  check('a workspace that points at another repository is neither used nor removed', async ({ source, manager, request }) => {
    const other = makeSandbox('jj');
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    writeFileSync(join(workspace.path, 'result'), 'x');
    const before = operations(other.source);
    writeFileSync(join(workspace.path, '.jj/repo'), join(other.source, '.jj/repo'));
    await assert.rejects(workspaces.ensure(request()), { code: 'workspace-broken', message: /another repository/ });
    await assert.rejects(workspaces.remove(workspace), { name: 'UserError', code: 'workspace-edits-not-kept' });
    rmSync(join(workspace.path, '.jj'), { recursive: true });
    await assert.rejects(workspaces.ensure(request()), { code: 'workspace-broken', message: /gone or points nowhere/ });
    await assert.rejects(workspaces.remove(workspace), { name: 'UserError', code: 'workspace-edits-not-kept' });
    assert.ok(existsSync(join(workspace.path, 'result')));
    assert.deepEqual([operations(other.source), registered(kind, source)], [before, [workspace.path]]);
    rmSync(workspace.path, { recursive: true });
    await workspaces.remove(workspace);
    assert.deepEqual(registered(kind, source), []);
  });

  check(
    'a workspace that the user made Jujutsu forget is not used, and keeps its edits',
    async ({ source, manager, request }) => {
      const workspaces = manager();
      const { workspace } = await workspaces.ensure(request());
      writeFileSync(join(workspace.path, 'result'), 'x');
      jj(source, 'workspace', 'forget', 'w1');
      await assert.rejects(workspaces.ensure(request()), { code: 'workspace-broken', message: /does not know it/ });
      await assert.rejects(workspaces.remove(workspace), { name: 'UserError', code: 'workspace-edits-not-kept' });
      assert.ok(existsSync(join(workspace.path, 'result')));
    },
  );

  check('a repository that was set back to a half-made workspace is told', async ({ source, manager, request }) => {
    const workspaces = manager();
    await workspaces.ensure(request());
    const template = 'if(description.starts_with("add workspace \'w1\'"), id)';
    const halfMade = jj(source, '--ignore-working-copy', 'op', 'log', '--no-graph', '-T', template);
    jj(source, '--ignore-working-copy', 'op', 'restore', halfMade);
    await assert.rejects(workspaces.ensure(request()), { code: 'workspace-broken', message: /was set back/ });
  });

  check('a stale main checkout hinders nobody', async ({ source, manager, request }) => {
    const workspaces = manager();
    const { workspace: first } = await workspaces.ensure(request());
    jj(first.path, 'describe', '-r', 'default@', '-m', 'from elsewhere');
    writeFile(join(first.path, 'x'), '');
    jj(first.path, 'squash', '--into', 'default@', '--use-destination-message');
    assert.throws(() => jj(source, 'status'), /stale/);
    const { workspace: second } = await workspaces.ensure(request({ id: 'w2' }));
    await workspaces.remove(first);
    await workspaces.remove(second);
    assert.deepEqual(registered(kind, source), []);
  });

  check(
    'inside a workspace the main repository counts for names, the workspace’s change for the base',
    async ({ source, root, manager, request }) => {
      const workspaces = manager();
      const { workspace } = await workspaces.ensure(request());
      writeFile(join(workspace.path, 'result'), 'x');
      jj(workspace.path, 'commit', '--message', 'inner');
      const inner = await workspaces.ensure(request({ id: 'w2', from: join(workspace.path, 'src') }));
      assert.deepEqual([inner.workspace.path, inner.workspace.from], [join(root, namespaceOf(source), 'w2'), source]);
      assert.ok(existsSync(join(inner.workspace.path, 'result')));
    },
  );

  check(
    'twenty at once while the user works: every workspace, and nothing of the user’s is recorded',
    async ({ source, manager, request }) => {
      const before = operations(source)
        .split('\n')
        .filter((line) => line.startsWith('snapshot')).length;
      const workspaces = manager();
      const made = Array.from({ length: 20 }, (_, i) => {
        writeFileSync(join(source, `mine-${i}`), `${i}`);
        return workspaces.ensure(request({ id: `w${i}`, runId: `r${i}` }));
      });
      assert.equal((await Promise.all(made)).filter(({ reused }) => !reused).length, 20);
      const after = operations(source)
        .split('\n')
        .filter((line) => line.startsWith('snapshot')).length;
      assert.deepEqual([after, commits(source, 'default@').length], [before, 1]);
      assert.equal(readdirSync(source).filter((name) => name.startsWith('mine-')).length, 20);
    },
  );

  check('a repository without a commit is copied, so that a first run works', async ({ folder, manager, request }) => {
    const fresh = join(folder, 'fresh');
    writeFile(join(fresh, 'file'), 'x');
    jj(fresh, 'git', 'init', kind === 'jj' ? '--no-colocate' : '--colocate');
    const { workspace } = await manager().ensure(request({ from: fresh, provider: 'auto' }));
    assert.deepEqual([workspace.provider, existsSync(join(workspace.path, 'file'))], ['copy', true]);
    const isTold = { name: 'UserError', code: 'workspace-repository-empty' };
    await assert.rejects(manager().ensure(request({ id: 'w2', from: fresh })), isTold);
  });

  check(
    'another repository that comes into the place of the first is not mistaken for it',
    async ({ source, manager, request }) => {
      const workspaces = manager();
      await workspaces.remove((await workspaces.ensure(request())).workspace);
      renameSync(source, `${source}-away`);
      writeFile(join(source, 'other'), 'x');
      jj(source, 'git', 'init', kind === 'jj' ? '--no-colocate' : '--colocate');
      jj(source, 'commit', '--message', 'other');
      const { workspace } = await workspaces.ensure(request());
      assert.deepEqual(
        entriesOf(workspace.path).filter((name) => !/^\.(git|jj)$/.test(name)),
        ['other'],
      );
      assert.deepEqual(registered(kind, source), [workspace.path]);
    },
  );
}

test('jj: each step that did something gets a change, and the log tells the story', { skip }, async () => {
  const { source, manager, request } = makeSandbox('jj');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  const ended = (step: string): Promise<readonly string[]> =>
    workspaces.snapshot(workspace, { runId: 'r1', step, workflow: 'make' });
  assert.deepEqual(await ended('looks'), []);
  writeFileSync(join(workspace.path, 'one'), 'x');
  assert.deepEqual(await ended('first'), []);
  assert.deepEqual(await ended('looks-again'), []);
  writeFileSync(join(workspace.path, 'two'), 'x');
  writeFileSync(join(workspace.path, 'large'), Buffer.alloc(3_000_000, 1));
  assert.deepEqual(await ended('turns/2/second'), []);
  await workspaces.remove(workspace);
  const story = jj(source, ...LOOK, '-r', `${workspace.base}+::`, '-T', 'if(description, description.first_line() ++ "\\n")');
  assert.equal(story.trim(), 'wf r1 turns/2/second: make\nwf r1 first: make');
  assert.deepEqual(filesOf(source, 'description(substring:"turns/2/second")'), ['large', 'two']);
  assert.deepEqual(commits(source, 'heads(all())').length, 2, 'the user’s change and the last step’s');
});

test('jj: a change that a step described, began or went to stays as it left it', { skip }, async () => {
  const { source, manager, request } = makeSandbox('jj');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  const ended = async (): Promise<string> => {
    const before = commits(workspace.path, '@');
    assert.deepEqual(await workspaces.snapshot(workspace, { runId: 'r1', step: 's', workflow: 'make' }), []);
    return commits(workspace.path, '@').join() === before.join() ? 'left' : 'ended';
  };
  const record = (): string => jj(workspace.path, 'util', 'snapshot');
  writeFileSync(join(workspace.path, 'one'), 'x');
  jj(workspace.path, 'describe', '-m', 'mine');
  assert.equal(await ended(), 'left', 'described');
  jj(workspace.path, 'new');
  writeFileSync(join(workspace.path, 'two'), 'x');
  record();
  assert.equal(await ended(), 'left', 'begun by itself');
  jj(workspace.path, 'new', workspace.base ?? '');
  writeFileSync(join(workspace.path, 'three'), 'x');
  record();
  assert.equal(await ended(), 'ended', 'beside it, as we would');
  assert.deepEqual(filesOf(source, 'description(substring:"wf r1 s: make")'), ['three']);
});

const BASES = {
  'main-one': 'first',
  '@-': 'second',
  '@--': 'first',
  'description(substring:"first")': 'first',
  'heads(::@-)': 'second',
};

test('jj: a base is any revset for one revision', { skip }, async () => {
  const { source, manager, request } = makeSandbox('jj');
  jj(source, 'describe', '-r', '@-', '-m', 'first');
  jj(source, 'bookmark', 'create', 'main-one', '-r', '@-');
  writeFileSync(join(source, 'second'), '');
  jj(source, 'commit', '-m', 'second');
  const workspaces = manager();
  for (const [i, [base, description]] of Object.entries(BASES).entries()) {
    const { workspace } = await workspaces.ensure(request({ id: `w${i}`, base }));
    assert.deepEqual([workspace.base], commits(source, `description(substring:"${description}")`), base);
    assert.equal(existsSync(join(workspace.path, 'second')), description === 'second');
  }
});

test('jj: a base that is not one revision is told by name, and nothing is left', { skip }, async () => {
  const { source, manager, request, leftovers } = makeSandbox('jj');
  const isTold = (message: RegExp): object => ({ name: 'UserError', code: 'workspace-base-not-found', exitCode: 2, message });
  const bases = {
    'no-such-one': /doesn't exist/,
    '-x': /`-x`/,
    '--help': /`--help`/,
    'a b': /syntax/i,
    '': /``/,
    'all()': /several/,
    'none()': /no revision that matches/,
  };
  for (const [base, message] of Object.entries(bases)) {
    await assert.rejects(manager().ensure(request({ base })), isTold(message), base);
  }
  assert.deepEqual([leftovers(), registered('jj', source)], [['.state'], []]);
});

test('jj-git: git works inside the workspace where it is new enough, and its commits stay', { skip }, async (t) => {
  const { source, manager, request } = makeSandbox('jj-git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  if (!existsSync(join(workspace.path, '.git'))) return t.skip('needs jj 0.46 and git 2.42');
  writeFileSync(join(workspace.path, 'result'), 'x');
  git(workspace.path, 'add', '.');
  git(workspace.path, 'commit', '--quiet', '-m', 'by git');
  await workspaces.remove(workspace);
  assert.deepEqual(filesOf(source, 'description(substring:"by git")'), ['result']);
});

test('jj-git: whoever wants no git worktrees gets none', { skip }, async () => {
  const { source, manager, request } = makeSandbox('jj-git');
  jj(source, 'config', 'set', '--repo', 'git.colocate', 'false');
  const { workspace } = await manager().ensure(request());
  assert.equal(existsSync(join(workspace.path, '.git')), false);
});

test('jj: commits have an author where the user has set none', { skip }, async () => {
  const { source, manager, request } = makeSandbox('jj');
  await manager().ensure(request());
  assert.notEqual(jj(source, ...LOOK, '-r', 'w1@', '-T', 'author.email()'), '');
});

for (const [what, path, text] of [
  ['submodules', '.gitmodules', '[submodule "x"]\n\tpath = x\n\turl = ./x\n'],
  ['Git LFS', '.gitattributes', '*.bin filter=lfs\n'],
] as const) {
  test(`jj-git: a repository with ${what} is left to git unless Jujutsu is asked for`, { skip }, async () => {
    const { source, manager, request } = makeSandbox('jj-git');
    writeFile(join(source, path), text);
    jj(source, 'commit', '-m', what);
    const { workspace } = await manager().ensure(request({ provider: 'auto' }));
    assert.equal(workspace.provider, 'git');
    assert.match(workspace.why, new RegExp(`Jujutsu .*${what}`));
    const asked = await manager().ensure(request({ id: 'w2' }));
    assert.equal(asked.workspace.provider, 'jj');
    assert.match(asked.warnings.join(), new RegExp(what, 'i'));
  });
}

test('jj: nothing that a workspace’s settings name is started', { skip }, async () => {
  const { folder, source, manager, request } = makeSandbox('jj');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  const planted = join(folder, 'planted');
  const program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\necho x >> '${planted}'\n`, { mode: 0o755 });
  const settings = {
    'fsmonitor.backend': 'watchman',
    'signing.behavior': 'own',
    'signing.backend': 'gpg',
    'signing.backends.gpg.program': program,
  };
  for (const [name, value] of Object.entries(settings)) jj(source, 'config', 'set', '--repo', name, value);
  mkdirSync(join(workspace.path, 'new'));
  writeFileSync(join(workspace.path, 'new/file'), 'x');
  await workspaces.remove(workspace);
  assert.equal(existsSync(planted), false);
});
