// What a workspace holds beyond its base: found, shown, applied, kept when the workspace goes, and thrown away by name only. The
// same promises for every provider.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { acquireLock, lockHolder } from '@workflow-platform/journal';
import {
  applyWork,
  cleanWorkspace,
  diffWork,
  findStepWork,
  findWork,
  findWorkspaceHome,
  listAll,
  measureWorkspaces,
  noteApplied,
  publishWork,
} from '@workflow-platform/workspace-manager';
import type { ApplyOutcome, Work, WorkspaceHome } from '@workflow-platform/workspace-manager';

import { KINDS, commitAll, git, jj, makeSandbox, missingFor, namespaces, providerOf, writeFile } from './sandbox.ts';
import type { Kind, Sandbox } from './sandbox.ts';

type Given = Awaited<ReturnType<ReturnType<Sandbox['manager']>['ensure']>>['workspace'];

function check(kind: Kind, title: string, body: (sandbox: Sandbox) => Promise<void>): void {
  test(`${kind}: ${title}`, { skip: missingFor(kind) }, () => body(makeSandbox(kind)));
}

function homeOf({ source, root }: Sandbox): WorkspaceHome {
  const env = { ...process.env, AI_WORKSPACES_ROOT: root };
  return findWorkspaceHome({ cwd: source, env, acquireLock, lockHolder, nowMs: Date.now, say: () => {} });
}

/** Changes, adds and deletes a file, changes a mode and a link. */
function edit(workspace: Given): void {
  writeFile(join(workspace.path, 'README.md'), 'hello, changed\n');
  writeFile(join(workspace.path, 'src/new file.txt'), 'new\n');
  rmSync(join(workspace.path, 'src/a b.txt'));
  chmodSync(join(workspace.path, 'src/deep/run.sh'), 0o644);
  rmSync(join(workspace.path, 'src/link'));
  symlinkSync('deep/run.sh', join(workspace.path, 'src/link'));
  writeFile(join(workspace.path, '.env'), 'SECRET=1\n');
}

const EDITED = ['README.md', 'src/a b.txt', 'src/deep/run.sh', 'src/link', 'src/new file.txt'];

async function workOf(workspace: Given, runId = 'r1'): Promise<Work> {
  const { work } = await findWork({ workspace, runId });
  assert.ok(work !== null, 'there is work');
  return work;
}

async function pathsIn(work: Work): Promise<string[]> {
  const { files } = await diffWork(work, { form: 'patch', colour: false });
  return files.map(({ path }) => path).sort();
}

function apply(sandbox: Sandbox, work: Work, isDryRun = false): Promise<ApplyOutcome> {
  return applyWork(work, { into: homeOf(sandbox).source, isDryRun });
}

