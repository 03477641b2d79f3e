// What a workspace adds to the environment of its steps, and what the journal says of how it was made ready.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { UserError } from '@workflow-platform/events';
import type { RunEvent } from '@workflow-platform/events';
import { acquireLock, openHistory } from '@workflow-platform/journal';
import { plainWorkspace } from '@workflow-platform/testkit';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import type { WorkspaceRequest } from '../src/index.ts';
import { ArrayJournal, eventsOf, makeFolder, planOf, removeRuns, run, script, startRun, testRunId } from './support/make-run.ts';
import type { RunTweaks } from './support/make-run.ts';

after(removeRuns);

type Workspaces = NonNullable<NonNullable<RunTweaks['ports']>['workspaces']>;

const ENGINE = join(import.meta.dirname, 'support/engine-process.ts');

/** Workspaces below a folder, each with a variable that names it. */
function readyWorkspaces(base: string, requests: WorkspaceRequest[]): Workspaces {
  return {
    ensure: async (request) => {
      requests.push(request);
      const { id } = request;
      const path = join(base, id);
      mkdirSync(path, { recursive: true });
      return {
        workspace: { id, path, provider: 'copy', from: base, base: null, why: 'for a test' },
        reused: false,
        env: { OWN: `of ${id}`, BOTH: 'workspace', STEP: 'workspace', GONE: null, SECRET: 'hunter2' },
        prepared: [
          { type: 'workspace.direnv-allowed', id, envrcDigest: 'd'.repeat(64) },
          { type: 'workspace.setup-finished', id, key: 'k'.repeat(64), reused: false, durationMs: 5 },
        ],
      };
    },
    snapshot: async () => [],
    release: async () => {},
    remove: async () => null,
  };
}

it('steps get it over the environment of the engine and under their own, each from its workspace', async () => {
  const base = makeFolder();
  const requests: WorkspaceRequest[] = [];
  const tell = 'echo "$OWN, $BOTH, $STEP, ${GONE-unset}, $KEPT"';
  const setup = { script: 'make deps', env: { V: '1' } };
  const plan = planOf(
    [script('shared', tell, { env: { STEP: 'step' } }), script('alone', tell, { needs: ['shared'], workspace: 'ephemeral' })],
    {
      workspace: { ...plainWorkspace, provider: 'copy', setup, setupKey: ['lock'], direnv: 'require' },
    },
  );
  const env = { PATH: process.env['PATH'], BOTH: 'engine', STEP: 'engine', GONE: 'engine', KEPT: 'engine' };
  const done = await run(plan, { base, env, ports: { workspaces: readyWorkspaces(base, requests) } });
  assert.equal(done.outcome.status, 'succeeded');
  assert.equal(done.log(1), 'of ws, workspace, step, unset, engine\n');
  assert.equal(done.log(2), 'of ws-alone-1, workspace, workspace, unset, engine\n');
  const { runFolder } = done.options.paths;
  assert.deepEqual(
    requests.map(({ id, ready }) => [id, ready]),
    [
      ['ws', { setup: { ...setup, logFile: join(runFolder, 'setup.log') }, setupKey: ['lock'], direnv: 'require' }],
      ['ws-alone-1', { setup: { ...setup, logFile: join(runFolder, '2.setup.log') }, setupKey: ['lock'], direnv: 'require' }],
    ],
  );
});

it('the journal tells what was done, after the workspace it was done to, and none of the values', async () => {
  const base = makeFolder();
  const plan = planOf([script('alone', 'true', { workspace: 'ephemeral' })], {
    workspace: { ...plainWorkspace, provider: 'copy' },
  });
  const { journal } = await run(plan, { base, ports: { workspaces: readyWorkspaces(base, []) } });
  const told = journal.envelopes.map(({ event }) => ('id' in event ? `${event.type} ${event.id}` : event.type));
  assert.deepEqual(told.slice(2, 8), [
    'workspace.created',
    'workspace.direnv-allowed ws',
    'workspace.setup-finished ws',
    'step.attempt-started',
    'workspace.direnv-allowed ws-alone-1',
    'workspace.setup-finished ws-alone-1',
  ]);
  assert.equal(JSON.stringify(journal.envelopes).includes('hunter2'), false);
});

