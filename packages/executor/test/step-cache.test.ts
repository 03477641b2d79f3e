// Results of cached steps are taken while all they depend on is the same, and never at the cost of anything else.

import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { PlanAttemptStep } from '@workflow-platform/core';
import { CachedRuns, failuresOf, filesBelow, joins, putFiles, runsIn, told } from './support/cached-runs.ts';
import type { StepCachePort } from '../src/index.ts';
import { argv, eventsOf, outputsOf, planOf, removeRuns, run, script, startRun } from './support/make-run.ts';

after(removeRuns);

const sources = { 'src/a': 'A', 'src/b': 'B' };

describe('a kept result', () => {
  it('is taken in another workspace: files with their modes, links, outputs and log; nothing runs', async () => {
    const runs = new CachedRuns();
    const text =
      'mkdir -p out/bin; echo hi > out/bin/tool; chmod 755 out/bin/tool; ln -s bin/tool out/link; echo wrote; echo n=1 >> "$WORKFLOW_OUTPUT"; echo x >> ../ran';
    const step = script('make', text, { cache: { inputs: ['src/**'], outputs: ['out/**'] } });
    const [first, second] = [runs.workspace(sources), runs.workspace(sources)];
    const made = await runs.run(step, first);
    const taken = await runs.run(step, second);
    assert.deepEqual([told(made), told(taken)], [['missed: no-entry', 'stored'], ['hit']]);
    assert.deepEqual([runsIn(first), runsIn(second)], [1, 0]);
    assert.deepEqual(filesBelow(join(second, 'ws/out')), { 'bin/tool': '755 hi\n', link: '→ bin/tool' });
    assert.deepEqual(outputsOf(taken, 'make'), { n: '1' });
    assert.match(
      taken.log(1),
      /^workflow: taken from the cache: key [0-9a-f]{12}, made by step make of run .*; it wrote:\nwrote\n$/,
    );
    const types = taken.journal.envelopes.map(({ event }) => event.type).filter((type) => type.startsWith('step.'));
    assert.deepEqual(types, ['step.attempt-started', 'step.cache-hit', 'step.succeeded']);
  });

  it('is a copy: editing a file that was put into a workspace changes nothing for the next', async () => {
    const runs = new CachedRuns();
    const bases = [1, 2, 3].map(() => runs.workspace(sources));
    await runs.run(joins(), bases[0]!);
    await runs.run(joins(), bases[1]!);
    appendFileSync(join(bases[1]!, 'ws/out/joined'), 'edited');
    appendFileSync(join(bases[0]!, 'ws/out/joined'), 'edited');
    assert.deepEqual(told(await runs.run(joins(), bases[2]!)), ['hit']);
    assert.equal(readFileSync(join(bases[2]!, 'ws/out/joined'), 'utf8'), 'AB');
  });

  it('of a step without files is that it succeeded', async () => {
    const runs = new CachedRuns();
    const check = argv('check', ['true'], { cache: { inputs: ['src/**'], outputs: [] } });
    await runs.run(check, runs.workspace(sources));
    assert.deepEqual(told(await runs.run(check, runs.workspace(sources))), ['hit']);
  });

  it('is kept of successes alone', async () => {
    const runs = new CachedRuns();
    const fails = joins({ action: { kind: 'argv', argv: ['false'] } });
    const base = runs.workspace(sources);
    assert.deepEqual(told(await runs.run(fails, base)), ['missed: no-entry']);
    assert.deepEqual(told(await runs.run(fails, base)), ['missed: no-entry']);
  });

  it('serves every item of a foreach by what that item depends on', async () => {
    const runs = new CachedRuns();
    // Each item has a workspace of its own: in one for all, what one makes would be among the outputs of the next.
    const each = script('each', 'echo "$ITEM" > "out-$ITEM"', {
      env: { ITEM: [{ expression: 'item' }] },
      foreach: { in: `fromJSON('["a","b"]')`, as: null, key: null, maxParallel: null, failFast: false },
      cache: { inputs: ['in'], outputs: ['out-*'] },
      workspace: 'ephemeral',
    });
    const once = async (): Promise<readonly [readonly string[], string]> => {
      const base = runs.workspace({});
      for (const item of ['a', 'b']) putFiles(join(base, `ws-each-${item}--1`), { in: 'x' });
      const done = await run(planOf([each]), { base, ports: { stepCache: runs.store() } });
      return [told(done).toSorted(), readFileSync(join(base, 'ws-each-b--1/out-b'), 'utf8')];
    };
    assert.deepEqual(await once(), [['missed: no-entry', 'missed: no-entry', 'stored', 'stored'], 'b\n']);
    assert.deepEqual(await once(), [['hit', 'hit'], 'b\n']);
  });
});

