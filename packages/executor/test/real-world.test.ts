// The run host with the real history, real workspaces and real artifacts, and on disks that fill.
// Not here: engines that are killed (engine-dies.test.ts).

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { acquireLock, openBlobs, openHistory } from '@workflow-platform/journal';
import type { History } from '@workflow-platform/journal';
import { foldRun, runStatus } from '@workflow-platform/scheduler';
import { plainWorkspace, smallDisk } from '@workflow-platform/testkit';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import { argv, makeFolder, planOf, removeRuns, run, script, startRun, testRunId } from './support/make-run.ts';
import type { RunTweaks } from './support/make-run.ts';

after(removeRuns);

const git = (cwd: string, ...words: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], { cwd, encoding: 'utf8' });

function realPorts(state: string, history: History): NonNullable<RunTweaks['ports']> {
  return {
    journal: history,
    blobs: openBlobs(join(state, 'blobs')),
    workspaces: createWorkspaceManager({ root: join(state, 'workspaces'), acquireLock }),
  };
}

it('runs in a worktree of a repository, keeps artifacts, and leaves the checkout as it was', async () => {
  const base = makeFolder();
  const repository = join(base, 'repository');
  mkdirSync(repository);
  git(repository, 'init', '-q');
  writeFileSync(join(repository, 'a.txt'), 'committed\n');
  git(repository, 'add', '.');
  git(repository, 'commit', '-qm', 'one');
  writeFileSync(join(repository, 'a.txt'), 'being edited\n');
  const state = makeFolder();
  const history = openHistory({ folder: state, mode: 'write' });
  const plan = planOf(
    [
      script('build', 'cp a.txt built.txt; echo "of=$(git rev-parse --show-toplevel)" >> "$WORKFLOW_OUTPUT"'),
      script('own', 'echo spoiled > a.txt; git rev-parse --show-toplevel', { needs: ['build'], workspace: 'ephemeral' }),
      argv('check', ['cat', 'a.txt'], { needs: ['own'] }),
    ],
    {
      workspace: { ...plainWorkspace, provider: 'git' },
      artifacts: [{ name: 'built', path: 'built.txt', retentionMs: null, required: true }],
    },
  );
  const done = await run(plan, { base: repository, workspaceId: 'wt', ports: realPorts(state, history) });
  assert.equal(done.outcome.status, 'succeeded');
  const events = history.readEvents(testRunId);
  assert.equal(runStatus(foldRun(plan, events)), 'succeeded');
  assert.equal(history.readRun(testRunId)?.status, 'succeeded');
  assert.equal(done.log(3), 'committed\n');
  assert.notEqual(done.log(2), done.log(1));
  assert.equal(readFileSync(join(repository, 'a.txt'), 'utf8'), 'being edited\n');
  const [artifact] = history.artifactsOf(testRunId);
  assert.equal(readFileSync(openBlobs(join(state, 'blobs')).pathOf(artifact?.digest ?? ''), 'utf8'), 'committed\n');
  assert.equal(git(repository, 'worktree', 'list').trim().split('\n').length, 1);
  history.close();
});

const HAS_JUJUTSU = spawnSync('jj', ['--version']).status === 0;
const needsJujutsu = { skip: HAS_JUJUTSU ? false : 'needs `jj` on PATH (sh scripts/get-jj --with-git PREFIX)' };
const jj = (cwd: string, ...words: string[]): string =>
  execFileSync('jj', ['--no-pager', '--color=never', '--ignore-working-copy', ...words], { cwd, encoding: 'utf8' });