for (const kind of KINDS) {
  check(kind, 'what was changed is told while the workspace is there, and the same when it is gone', async (sandbox) => {
    const { manager, request } = sandbox;
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    edit(workspace);
    const live = await diffWork(await workOf(workspace), { form: 'patch', colour: false });
    assert.deepEqual(live.files.map(({ path }) => path).sort(), EDITED);
    assert.match(live.text, /^-hello$\n^\+hello, changed$/m);
    assert.match(live.text, /^\+\+\+ (?:b\/)?src\/new file\.txt/m);
    assert.doesNotMatch(live.text, /SECRET/);

    const saved = await workspaces.remove(workspace, 'done');
    assert.ok(saved !== null);
    assert.equal(existsSync(workspace.path), false);
    const { work, isLive } = await findWork({ workspace, runId: 'r1' });
    assert.ok(work !== null && !isLive);
    const gone = await diffWork(work, { form: 'patch', colour: false });
    assert.deepEqual(gone.files, live.files);
    assert.equal(gone.text, live.text);
    assert.match((await diffWork(work, { form: 'stat', colour: false })).text, /README\.md +\| +2 \+-/);
  });

  check(kind, 'a workspace without changes leaves nothing', async ({ manager, request, root }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    assert.deepEqual(await findWork({ workspace, runId: 'r1' }), { work: null, isLive: true, isShared: false });
    assert.equal(await workspaces.remove(workspace, 'done'), null);
    assert.deepEqual(await findWork({ workspace, runId: 'r1' }), { work: null, isLive: false, isShared: false });
    const [namespace = ''] = namespaces(root);
    assert.deepEqual(readdirSync(join(namespace, '.state')), []);
  });

  check(kind, 'work comes into the checkout beside what is being edited there, all of it', async (sandbox) => {
    const { manager, request, source } = sandbox;
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    edit(workspace);
    await workspaces.remove(workspace, 'done');
    writeFile(join(source, 'mine.txt'), 'not committed\n');
    const work = await workOf(workspace);
    const entries = (): number =>
      readdirSync(source, { recursive: true }).filter((path) => !/^\.(?:jj|git)(?:\/|$)/.test(String(path))).length;
    const before = entries();
    assert.deepEqual((await apply(sandbox, work, true)).files.toSorted(), EDITED);
    assert.equal(entries(), before);
    assert.equal(readFileSync(join(source, 'README.md'), 'utf8'), 'hello\n');

    const outcome = await apply(sandbox, work);
    assert.deepEqual([outcome.kind, outcome.files.toSorted()], ['applied', EDITED]);
    assert.equal(readFileSync(join(source, 'README.md'), 'utf8'), 'hello, changed\n');
    assert.equal(readFileSync(join(source, 'src/new file.txt'), 'utf8'), 'new\n');
    assert.equal(existsSync(join(source, 'src/a b.txt')), false);
    assert.equal(readFileSync(join(source, 'mine.txt'), 'utf8'), 'not committed\n');
    assert.deepEqual(await apply(sandbox, work), { kind: 'applied', files: [] });
  });

  check(kind, 'where both changed the same place nothing is touched, and the place is named', async (sandbox) => {
    const { manager, request, source } = sandbox;
    const { workspace } = await manager().ensure(request());
    edit(workspace);
    writeFile(join(source, 'README.md'), 'hello, differently\n');
    const outcome = await apply(sandbox, await workOf(workspace));
    assert.deepEqual([outcome.kind, outcome.files], ['conflict', ['README.md']]);
    assert.equal(readFileSync(join(source, 'README.md'), 'utf8'), 'hello, differently\n');
    assert.equal(existsSync(join(source, 'src/new file.txt')), false);
    assert.ok(existsSync(join(source, 'src/a b.txt')));
    if (kind === 'jj' || kind === 'jj-git') {
      assert.equal(jj(source, 'log', '--no-graph', '--revisions=conflicts()', '--template=change_id'), '');
    }
  });

  check(kind, 'an ignored file in the way is not overwritten', async (sandbox) => {
    const { manager, request, source } = sandbox;
    const { workspace } = await manager().ensure(request());
    // Ignored here, not there.
    rmSync(join(workspace.path, '.gitignore'));
    writeFile(join(workspace.path, 'x.tmp'), 'theirs\n');
    writeFile(join(source, 'x.tmp'), 'mine\n');
    const work = await workOf(workspace);
    const answer = await apply(sandbox, work).catch((cause: Error) => cause);
    assert.ok(answer instanceof Error || answer.kind === 'conflict', JSON.stringify(answer));
    assert.equal(readFileSync(join(source, 'x.tmp'), 'utf8'), 'mine\n');
  });

  check(kind, 'a folder may come in place of a file, and a file in place of a folder', async (sandbox) => {
    const { manager, request, source } = sandbox;
    const { workspace } = await manager().ensure(request());
    rmSync(join(workspace.path, 'src/a b.txt'));
    writeFile(join(workspace.path, 'src/a b.txt/inside'), 'x\n');
    rmSync(join(workspace.path, 'src/deep'), { recursive: true });
    writeFile(join(workspace.path, 'src/deep'), 'file\n');
    assert.equal((await apply(sandbox, await workOf(workspace))).kind, 'applied');
    assert.equal(readFileSync(join(source, 'src/a b.txt/inside'), 'utf8'), 'x\n');
    assert.equal(readFileSync(join(source, 'src/deep'), 'utf8'), 'file\n');
  });

  check(kind, 'work is refused elsewhere than where it belongs', async (sandbox) => {
    const { manager, request, folder } = sandbox;
    const { workspace } = await manager().ensure(request());
    edit(workspace);
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const { source: into } = homeOf({ ...sandbox, source: elsewhere });
    await assert.rejects(applyWork(await workOf(workspace), { into, isDryRun: false }), { code: 'apply-elsewhere' });
  });

  check(kind, 'the list tells whose a workspace is, how large, how much was changed, and what is kept', async (sandbox) => {
    const { manager, request } = sandbox;
    const workspaces = manager();
    const home = homeOf(sandbox);
    const { workspace } = await workspaces.ensure(request({ runId: 'r7', workflow: 'flow' }));
    assert.deepEqual(
      listAll(home).map(({ id, state, status, isAlive }) => [id, state, status, isAlive]),
      [['w1', 'in-use', 'running', true]],
    );
    edit(workspace);
    // Jujutsu counts what is recorded.
    await workOf(workspace, 'r7');
    await workspaces.release(workspace, 'error');
    const [row] = listAll(home);
    assert.ok(row !== undefined);
    assert.deepEqual(
      [row.state, row.status, row.provider, row.owner],
      ['ready', 'error', providerOf(kind), { runId: 'r7', workflow: 'flow' }],
    );
    const measures = (await measureWorkspaces(home, [row])).get('w1');
    assert.ok(measures !== undefined && (measures.sizeBytes ?? 0) > 0);
    assert.equal(measures.changedFiles, EDITED.length);

    await cleanWorkspace(home, 'w1');
    const [gone] = listAll(home);
    assert.deepEqual([gone?.state, gone?.kept.length, gone?.kept[0]?.owner?.runId], ['gone', 1, 'r7']);
  });

  check(kind, 'work is thrown away by name only, and then nothing of it is left', async (sandbox) => {
    const { manager, request, source, root } = sandbox;
    const workspaces = manager();
    const home = homeOf(sandbox);
    const { workspace } = await workspaces.ensure(request());
    edit(workspace);
    await workspaces.release(workspace, 'done');
    const cleaned = await cleanWorkspace(home, 'w1');
    assert.deepEqual([cleaned.isRemoved, cleaned.kept.length], [true, 1]);
    assert.deepEqual(await cleanWorkspace(home, 'w1'), { isRemoved: false, kept: cleaned.kept, discarded: 0 });
    assert.equal((await cleanWorkspace(home, 'w1', { discard: true })).discarded, 1);
    assert.deepEqual(listAll(home), []);
    const [namespace = ''] = namespaces(root);
    assert.deepEqual(readdirSync(join(namespace, '.state')), []);
    if (existsSync(join(namespace, '.saved'))) assert.deepEqual(readdirSync(join(namespace, '.saved')), []);
    if (kind === 'git') assert.equal(git(source, 'for-each-ref', 'refs/workflow'), '');
    if (kind === 'jj' || kind === 'jj-git') {
      assert.equal(jj(source, 'log', '--no-graph', '--revisions=description(substring:"workspace w1")', '-T', 'change_id'), '');
    }
    assert.deepEqual(await cleanWorkspace(home, 'w1', { discard: true }), { isRemoved: false, kept: [], discarded: 0 });
  });

  check(kind, 'what earlier workspaces of a name left stays known when the name is used again', async (sandbox) => {
    const { manager, request } = sandbox;
    const workspaces = manager();
    for (const runId of ['r1', 'r2']) {
      const { workspace } = await workspaces.ensure(request({ runId }));
      writeFile(join(workspace.path, `of-${runId}`), 'x\n');
      await workspaces.remove(workspace, 'done');
    }
    const { workspace } = await workspaces.ensure(request({ runId: 'r3' }));
    for (const runId of ['r1', 'r2']) assert.deepEqual(await pathsIn(await workOf(workspace, runId)), [`of-${runId}`]);
    noteApplied(workspace, { runId: 'r1', nowMs: 5 });
    const [row] = listAll(homeOf(sandbox));
    assert.deepEqual(
      row?.kept.map(({ owner, appliedMs }) => [owner?.runId, appliedMs]),
      [
        ['r1', 5],
        ['r2', undefined],
      ],
    );
    await workspaces.release(workspace, 'done');
  });

  check(kind, 'a run that took the workspace later is told', async ({ manager, request }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request({ runId: 'r1' }));
    writeFile(join(workspace.path, 'one'), 'x\n');
    await workspaces.release(workspace, 'done');
    await workspaces.ensure(request({ runId: 'r2' }));
    assert.equal((await findWork({ workspace, runId: 'r1' })).isShared, true);
    assert.equal((await findWork({ workspace, runId: 'r2' })).isShared, false);
    await workspaces.release(workspace, 'done');
  });
}