describe('a result is made anew', () => {
  const cases: readonly {
    title: string;
    step?: Partial<PlanAttemptStep>;
    change?(ws: string): void;
    env?: { [name: string]: string };
  }[] = [
    { title: 'for another content', change: (ws) => writeFileSync(join(ws, 'src/a'), 'Z') },
    { title: 'for another file', change: (ws) => writeFileSync(join(ws, 'src/c'), '') },
    { title: 'for a file that is gone', change: (ws) => rmSync(join(ws, 'src/b')) },
    { title: 'for another executable bit', change: (ws) => chmodSync(join(ws, 'src/a'), 0o755) },
    {
      title: 'for a link in the place of a file with the same content',
      change: (ws) => {
        writeFileSync(join(ws, 'other'), 'A');
        rmSync(join(ws, 'src/a'));
        symlinkSync('../other', join(ws, 'src/a'));
      },
    },
    { title: 'for another variable', step: { env: { MODE: 'fast' } } },
    { title: 'for another variable of the workflow', env: { CI: '1' } },
    { title: 'for another script', step: { action: { kind: 'script', shell: 'sh', script: 'mkdir -p out; touch out/x' } } },
    { title: 'for another stdin', step: { stdin: 'x' } },
    {
      title: 'for another folder',
      step: { workspace: 'src', action: { kind: 'script', shell: 'sh', script: 'mkdir ../out; >../out/a' } },
    },
    {
      title: 'for other declared outputs',
      step: { outputs: [{ name: 'size', from: 'file', pattern: null, value: null, required: true }] },
    },
    { title: 'for other outputs to keep', step: { cache: { inputs: ['src/**'], outputs: ['out/joined'] } } },
  ];
  for (const { title, step = {}, change = () => {}, env = {} } of cases) {
    it(title, async () => {
      const runs = new CachedRuns();
      await runs.run(joins(), runs.workspace(sources));
      const base = runs.workspace(sources);
      change(join(base, 'ws'));
      const plan = planOf([joins(step)], { env });
      const other = await run(plan, { base, ports: { stepCache: runs.store() } });
      assert.equal(told(other)[0], 'missed: no-entry');
      assert.equal(other.outcome.status, 'succeeded');
      assert.equal(told(other)[1], 'stored');
    });
  }

  it('when somebody asked to do without, and is kept again', async () => {
    const runs = new CachedRuns();
    await runs.run(joins(), runs.workspace(sources));
    const base = runs.workspace(sources);
    assert.deepEqual(told(await runs.run(joins(), base, { readsCache: false })), ['missed: not-asked', 'stored']);
    assert.equal(runsIn(base), 1);
  });

  it('not for what the step does not name: other files, the environment of the engine, its own run', async () => {
    const runs = new CachedRuns();
    await runs.run(joins(), runs.workspace(sources));
    const base = runs.workspace({ ...sources, README: 'x' });
    const env = { PATH: process.env['PATH'], HOME: base, EDITOR: 'vi' };
    assert.deepEqual(told(await runs.run(joins(), base, { env, runId: `${process.pid}-other` })), ['hit']);
  });
});

