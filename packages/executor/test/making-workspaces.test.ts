// A run whose workspace takes its time, with real git: what is told, and what a cancel does.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import { argv, eventsOf, makeFolder, planOf, removeRuns, startRun } from './support/make-run.ts';
import type { RunTweaks } from './support/make-run.ts';

after(removeRuns);

interface SlowRepository {
  readonly folder: string;
  /** Waits until git is at work on a worktree; returns the process id of its filter. */
  begun(): Promise<number>;
  go(): void;
  worktrees(): number;
  ports(more?: NonNullable<RunTweaks['ports']>): NonNullable<RunTweaks['ports']>;
}

/** Makes a repository whose checkouts wait in a filter. */
function slowRepository(): SlowRepository {
  const base = makeFolder();
  const [folder, begun] = [join(base, 'repository'), join(base, 'begun')];
  for (const each of [folder, begun]) mkdirSync(each);
  const git = (...words: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], { cwd: folder, encoding: 'utf8' });
  git('init', '-q');
  writeFileSync(join(folder, '.gitattributes'), '*.slow filter=slow\n');
  for (const name of ['a.txt', 'x.slow']) writeFileSync(join(folder, name), 'committed\n');
  git('add', '.');
  git('commit', '-qm', 'one');
  const note = `echo $$ > '${begun}/pid.new'; mv '${begun}/pid.new' '${begun}/pid'`;
  git('config', 'filter.slow.smudge', `${note}; while [ -e '${begun}/pid' ]; do sleep 0.05; done; cat`);
  const root = join(base, 'workspaces');
  return {
    folder,
    async begun() {
      const watcher = watch(begun);
      while (!existsSync(join(begun, 'pid'))) await once(watcher, 'change');
      watcher.close();
      return Number(readFileSync(join(begun, 'pid'), 'utf8'));
    },
    go: () => rmSync(join(begun, 'pid'), { force: true }),
    worktrees: () => git('worktree', 'list').trim().split('\n').length - 1,
    ports: (more = {}) => ({ workspaces: createWorkspaceManager({ root, acquireLock }), ...more }),
  };
}

function isAlive(pid: number): boolean {
  const [state = ''] = execFileSync('sh', ['-c', `ps -o stat= -p ${pid} || true`], { encoding: 'utf8' }).split('\n');
  return state !== '' && !state.startsWith('Z');
}

const workspace = { ...planOf([]).workspace, provider: 'git' } as const;

it('a cancel ends the making of the workspace at once, and the run as cancelled, with all that would clean up', async () => {
  const repository = slowRepository();
  const steps = [argv('first', ['true']), argv('clean', ['true'], { needs: ['first'], when: 'always()' })];
  const started = startRun(planOf(steps, { workspace }), {
    base: repository.folder,
    workspaceId: 'w',
    ports: repository.ports(),
  });
  const filter = await repository.begun();
  started.handle.cancel('somebody', 'no longer needed');
  const outcome = await started.handle.finished;
  assert.equal(outcome.status, 'cancelled');
  assert.equal(isAlive(filter), false);
  assert.deepEqual([eventsOf(started, 'workspace.created'), repository.worktrees()], [[], 0]);
  const skipped = eventsOf(started, 'step.skipped').map(({ step, reason }) => `${step} ${reason.kind}`);
  assert.deepEqual(skipped, ['first cancelled', 'clean cancelled']);
  assert.equal(started.journal.envelopes.filter(({ event }) => event.type === 'run.cancel-requested').length, 2);
});

it('a cancel ends the making of a step’s own workspace', async () => {
  const repository = slowRepository();
  const plan = planOf([argv('own', ['true'], { workspace: 'ephemeral' })], { workspace: { ...workspace, provider: 'none' } });
  const started = startRun(plan, { base: repository.folder, ports: repository.ports() });
  const filter = await repository.begun();
  started.handle.cancel('somebody', 'no longer needed');
  const outcome = await started.handle.finished;
  assert.equal(outcome.status, 'cancelled');
  assert.deepEqual([isAlive(filter), repository.worktrees()], [false, 0]);
  assert.deepEqual(
    eventsOf(started, 'step.cancelled').map(({ step }) => step),
    ['own'],
  );
});

it('a host that cannot go on ends the making, too', async () => {
  const repository = slowRepository();
  const started = startRun(planOf([argv('a', ['true'])], { workspace }), { base: repository.folder, ports: repository.ports() });
  const filter = await repository.begun();
  started.journal.refuse = () => new Error('the disk is gone');
  started.handle.cancel('somebody', 'no longer needed');
  await assert.rejects(started.handle.finished, /the disk is gone/);
  // The taking back goes on for a moment after the run has ended.
  while (repository.worktrees() > 0 || isAlive(filter)) await new Promise((resolve) => setImmediate(resolve));
});

for (const { whose, plan } of [
  { whose: 'the run’s workspace', plan: planOf([argv('a', ['true'])], { workspace }) },
  {
    whose: 'a step’s own workspace',
    plan: planOf([argv('a', ['true'], { workspace: 'ephemeral' })], { workspace: { ...workspace, provider: 'none' } }),
  },
]) {
  it(`tells how far the making of ${whose} has got`, async () => {
    const repository = slowRepository();
    const told = Promise.withResolvers<object>();
    const ports = repository.ports({
      onWorkspaceProgress: ({ doing, provider, filesDone, filesTotal, step }) =>
        told.resolve({ doing, provider, filesDone, filesTotal, step }),
    });
    const started = startRun(plan, { base: repository.folder, workspaceId: 'w', ports });
    const progress = { doing: 'making', provider: 'git', filesDone: 2, filesTotal: 3 };
    const { filesDone, ...rest } = (await told.promise) as { filesDone: number };
    assert.deepEqual({ ...rest, filesDone: 2 }, { ...progress, step: whose.startsWith('a step') ? 'a' : null });
    assert.ok(filesDone < progress.filesTotal);
    repository.go();
    assert.equal((await started.handle.finished).status, 'succeeded');
  });
}