for (const { provider, descriptions } of [
  { provider: 'jj', descriptions: [`wf ${testRunId} first: test`, `wf ${testRunId} last: test`, `wf ${testRunId} own: test`] },
  { provider: 'auto', descriptions: ['workspace wt', 'workspace wt-own-1'] },
] as const) {
  it(`tells in the log of Jujutsu what was done, with provider ${provider}`, needsJujutsu, async () => {
    const base = makeFolder();
    const repository = join(base, 'repository');
    mkdirSync(repository);
    writeFileSync(join(repository, 'a.txt'), 'committed\n');
    for (const words of [
      ['git', 'init', '--no-colocate'],
      ['commit', '-m', 'one'],
    ]) {
      execFileSync('jj', words, { cwd: repository, stdio: 'ignore' });
    }
    const state = makeFolder();
    const history = openHistory({ folder: state, mode: 'write' });
    const plan = planOf(
      [
        script('first', 'echo x > first'),
        argv('looks', ['cat', 'first'], { needs: ['first'] }),
        script('own', 'echo x > own', { needs: ['looks'], workspace: 'ephemeral' }),
        script('last', 'echo x > last; exit 3', { needs: ['own'] }),
      ],
      { workspace: { ...plainWorkspace, provider, snapshot: provider === 'jj' ? 'step' : 'run', keep: 'never' } },
    );
    const done = await run(plan, { base: repository, workspaceId: 'wt', ports: realPorts(state, history) });
    assert.equal(done.outcome.status, 'failed');
    assert.equal(done.log(2), 'x\n');
    const text = jj(repository, 'log', '--no-graph', '-r', 'all()', '-T', 'if(description, description.first_line() ++ "\\n")');
    assert.deepEqual(
      text
        .split('\n')
        .filter((line) => line !== '' && line !== 'one')
        .sort(),
      descriptions,
    );
    assert.deepEqual(jj(repository, 'workspace', 'list', '-T', 'name'), 'default');
    history.close();
  });
}

it('ends with a clear error when the disk of the history fills, and goes on once there is room', async (t) => {
  const disk = smallDisk(t, 4 * 1024 * 1024);
  if (disk === null) return;
  const retry = { max: 1, backoff: 'constant', initialMs: 0, maxDelayMs: 0, jitter: false, onExit: null } as const;
  // The output is larger than the room that will be left.
  const plan = planOf([
    script('before', 'echo once >> ../ran'),
    script('fills', 'echo "big=$(head -c 900000 /dev/zero | tr "\\0" x)" >> "$WORKFLOW_OUTPUT"', { needs: ['before'], retry }),
  ]);
  const history = openHistory({ folder: disk.path, mode: 'write' });
  let isFilled = false;
  const journal: NonNullable<RunTweaks['ports']>['journal'] = {
    append: (envelopes) => {
      if (!isFilled && envelopes.some(({ event }) => event.type === 'step.succeeded' && event.step === 'fills')) {
        isFilled = true;
        disk.fill(8 * 1024);
      }
      history.append(envelopes);
    },
    readEvents: (runId, afterSeq) => history.readEvents(runId, afterSeq),
  };
  const base = makeFolder();
  await assert.rejects(
    startRun(plan, { base, ports: { journal } }).handle.finished,
    (error: Error & { code?: string; hint?: string }) => {
      assert.equal(error.code, 'disk-full');
      assert.match(error.hint ?? '', new RegExp(`then go on with \`workflow resume ${testRunId}\``));
      return true;
    },
  );
  disk.empty();
  const again = await run(plan, { base, ports: { journal }, start: { kind: 'resume', by: 'somebody' } });
  assert.equal(again.outcome.status, 'succeeded');
  assert.equal(readFileSync(join(base, 'ran'), 'utf8'), 'once\n');
  history.close();
});

it('keeps its memory flat while a step writes 100 MB', async () => {
  await run(planOf([script('warm', 'true')]));
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const done = await run(planOf([argv('big', ['head', '-c', '104857600', '/dev/zero'], { idleTimeoutMs: 60_000 })]));
  assert.equal(done.outcome.status, 'succeeded');
  assert.equal(statSync(join(done.options.paths.runFolder, '1.log')).size, 104_857_600);
  assert.ok(process.memoryUsage.rss() - before < 30 * 1024 * 1024);
});