for (const kind of ['git', 'jj', 'jj-git'] as const) {
  check(kind, 'work can become a branch, which is not moved afterwards', async ({ manager, request, source }) => {
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    edit(workspace);
    await workspaces.remove(workspace, 'done');
    const work = await workOf(workspace);
    await publishWork(work, 'review-me');
    if (kind === 'git') assert.equal(git(source, 'show', 'review-me:src/new file.txt'), 'new');
    else assert.equal(jj(source, 'file', 'show', '--revision=review-me', 'src/new file.txt'), 'new');
    await assert.rejects(publishWork(work, 'review-me'), { code: 'branch-not-made' });
  });

  check(kind, 'what the checkout gained since is merged with the work, line by line', async (sandbox) => {
    const { manager, request, source } = sandbox;
    const lines = (first: string, last: string): string => `${first}\n${'…\n'.repeat(20)}${last}\n`;
    writeFile(join(source, 'long.txt'), lines('a', 'z'));
    if (kind === 'git') commitAll(source);
    else jj(source, 'commit', '--message', 'long');
    const { workspace } = await manager().ensure(request());
    writeFile(join(workspace.path, 'long.txt'), lines('A', 'z'));
    writeFile(join(source, 'long.txt'), lines('a', 'Z'));
    if (kind === 'git') commitAll(source, 'mine');
    assert.equal((await apply(sandbox, await workOf(workspace))).kind, 'applied');
    assert.equal(readFileSync(join(source, 'long.txt'), 'utf8'), lines('A', 'Z'));
    if (kind === 'git') assert.equal(git(source, 'diff', '--cached', '--name-only'), '', 'nothing is staged');
  });

  check(kind, 'what a step did is kept apart when it is asked for, and its files stay as it left them', async (sandbox) => {
    const { manager, request, source } = sandbox;
    const workspaces = manager();
    const { workspace } = await workspaces.ensure(request());
    for (const step of ['one', 'two', 'idle']) {
      if (step !== 'idle') writeFile(join(workspace.path, `${step}.txt`), `${step}\n`);
      assert.deepEqual(await workspaces.snapshot(workspace, { runId: 'r1', step, workflow: 'flow' }), []);
    }
    if (kind === 'git') {
      assert.equal(git(workspace.path, 'status', '--porcelain'), '?? one.txt\n?? two.txt');
    }
    await workspaces.remove(workspace, 'done');
    const work = await workOf(workspace);
    const stepsOf = (step: string) => findStepWork({ workspace, runId: 'r1', step, work });
    for (const step of ['one', 'two']) {
      const works = await stepsOf(step);
      assert.deepEqual(await Promise.all((works ?? []).map(pathsIn)), [[`${step}.txt`]]);
    }
    assert.deepEqual(await stepsOf('idle'), []);
    await cleanWorkspace(homeOf(sandbox), 'w1', { discard: true });
    if (kind === 'git') assert.equal(git(source, 'for-each-ref', 'refs/workflow'), '');
  });
}