describe('inputs', () => {
  it('that match nothing fail the step, and one glob that does is told in the log', async () => {
    const runs = new CachedRuns();
    const slip = joins({ cache: { inputs: ['scr/**'], outputs: ['out/**'] } });
    const failed = await runs.run(slip, runs.workspace(sources));
    assert.match(failuresOf(failed).join(), /no file that is not an output matches `cache.inputs` \(scr\/\*\*\)/);
    const half = joins({ cache: { inputs: ['src/**', 'tsconfig.*'], outputs: ['out/**'] } });
    const done = await runs.run(half, runs.workspace(sources));
    assert.match(done.log(1), /^workflow: `cache.inputs`: nothing matches `tsconfig.\*`\n/);
  });

  it('are not the outputs, though a glob matches both', async () => {
    const runs = new CachedRuns();
    const all = joins({ cache: { inputs: ['**'], outputs: ['out/**'] } });
    const base = runs.workspace(sources);
    assert.deepEqual(told(await runs.run(all, base)), ['missed: no-entry', 'stored']);
    assert.deepEqual(told(await runs.run(all, base)), ['hit']);
  });

  it('outside of the workspace are never read: a link there counts as its target', async () => {
    const runs = new CachedRuns();
    const outside = join(runs.base, 'secret');
    writeFileSync(outside, '1');
    const links = { ...sources, 'src/out': { link: outside }, 'src/root': { link: '/' }, 'src/in': { link: 'a' } };
    const step = joins({ action: { kind: 'argv', argv: ['true'] }, cache: { inputs: ['src/**'], outputs: [] } });
    await runs.run(step, runs.workspace(links));
    writeFileSync(outside, '2');
    assert.deepEqual(told(await runs.run(step, runs.workspace(links))), ['hit']);
    // Inside, what is behind it counts.
    const base = runs.workspace({ ...links, 'src/a': 'other' });
    assert.equal(told(await runs.run(step, base))[0], 'missed: no-entry');
  });

  const namesAreText = process.platform !== 'linux' && 'needs names of any bytes';
  it('whose names are no text mean no cache, and no failure', { skip: namesAreText }, async () => {
    const runs = new CachedRuns();
    const base = runs.workspace(sources);
    writeFileSync(Buffer.concat([Buffer.from(join(base, 'ws/src/')), Buffer.from([0x66, 0xff])]), '');
    const done = await runs.run(joins(), base);
    assert.deepEqual(told(done), ['missed: unknown-key (the name of src/f\ufffd is not UTF-8 text)']);
    assert.equal(eventsOf(done, 'step.succeeded').length, 1);
  });

  it('that change while the step runs keep its result from being kept', async () => {
    const runs = new CachedRuns();
    const step = joins({
      action: { kind: 'script', shell: 'sh', script: 'mkdir -p out; cat src/* > out/x; echo more >> src/a; >src/c' },
    });
    const base = runs.workspace(sources);
    assert.deepEqual(told(await runs.run(step, base)), [
      'missed: no-entry',
      'not-stored: inputs-changed (src/a was changed, and 1 more)',
    ]);
  });

  it(
    'that cannot be read mean no cache, and no failure',
    { skip: process.getuid?.() === 0 && 'root reads everything' },
    async () => {
      const runs = new CachedRuns();
      const base = runs.workspace(sources);
      chmodSync(join(base, 'ws/src/a'), 0);
      const step = joins({ action: { kind: 'argv', argv: ['true'] } });
      assert.match(told(await runs.run(step, base))[0]!, /^missed: unknown-key \(EACCES/);
    },
  );
});

describe('what somebody else has changed', () => {
  const twice = async (change: (ws: string) => void, step = joins()) => {
    const runs = new CachedRuns();
    await runs.run(step, runs.workspace(sources));
    const base = runs.workspace(sources);
    change(join(base, 'ws'));
    return { base, ...(await runs.run(step, base)) };
  };

  for (const [title, change, detail] of [
    ['a file', (ws) => putFiles(ws, { 'out/joined': 'mine' }), 'out/joined was changed by somebody else'],
    ['another file among them', (ws) => putFiles(ws, { 'out/notes': 'mine' }), 'out/notes was made by somebody else'],
    [
      'a link in the place of a file',
      (ws) => putFiles(ws, { 'out/joined': { link: '../src/a' } }),
      'out/joined was changed by somebody else',
    ],
    ['a folder in the place of a file', (ws) => mkdirSync(join(ws, 'out/joined'), { recursive: true }), 'out/joined is no file'],
  ] as const satisfies readonly (readonly [string, (ws: string) => void, string])[]) {
    it(`stays: ${title}; the step runs as without a cache`, async () => {
      // It does not touch what is in its way, so what is there afterwards is what was there before.
      const careful = joins({
        action: {
          kind: 'script',
          shell: 'sh',
          script: 'mkdir -p out; [ -e out/joined ] || cat src/* > out/joined; echo x >> ../ran',
        },
      });
      const again = await twice(change, careful);
      assert.equal(told(again)[0], `missed: foreign-change (${detail})`);
      assert.equal(runsIn(again.base), 1);
    });
  }

  it('stays outside: nothing is written through a link in the place of a folder', async () => {
    const runs = new CachedRuns();
    const outside = join(runs.base, 'outside');
    mkdirSync(outside);
    const again = await twice((ws) => symlinkSync(outside, join(ws, 'out')));
    assert.equal(told(again)[0], 'missed: foreign-change (out is no folder)');
  });

  it('is told apart from what the step itself had made: that is replaced, and what is no longer made goes', async () => {
    const runs = new CachedRuns();
    const copies = script('copy', 'rm -rf out; cp -r src out; echo x >> ../ran', {
      cache: { inputs: ['src/**'], outputs: ['out/**'] },
    });
    const base = runs.workspace(sources);
    const ws = join(base, 'ws');
    await runs.run(copies, base);
    rmSync(join(ws, 'src/b'));
    writeFileSync(join(ws, 'src/a'), 'A2');
    await runs.run(copies, base);
    assert.equal(runsIn(base), 2);
    putFiles(ws, sources);
    assert.deepEqual(told(await runs.run(copies, base)), ['hit']);
    assert.deepEqual(filesBelow(join(ws, 'out')), { a: '644 A', b: '644 B' });
    rmSync(join(ws, 'src/b'));
    writeFileSync(join(ws, 'src/a'), 'A2');
    assert.deepEqual(told(await runs.run(copies, base)), ['hit']);
    assert.deepEqual(filesBelow(join(ws, 'out')), { a: '644 A2' });
    assert.equal(runsIn(base), 2);
  });

  it('is not kept with what the step made: somebody would get it who never had it', async () => {
    const runs = new CachedRuns();
    const base = runs.workspace({ ...sources, 'out/notes': 'mine' });
    const refusal = 'not-stored: output-foreign (out/notes was there before, and the step did not touch it)';
    assert.deepEqual(told(await runs.run(joins(), base)), ['missed: no-entry', refusal]);
    rmSync(join(base, 'ws/out/notes'));
    assert.deepEqual(told(await runs.run(joins(), base)), ['missed: no-entry', 'stored']);
    // What it made earlier and left as it is is its own.
    const once = joins({ action: { kind: 'script', shell: 'sh', script: '[ -e out/joined ]' } });
    assert.deepEqual(told(await runs.run(once, base)), ['missed: no-entry', 'stored']);
  });

  it('is not what an earlier attempt of the step left, which a later one goes on with', async () => {
    const runs = new CachedRuns();
    const step = script('make', 'mkdir -p out; [ -e out/part ] || { echo 1 > out/part; exit 1; }; echo 2 > out/rest', {
      cache: { inputs: ['src/**'], outputs: ['out/**'] },
      retry: { max: 1, backoff: 'constant', initialMs: 0, maxDelayMs: 0, jitter: false, onExit: null },
    });
    const base = runs.workspace(sources);
    assert.deepEqual(told(await runs.run(step, base)), ['missed: no-entry', 'missed: no-entry', 'stored']);
    // In another run nobody knows whose the first part is.
    const other = runs.workspace({ ...sources, 'src/c': '', 'out/part': '1' });
    assert.match(told(await runs.run(step, other)).join('; '), /not-stored: output-foreign \(out\/part was there/);
  });

  it('is replaced where the step had replaced just that: old results that come along with a checkout', async () => {
    const runs = new CachedRuns();
    const old = { ...sources, 'out/joined': 'committed long ago' };
    await runs.run(joins(), runs.workspace(old));
    assert.deepEqual(told(await runs.run(joins(), runs.workspace(old))), ['hit']);
    assert.equal(
      told(await runs.run(joins(), runs.workspace({ ...old, 'out/joined': 'mine' })))[0]?.split(' ')[1],
      'foreign-change',
    );
  });
});

describe('a cancel', () => {
  /** Cancels when the store is asked to do that for the first time, and waits until the attempt is told to stop. */
  const cancelledAt = async (deed: 'look' | 'keep') => {
    const runs = new CachedRuns();
    const store = runs.store();
    const started: { run?: ReturnType<typeof startRun> } = {};
    const cancel = async (): Promise<void> => {
      started.run!.handle.cancel('somebody', 'enough');
      await started.run!.event(({ type }) => type === 'step.stop-requested');
    };
    const stepCache: StepCachePort = new Proxy(store, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        if (key !== deed) return value.bind(target) as unknown;
        return async (...args: unknown[]) => {
          await cancel();
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    });
    const base = runs.workspace(sources);
    started.run = startRun(planOf([joins()]), { base, ports: { stepCache } });
    const { status } = await started.run.handle.finished;
    return { base, status, told: told(started.run), succeeded: eventsOf(started.run, 'step.succeeded').length };
  };

  it('while the inputs are read starts nothing', async () => {
    const { base, status, succeeded } = await cancelledAt('look');
    assert.deepEqual([status, succeeded, runsIn(base)], ['cancelled', 0, 0]);
  });

  it('while a result is kept leaves it at that: the step has succeeded, and no half of it is in the store', async () => {
    const { base, status, told: cacheTold, succeeded } = await cancelledAt('keep');
    assert.deepEqual([succeeded, runsIn(base)], [1, 1]);
    assert.equal(status, 'succeeded');
    assert.match(cacheTold.join(), /^missed: no-entry,(stored|not-stored: store-failed \(the attempt was stopped\))$/);
  });
});

describe('what is not kept', () => {
  for (const [title, text, outputs, expected] of [
    ['outputs that are not made', 'true', ['out/**', 'b/**'], 'output-missing (nothing matches `out/**`, `b/**`)'],
    [
      'a link that leads out',
      'mkdir out; ln -s ../../x out/l',
      ['out/**'],
      'output-unfit (the link out/l leads out of the workspace, to ../../x)',
    ],
    [
      'an absolute link',
      'mkdir out; ln -s /etc/passwd out/l',
      ['out/**'],
      'output-unfit (the link out/l leads out of the workspace, to /etc/passwd)',
    ],
    ['a secret in a file', 'mkdir out; echo "k: $TOKEN." > out/f', ['out/**'], 'secret (out/f)'],
    ['a secret in an output', 'echo "k=$TOKEN" >> "$WORKFLOW_OUTPUT"', [], 'secret (one of its outputs)'],
  ] as const) {
    it(`${title}; the step has succeeded`, async () => {
      const runs = new CachedRuns();
      const step = script('make', text, {
        env: { TOKEN: [{ expression: 'secrets.token' }] },
        cache: { inputs: ['src/**'], outputs },
      });
      const plan = planOf([step], { parameters: { token: null }, secrets: ['token'] });
      const done = await run(plan, {
        base: runs.workspace(sources),
        secrets: { token: 'hunter2!' },
        ports: { stepCache: runs.store() },
      });
      assert.deepEqual(told(done), ['missed: no-entry', `not-stored: ${expected}`]);
      assert.equal(done.outcome.status, 'succeeded');
      assert.equal(eventsOf(done, 'step.succeeded').length, 1);
    });
  }

  it('secrets count, and stand nowhere in the store or the run', async () => {
    const runs = new CachedRuns();
    const step = script('make', 'mkdir -p out; echo made > out/f; echo "$TOKEN"', {
      env: { TOKEN: [{ expression: 'secrets.token' }] },
      cache: { inputs: ['src/**'], outputs: ['out/**'] },
    });
    const plan = planOf([step], { parameters: { token: null }, secrets: ['token'] });
    const once = (token: string) =>
      run(plan, { base: runs.workspace(sources), secrets: { token }, ports: { stepCache: runs.store() } });
    assert.deepEqual(told(await once('hunter2!')), ['missed: no-entry', 'stored']);
    assert.deepEqual(told(await once('hunter2!')), ['hit']);
    const other = await once('hunter3!');
    assert.deepEqual(told(other), ['missed: no-entry', 'stored']);
    for (const [path, text] of Object.entries(filesBelow(runs.place.folder))) assert.ok(!text.includes('hunter'), path);
    assert.ok(!readFileSync(join(other.options.paths.runFolder, '1.cache-key'), 'utf8').includes('hunter'));
  });

  it('anything while the store cannot be written: the step succeeds and says so', async () => {
    const runs = new CachedRuns();
    writeFileSync(runs.place.folder, 'a file in the place of the store');
    const base = runs.workspace(sources);
    const done = await run(planOf([joins()]), { base, ports: { stepCache: runs.store() } });
    assert.equal(done.outcome.status, 'succeeded');
    assert.match(told(done).join('; '), /^missed: not-restored \(ENOTDIR.*; not-stored: store-failed \((ENOTDIR|EEXIST)/);
    assert.ok(existsSync(join(base, 'ws/out/joined')));
  });
});