interface KilledRun {
  readonly root: string;
  readonly base: string;
  /** The folder of the run's workspace. */
  workspace(): string;
  /** What the set-up and the steps said, a line each time they ran. */
  lines(): readonly string[];
  /** Resolves when this is among them. */
  reached(line: RegExp): Promise<void>;
  /** Leaves a file for which a step or the set-up waits. */
  allow(name: string): void;
  /** Starts the next engine. */
  resume(): { readonly child: ChildProcess; readonly told: Promise<string> };
}

/**
 * A run whose engine was killed in the middle of its step `long`, which waits for `long-may-end`. `next` follows it, and `clean`
 * clears up. The set-up depends on a file that `long` changes; the second time it waits for `setup-may-end`.
 */
async function killedRun(t: TestContext): Promise<KilledRun> {
  const [base, root, place] = [makeFolder(), makeFolder(), makeFolder()];
  const say = (text: string): string => `echo "${text}" >> '${place}/lines'`;
  const until = (name: string): string => `while [ ! -e '${place}/${name}' ]; do sleep 0.02; done`;
  const setup = {
    script: `if grep -qs set-up '${place}/lines'; then ${say('set-up again')}; ${until('setup-may-end')}; else ${say('set-up')}; fi`,
    env: {},
  };
  const plan = planOf(
    [
      script('long', `echo changed > lock; ${say('long $WORKFLOW_PORT_BASE')}; ${until('long-may-end')}; ${say('long ended')}`),
      script('next', say('next $WORKFLOW_PORT_BASE'), { needs: ['long'], timeoutMs: 5000 }),
      script('clean', say('clean'), { needs: ['next'], when: 'always()' }),
    ],
    { workspace: { ...plainWorkspace, provider: 'copy', setup, setupKey: ['lock'] } },
  );
  const engine = (more: object): ChildProcess & { readonly stdout: Readable } => {
    const request = JSON.stringify({ plan, base, workspacesRoot: root, ...more });
    const child = spawn(process.execPath, [ENGINE, request], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    return child;
  };
  const watcher = watch(place);
  const allow = (name: string): void => writeFileSync(join(place, name), '');
  t.after(() => {
    for (const name of ['long-may-end', 'setup-may-end']) allow(name);
    watcher.close();
  });
  const lines = (): readonly string[] =>
    existsSync(join(place, 'lines')) ? readFileSync(join(place, 'lines'), 'utf8').trim().split('\n') : [];
  const reached = async (line: RegExp): Promise<void> => {
    while (!lines().some((each) => line.test(each))) await once(watcher, 'change');
  };
  const first = engine({});
  await reached(/^long \d/);
  first.kill('SIGKILL');
  await once(first, 'exit');
  return {
    root,
    base,
    workspace: () => join(root, readdirSync(root).find((name) => !name.startsWith('.')) ?? '', 'ws'),
    lines,
    reached,
    allow,
    resume: () => {
      const child = engine({ start: { kind: 'resume', by: 'somebody' } });
      return { child, told: child.stdout.toArray().then((chunks) => String(Buffer.concat(chunks))) };
    },
  };
}

function eventsIn(base: string): readonly RunEvent[] {
  const history = openHistory({ folder: base, mode: 'read' });
  const events = history.readEvents(testRunId).map(({ event }) => event);
  history.close();
  return events;
}

/** Waits until the history of a run that another process drives has such an event. */
async function recorded(base: string, isIt: (event: RunEvent) => boolean): Promise<void> {
  while (!eventsIn(base).some(isIt)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function toldOfWorkspace(base: string): readonly string[] {
  return eventsIn(base)
    .map(({ type }) => type)
    .filter((type) => type.startsWith('workspace.'));
}

it('an engine that takes up a run with a step at work holds its workspace, and has its environment for other steps', async (t) => {
  const { root, base, lines, allow, resume } = await killedRun(t);
  const { told } = resume();
  await recorded(base, ({ type }) => type === 'workspace.reused');
  const other = createWorkspaceManager({ root, acquireLock });
  const asked = { runId: 'other', id: 'ws', from: base, provider: 'copy', base: null, include: [] } as const;
  await assert.rejects(other.ensure(asked), { code: 'workspace-busy' });
  allow('long-may-end');
  assert.equal(await told, 'succeeded\n');
  const [, before = ''] = lines();
  // Its set-up is out of date, but steps at work are not to meet it.
  assert.deepEqual(lines(), ['set-up', before, 'long ended', before.replace('long', 'next'), 'clean']);
  assert.deepEqual(toldOfWorkspace(base), [
    'workspace.created',
    'workspace.setup-finished',
    'workspace.reused',
    'workspace.removed',
  ]);
});

it('what a step left while there was no engine does not wait for a set-up, and no other step begins before it is done', async (t) => {
  const { base, lines, reached, allow, resume } = await killedRun(t);
  allow('long-may-end');
  await reached(/^long ended/);
  const { told } = resume();
  await reached(/^set-up again/);
  await recorded(base, (event) => event.type === 'step.succeeded' && event.step === 'long');
  assert.equal(eventsIn(base).filter(({ type }) => type === 'step.attempt-started').length, 1);
  allow('setup-may-end');
  assert.equal(await told, 'succeeded\n');
  const [, before = ''] = lines();
  assert.deepEqual(lines(), ['set-up', before, 'long ended', 'set-up again', before.replace('long', 'next'), 'clean']);
});

it('a cancel ends the set-up of a workspace that is taken hold of, and what clears up runs there all the same', async (t) => {
  const { base, lines, reached, allow, resume } = await killedRun(t);
  allow('long-may-end');
  await reached(/^long ended/);
  const { child, told } = resume();
  await reached(/^set-up again/);
  child.kill('SIGTERM');
  assert.equal(await told, 'cancelled\n');
  assert.deepEqual(lines().slice(2), ['long ended', 'set-up again', 'clean']);
  assert.equal(eventsIn(base).filter(({ type }) => type === 'run.cancel-requested').length, 1);
});

it('a cancel ends a run at once whose workspace cannot be had without more ado, with all that would clear up', async () => {
  const base = makeFolder();
  const journal = new ArrayJournal();
  const plan = planOf([script('wait', 'true'), script('clean', 'true', { needs: ['wait'], when: 'always()' })]);
  await startRun(plan, { base, journal }).handle.finished;
  // As a killed engine would have left it.
  journal.envelopes.splice(journal.envelopes.findIndex(({ event }) => event.type === 'step.attempt-started') + 1);
  const begun = Promise.withResolvers<void>();
  const workspaces: Workspaces = {
    ...readyWorkspaces(base, []),
    ensure: async ({ signal }) => {
      begun.resolve();
      if (signal?.aborted === false) await once(signal, 'abort');
      throw new UserError('workspace-cancelled', 'called off');
    },
  };
  const started = startRun(plan, { base, journal, ports: { workspaces }, start: { kind: 'resume', by: 'somebody' } });
  await begun.promise;
  started.handle.cancel('somebody', 'Ctrl-C');
  assert.equal((await started.handle.finished).status, 'cancelled');
  assert.equal(eventsOf(started, 'step.attempt-started').length, 1);
  assert.deepEqual(
    eventsOf(started, 'run.cancel-requested').map(({ by }) => by),
    ['somebody', 'workflow'],
  );
});

it('a run whose workspace somebody else has cannot go on, and can later, with the step that is at work', async (t) => {
  const { root, base, lines, allow, resume } = await killedRun(t);
  const other = createWorkspaceManager({ root, acquireLock });
  const asked = { runId: 'other', id: 'ws', from: base, provider: 'copy', base: null, include: [] } as const;
  const { workspace } = await other.ensure(asked);
  assert.match(await resume().told, /workspace-busy.*then go on with `workflow resume/);
  await other.release(workspace, 'done');
  const { told } = resume();
  await recorded(base, ({ type }) => type === 'workspace.reused');
  allow('long-may-end');
  assert.equal(await told, 'succeeded\n');
  assert.equal(lines().filter((line) => line === 'long ended').length, 1);
});

it('a run whose workspace is gone when another engine takes it up has a new one, set up and told of', async (t) => {
  const { base, workspace, lines, reached, allow, resume } = await killedRun(t);
  rmSync(workspace(), { recursive: true });
  for (const name of ['long-may-end', 'setup-may-end']) allow(name);
  await reached(/^long ended/);
  assert.equal(await resume().told, 'succeeded\n');
  assert.equal(lines().filter((line) => line.startsWith('set-up')).length, 2);
  assert.deepEqual(
    toldOfWorkspace(base).filter((type) => type !== 'workspace.removed'),
    ['workspace.created', 'workspace.setup-finished', 'workspace.created', 'workspace.setup-finished'],
  );
});