test('git: steps that were not kept apart are told as such', async () => {
  const { manager, request } = makeSandbox('git');
  const { workspace } = await manager().ensure(request());
  writeFile(join(workspace.path, 'one'), 'x\n');
  const work = await workOf(workspace);
  assert.equal(await findStepWork({ workspace, runId: 'r1', step: 'a', work }), null);
});

test('git: a repository inside the workspace keeps the workspace from being removed, a submodule as it was committed does not', async () => {
  const { folder, source, manager, request } = makeSandbox('git');
  const library = join(folder, 'library');
  writeFile(join(library, 'lib.c'), 'int x;\n');
  commitAll(library);
  git(source, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'lib');
  commitAll(source);
  const workspaces = manager();
  const made = await workspaces.ensure(request());
  const { path } = made.workspace;
  git(path, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
  assert.ok(existsSync(join(path, 'lib/lib.c')));
  assert.equal(await workspaces.remove(made.workspace, 'done'), null);

  const again = await workspaces.ensure(request());
  git(path, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
  writeFileSync(join(path, 'lib/lib.c'), 'int y;\n');
  await assert.rejects(workspaces.remove(again.workspace, 'done'), { code: 'workspace-nested-repository', message: /`lib`/ });
  assert.equal(readFileSync(join(path, 'lib/lib.c'), 'utf8'), 'int y;\n');
  git(join(path, 'lib'), 'checkout', '--quiet', 'lib.c');
  writeFile(join(path, 'own/file'), 'x\n');
  commitAll(join(path, 'own'));
  await assert.rejects(workspaces.remove(again.workspace, 'done'), { code: 'workspace-nested-repository', message: /`own`/ });
  rmSync(join(path, 'own'), { recursive: true });
  await workspaces.remove(again.workspace, 'done');
});

test('git: edits are kept though a step broke the worktree’s link to its repository', async () => {
  const { source, manager, request } = makeSandbox('git');
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  edit(workspace);
  writeFileSync(join(workspace.path, '.git'), 'gitdir: /nowhere\n');
  const saved = await workspaces.remove(workspace, 'done');
  assert.equal(git(source, 'show', `${saved?.name}:src/new file.txt`), 'new');
});

test('git: programs that a step names in the settings of the repository are not started when its work is looked at', async () => {
  const sandbox = makeSandbox('git');
  const { folder, source, manager, request } = sandbox;
  const trap = join(folder, 'trap.sh');
  writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> '${folder}/sprung'\ncat\n`, { mode: 0o755 });
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  edit(workspace);
  writeFile(join(workspace.path, '.gitattributes'), '* filter=trap diff=trap\n');
  for (const [key, value] of [
    ['filter.trap.clean', trap],
    ['filter.trap.smudge', trap],
    ['diff.trap.textconv', trap],
    ['diff.trap.command', trap],
    ['diff.external', trap],
    ['core.fsmonitor', trap],
    ['core.pager', trap],
    ['alias.diff', `!${trap}`],
    ['gpg.program', trap],
    ['commit.gpgSign', 'true'],
    ['core.hooksPath', folder],
  ] as const)
    git(source, 'config', key, value);
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change'])
    writeFileSync(join(folder, hook), `#!/bin/sh\necho hook >> '${folder}/sprung'\n`, { mode: 0o755 });
  const home = homeOf(sandbox);
  const work = await workOf(workspace);
  await diffWork(work, { form: 'patch', colour: false });
  await measureWorkspaces(home, listAll(home));
  await workspaces.snapshot(workspace, { runId: 'r1', step: 'a', workflow: 'flow' });
  await apply(sandbox, work);
  await publishWork(work, 'branch');
  await workspaces.release(workspace, 'done');
  await cleanWorkspace(home, 'w1');
  await cleanWorkspace(home, 'w1', { discard: true });
  assert.equal(existsSync(join(folder, 'sprung')) ? readFileSync(join(folder, 'sprung'), 'utf8') : '', '');
});

test('copy: a file that was only looked after, or written with what it had, is no change', async () => {
  const { manager, request } = makeSandbox('copy');
  const { workspace } = await manager().ensure(request());
  writeFile(join(workspace.path, 'README.md'), 'hello\n');
  chmodSync(join(workspace.path, 'src/a b.txt'), 0o644);
  const { work } = await findWork({ workspace, runId: 'r1' });
  assert.equal(work, null);
});

test('copy: names that are no text are kept, shown and applied', async () => {
  const sandbox = makeSandbox('copy');
  const { source, manager, request } = sandbox;
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  const name = Buffer.from('6e616d65ff0a', 'hex');
  writeFileSync(Buffer.concat([Buffer.from(`${workspace.path}/`), name]), 'x\n');
  await workspaces.remove(workspace, 'done');
  assert.equal((await apply(sandbox, await workOf(workspace))).kind, 'applied');
  assert.equal(readFileSync(Buffer.concat([Buffer.from(`${source}/`), name]), 'utf8'), 'x\n');
});

test('copy: nothing is applied behind a link', async () => {
  const sandbox = makeSandbox('copy');
  const { folder, source, manager, request } = sandbox;
  const { workspace } = await manager().ensure(request());
  writeFile(join(workspace.path, 'src/deep/new'), 'x\n');
  mkdirSync(join(folder, 'outside'));
  rmSync(join(source, 'src/deep'), { recursive: true });
  symlinkSync(join(folder, 'outside'), join(source, 'src/deep'));
  const outcome = await apply(sandbox, await workOf(workspace));
  assert.equal(outcome.kind, 'conflict');
  assert.deepEqual(readdirSync(join(folder, 'outside')), []);
});

test('jj: a change that somebody built upon is not thrown away', { skip: missingFor('jj') }, async () => {
  const sandbox = makeSandbox('jj');
  const { source, manager, request } = sandbox;
  const workspaces = manager();
  const { workspace } = await workspaces.ensure(request());
  edit(workspace);
  const saved = await workspaces.remove(workspace, 'done');
  jj(source, 'new', saved?.name ?? '');
  await assert.rejects(cleanWorkspace(homeOf(sandbox), 'w1', { discard: true }), { code: 'work-in-use' });
  assert.deepEqual(await pathsIn(await workOf(workspace)), EDITED);
});
