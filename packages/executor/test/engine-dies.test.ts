// Engines that are killed, and what the next one finds: results of attempts that ended meanwhile, attempts that still run, and
// those of which nobody knows.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Plan } from '@workflow-platform/core';
import { openHistory } from '@workflow-platform/journal';
import type { EngineProcessRequest } from './support/engine-process.ts';
import { argv, attempt, eventsOf, makeFolder, outputsOf, planOf, removeRuns, script, testRunId } from './support/make-run.ts';
import type { ArrayJournal } from './support/make-run.ts';

const engineProcess = fileURLToPath(new URL('support/engine-process.ts', import.meta.url));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  removeRuns();
});

/** A run whose engines are processes of their own. */
class KilledRun {
  readonly base = makeFolder();
  readonly #plan: Plan;
  #isBegun = false;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Starts an engine, the first or the next. */
  engine(more: Partial<EngineProcessRequest> = {}): { readonly child: ChildProcess; readonly told: Promise<string> } {
    const start = this.#isBegun ? ({ kind: 'resume', by: 'somebody' } as const) : undefined;
    this.#isBegun = true;
    const request: EngineProcessRequest = { plan: this.#plan, base: this.base, ...(start && { start }), ...more };
    const child = spawn(process.execPath, [engineProcess, JSON.stringify(request)], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const told = child.stdout.toArray().then((chunks) => Buffer.concat(chunks).toString());
    return { child, told };
  }

  /** Runs an engine until it has come so far, and kills it. */
  async killedWhen(isSo: () => boolean, more: Partial<EngineProcessRequest> = {}): Promise<void> {
    const { child } = this.engine(more);
    await until(isSo);
    await kill(child);
  }

  lines(name: string): number {
    const path = join(this.base, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
  }

  has(name: string): boolean {
    return existsSync(join(this.base, name));
  }

  make(name: string): void {
    writeFileSync(join(this.base, name), '');
  }

  log(attemptNo: number): string {
    return readFileSync(join(this.base, 'run', `${attemptNo}.log`), 'utf8');
  }

  /** Its events, as eventsOf and outputsOf take them. */
  journal(): { readonly journal: ArrayJournal } {
    const history = openHistory({ folder: this.base, mode: 'read' });
    const envelopes = history.readEvents(testRunId);
    history.close();
    return { journal: { envelopes } as unknown as ArrayJournal };
  }

  get failures(): readonly (readonly [step: string, kind: string])[] {
    return eventsOf(this.journal(), 'step.attempt-failed').map(({ step, failure }) => [step, failure.kind]);
  }
}

/** What does not come is told of with the line that waited for it, rather than by the time limit of the file. */
async function until(isSo: () => boolean): Promise<void> {
  const endMs = Date.now() + 100_000;
  while (!isSo()) {
    assert.ok(Date.now() < endMs, `this never came: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.on('exit', resolve));
}

/** Whether there is such a process, and not just its entry that nobody has collected. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

/** Says that it is up, and goes on once it is told to. */
const waits = 'echo up >> ../up; while [ ! -e ../go ]; do sleep 0.02; done';
const retry = { max: 1, backoff: 'constant', initialMs: 0, maxDelayMs: 0, jitter: false, onExit: null } as const;

it('takes the result of a step that ended while there was no engine, and does nothing again', async () => {
  const run = new KilledRun(
    planOf([
      script('first', 'echo once >> ../first'),
      script('long', `${waits}; echo "word=said" >> "$WORKFLOW_OUTPUT"; echo done; touch ../ended`, { needs: ['first'] }),
      argv('last', ['echo', [{ expression: 'steps.long.outputs.word' }]], { needs: ['long'] }),
    ]),
  );
  await run.killedWhen(() => run.lines('up') === 1);
  run.make('go');
  await until(() => run.has('ended'));
  assert.equal(await run.engine().told, 'succeeded\n');
  assert.deepEqual([run.lines('first'), run.lines('up')], [1, 1]);
  assert.deepEqual([run.log(2), run.log(3)], ['done\n', 'said\n']);
  assert.deepEqual(run.failures, []);
  assert.deepEqual(
    readdirSync(join(run.base, 'run')).filter((name) => name.endsWith('.slot')),
    [],
  );
});

it('takes up a step that still runs, through the deaths of several engines', async () => {
  const run = new KilledRun(
    planOf([script('long', `${waits}; echo ended >> ../ended; exit 3`, { retry, onFailure: 'continue' })]),
  );
  await run.killedWhen(() => run.lines('up') === 1);
  const isResumed = (times: number) => () => eventsOf(run.journal(), 'run.resumed').length === times;
  await run.killedWhen(isResumed(1));
  await run.killedWhen(isResumed(2));
  const { told } = run.engine();
  await until(isResumed(3));
  run.make('go');
  await told;
  // Its failure is its own: the second time it was tried again by the policy.
  assert.deepEqual(run.failures, [
    ['long', 'exit'],
    ['long', 'exit'],
  ]);
  assert.deepEqual([run.lines('up'), run.lines('ended')], [2, 2]);
  const [first] = eventsOf(run.journal(), 'step.attempt-failed');
  const [started] = eventsOf(run.journal(), 'run.started');
  assert.ok(started !== undefined && first !== undefined && first.durationMs > 0);
});

it('tells a death by signal from an exit status, though nobody was there', async () => {
  const run = new KilledRun(
    planOf(
      [
        script('signalled', `${waits}; kill -KILL $$`, { onFailure: 'continue' }),
        script('status', `${waits}; exit 137`, { onFailure: 'continue' }),
      ],
      { maxParallel: 2 },
    ),
  );
  await run.killedWhen(() => run.lines('up') === 2);
  run.make('go');
  await run.engine().told;
  assert.deepEqual(
    new Map(run.failures),
    new Map([
      ['signalled', 'signal'],
      ['status', 'exit'],
    ]),
  );
});

it('counts the time limit of a step from its start, not from the start of an engine', async () => {
  const limits = { onFailure: 'continue', timeoutMs: 1500 } as const;
  const run = new KilledRun(
    planOf(
      [script('too-long', `echo up >> ../up; sleep 1000`, limits), script('in-time', `${waits}; touch ../ended; exit 4`, limits)],
      { maxParallel: 2 },
    ),
  );
  await run.killedWhen(() => run.lines('up') === 2);
  run.make('go');
  const started = run.journal().journal.envelopes.find(({ event }) => event.type === 'step.attempt-started');
  await until(() => run.has('ended') && Date.now() > (started?.atMs ?? 0) + 1500);
  await run.engine().told;
  assert.deepEqual(
    new Map(run.failures),
    new Map([
      ['too-long', 'timeout'],
      ['in-time', 'exit'],
    ]),
  );
});

it('notices that a step it took up is silent', async () => {
  const noise = 'while [ ! -e ../quiet ]; do echo noise; sleep 0.05; done';
  // So long that a busy machine does not make a silence of its own.
  const run = new KilledRun(
    planOf([script('silent', `echo up >> ../up; ${noise}; sleep 1000`, { idleTimeoutMs: 3000, onFailure: 'continue' })]),
  );
  await run.killedWhen(() => run.lines('up') === 1);
  const { told } = run.engine();
  await until(() => eventsOf(run.journal(), 'run.resumed').length === 1);
  run.make('quiet');
  await told;
  assert.deepEqual(run.failures, [['silent', 'idle-timeout']]);
});

it('keeps the log of a step that it took up short', async () => {
  const noise = 'while [ ! -e ../quiet ]; do head -c 100000 /dev/zero | tr "\\\\0" x; sleep 0.01; done; echo; echo last words';
  const run = new KilledRun(planOf([script('noisy', `echo up >> ../up; ${noise}`)]));
  await run.killedWhen(() => run.lines('up') === 1, { logBytesMax: 1_000_000 });
  // The limit that a log began with stays: followers rely on it.
  const { told } = run.engine({ logBytesMax: 1000 });
  const noticed = 'longer than 1000000 bytes';
  await until(() => run.log(1).includes(noticed));
  run.make('quiet');
  assert.equal(await told, 'succeeded\n');
  const log = run.log(1);
  assert.ok(log.length < 1_100_000, `${log.length} bytes`);
  assert.equal(log.slice(0, 1_000_000), 'x'.repeat(1_000_000));
  assert.match(log, /workflow: at least \d+ bytes were left out, this is the end\n[^]*\nlast words\n$/);
});

it('ends a step that it took up when the run is cancelled', async () => {
  const run = new KilledRun(planOf([script('long', `trap 'echo asked >> ../asked; exit 1' TERM; ${waits}`)]));
  await run.killedWhen(() => run.lines('up') === 1);
  const { child, told } = run.engine();
  await until(() => eventsOf(run.journal(), 'run.resumed').length === 1);
  child.kill('SIGTERM');
  assert.equal(await told, 'cancelled\n');
  assert.equal(run.lines('asked'), 1);
});

it('reads all that an action said, though its engine is gone', async () => {
  const node = `setInterval(() => { if (require('node:fs').existsSync('../go')) process.exit() }, 10);
    require('node:fs').appendFileSync('../up', 'up\\n');
    process.on('exit', () => { console.log(JSON.stringify({ type: 'output', name: 'a', value: 'b' }));
    console.log(JSON.stringify({ type: 'result', status: 'success' })); require('node:fs').appendFileSync('../ended', '') })`;
  const plugin = {
    folder: '/',
    manifest: {
      name: 'p',
      version: '1.0.0',
      entry: { kind: 'command', argv: [process.execPath, '-e', node] },
      actions: [
        {
          reference: 'plugin:p/act',
          kind: 'plugin',
          description: '',
          version: '1.0.0',
          inputs: [],
          openInputs: false,
          outputs: [],
        },
      ],
      parameterTypes: [],
    },
  } as never;
  const action = { kind: 'plugin', plugin: 'p', version: '1.0.0', action: 'act', inputs: {} } as never;
  const run = new KilledRun(planOf([attempt('acts', action)]));
  await run.killedWhen(() => run.lines('up') === 1, { plugins: [plugin] });
  run.make('go');
  await until(() => run.has('ended'));
  assert.equal(await run.engine({ plugins: [plugin] }).told, 'succeeded\n');
  assert.deepEqual(outputsOf(run.journal(), 'acts'), { a: 'b' });
});

for (const [title, given, failures, outputs] of [
  ['masks the secret of a step that it took up', 'old-secret', [], { said: '***' }],
  ['keeps no word of a step that was started with another secret', 'new-secret', [['tells', 'output']], undefined],
] as const) {
  it(title, async () => {
    const text = `${waits}; echo "said=$TOKEN" >> "$WORKFLOW_OUTPUT"; test $WORKFLOW_ATTEMPT = 1 && touch ../ended`;
    const tells = script('tells', text, { env: { TOKEN: [{ expression: 'secrets.token' }] }, onFailure: 'continue' });
    const run = new KilledRun(planOf([tells], { parameters: { token: null }, secrets: ['token'] }));
    await run.killedWhen(() => run.lines('up') === 1, { secrets: { token: 'old-secret' } });
    run.make('go');
    await until(() => run.has('ended'));
    assert.equal(await run.engine({ secrets: { token: given } }).told, 'succeeded\n');
    assert.deepEqual([run.failures, outputsOf(run.journal(), 'tells')], [failures, outputs]);
    assert.doesNotMatch(JSON.stringify(run.journal()), /old-secret/);
  });
}

it('makes an attempt again when the shell that watched over it is gone, and only after what is left of it', async () => {
  const text = 'echo $$ $PPID > ../pids.$WORKFLOW_ATTEMPT; echo up >> ../up; while [ ! -e ../go ]; do sleep 0.02; done';
  const run = new KilledRun(planOf([script('long', text)]));
  await run.killedWhen(() => run.lines('up') === 1);
  const [pid, shell] = readFileSync(join(run.base, 'pids.1'), 'utf8').trim().split(' ').map(Number);
  process.kill(shell!, 'SIGKILL');
  const { told } = run.engine();
  await until(() => run.lines('up') === 2);
  assert.equal(isRunning(pid!), false, 'the first attempt is gone before the second begins');
  run.make('go');
  assert.equal(await told, 'succeeded\n');
  assert.deepEqual(run.failures, [['long', 'lost']]);
});

it('takes what was under way before a restart of the machine as lost, and signals nobody', async () => {
  const run = new KilledRun(planOf([script('long', `${waits}; echo ended >> ../ended`)]));
  await run.killedWhen(() => run.lines('up') === 1);
  const slot = join(
    run.base,
    'run',
    readdirSync(join(run.base, 'run')).find((name) => name.endsWith('.slot'))!,
  );
  const innocent = spawn('sleep', ['1000'], { stdio: 'ignore', detached: true });
  children.push(innocent);
  // What a machine that was started anew would find: a number that means somebody else now.
  const [first, ...lines] = readFileSync(slot, 'utf8').split('\n');
  const [name, version, mark] = first!.split(' ');
  const before = `${name} ${version} ${mark} ${innocent.pid} 1 another-start/1`;
  run.make('go');
  await until(() => / R 1 0\n/.test(readFileSync(slot, 'utf8')));
  rmSync(slot);
  writeFileSync(slot, [before, ...lines.filter((line) => !line.includes(' R '))].join('\n'));
  assert.equal(await run.engine().told, 'succeeded\n');
  assert.deepEqual(run.failures, [['long', 'lost']]);
  assert.equal(innocent.exitCode ?? innocent.signalCode, null);
});

it('signals nobody who only got the number of a shell', async () => {
  const run = new KilledRun(planOf([script('long', `${waits}; echo ended >> ../ended`)]));
  await run.killedWhen(() => run.lines('up') === 1);
  const folder = join(run.base, 'run');
  const slot = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.slot'))!,
  );
  const innocent = spawn('sleep', ['1000'], { stdio: 'ignore', detached: true });
  children.push(innocent);
  run.make('go');
  await until(() => / R 1 0\n/.test(readFileSync(slot, 'utf8')));
  const text = readFileSync(slot, 'utf8').replace(/^(\S+ \S+ \S+) \d+/, `$1 ${innocent.pid}`);
  writeFileSync(slot, text.replace(/^.* R .*\n/m, ''));
  assert.equal(await run.engine().told, 'succeeded\n');
  assert.deepEqual(run.failures, [['long', 'lost']]);
  assert.equal(innocent.exitCode ?? innocent.signalCode, null);
});

it('does not take a half-written end for one', async () => {
  const run = new KilledRun(planOf([script('long', `${waits}; echo ended >> ../ended`)]));
  await run.killedWhen(() => run.lines('up') === 1);
  const folder = join(run.base, 'run');
  const slot = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.slot'))!,
  );
  run.make('go');
  await until(() => / R 1 0\n/.test(readFileSync(slot, 'utf8')));
  writeFileSync(slot, readFileSync(slot, 'utf8').slice(0, -1));
  assert.equal(await run.engine().told, 'succeeded\n');
  assert.deepEqual(run.failures, [['long', 'lost']]);
});

it('leaves running what it can no longer record, and takes it up later', async () => {
  const run = new KilledRun(
    planOf([script('quick', 'true'), script('long', `${waits}; echo ended >> ../ended`)], { maxParallel: 2 }),
  );
  const { told } = run.engine({ refusesAfter: 'step.attempt-started' });
  assert.match(await told, /disk-full.*then go on with `workflow resume [^`]+`, which takes up the steps that are still at work/);
  await until(() => run.lines('up') === 1);
  const next = run.engine();
  await until(() => eventsOf(run.journal(), 'run.resumed').length === 1);
  run.make('go');
  assert.equal(await next.told, 'succeeded\n');
  assert.equal(run.lines('up'), 1);
  assert.deepEqual(run.failures, []);
});
