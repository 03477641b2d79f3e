import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { UserError } from '@workflow-platform/events';
import { plainWorkspace } from '@workflow-platform/testkit';
import {
  ArrayJournal,
  argv,
  eventsOf,
  makeFolder,
  outputsOf,
  planOf,
  removeRuns,
  run,
  script,
  startRun,
  testRunId,
} from './support/make-run.ts';

after(removeRuns);

const expression = (source: string) => ({ expression: source });

describe('run host', () => {
  it('carries a chain out in order and hands outputs on', async () => {
    const plan = planOf([
      script('one', 'echo "word=hello world" >> "$WORKFLOW_OUTPUT"'),
      argv('two', ['echo', [expression('steps.one.outputs.word')]], { needs: ['one'] }),
    ]);
    const done = await run(plan);
    assert.equal(done.outcome.status, 'succeeded');
    assert.deepEqual(outputsOf(done, 'one'), { word: 'hello world' });
    assert.equal(done.log(2), 'hello world\n');
    assert.deepEqual(
      done.journal.envelopes.map(({ seq }) => seq),
      done.journal.envelopes.map((_envelope, index) => index + 1),
    );
    assert.equal(done.journal.envelopes.at(-1)?.event.type, 'run.finished');
  });

  it('has recorded an attempt before its process exists', async () => {
    const journal = new ArrayJournal();
    const seen: string[] = [];
    const base = makeFolder();
    const append = journal.append.bind(journal);
    journal.append = (envelopes) => {
      for (const { event } of envelopes)
        if (event.type === 'step.attempt-started') seen.push(String(existsSync(join(base, 'run', '1.log'))));
      append(envelopes);
    };
    await run(planOf([script('one', 'true')]), { journal, base });
    assert.deepEqual(seen, ['false']);
  });

  it('records what ends in the same turn with one append', async () => {
    const steps = Array.from({ length: 8 }, (_one, index) => script(`s${index}`, 'true'));
    const done = await run(planOf(steps, { maxParallel: 8 }));
    assert.equal(done.outcome.status, 'succeeded');
    // One for the eight starts; without grouping there would be one for each event that follows.
    assert.ok(done.journal.appends.some((count) => count >= 8));
  });

  it('tells a step where it is, and keeps its files to the user', async () => {
    const done = await run(
      planOf([script('show', 'env | grep ^WORKFLOW | sort; pwd', { env: { A: [expression('env.B'), '!'] } })], {
        env: { B: 'b' },
      }),
    );
    assert.deepEqual(done.log(1).split('\n').slice(0, 8), [
      'WORKFLOW=1',
      'WORKFLOW_ATTEMPT=1',
      `WORKFLOW_LINEAGE=${testRunId}/1`,
      `WORKFLOW_OUTPUT=${join(done.options.paths.runFolder, '1.outputs')}`,
      `WORKFLOW_RUN_ID=${testRunId}`,
      'WORKFLOW_STEP=show',
      `WORKFLOW_WORKSPACE=${done.folder}`,
      done.folder,
    ]);
    assert.equal(statSync(join(done.options.paths.runFolder, '1.log')).mode & 0o777, 0o600);
    assert.equal(statSync(done.options.paths.runFolder).mode & 0o777, 0o700);
  });

  it('gives env, stdin and arguments their values exactly', async () => {
    const hostile = '$(touch pwned) `x` "\' \n;exit';
    const plan = planOf(
      [
        argv('show', ['sh', '-c', 'cat; printf "%s|%s" "$A" "$1"', 'sh', [expression('params.p')]], {
          env: { A: [expression('params.p')] },
          stdin: ['in: ', expression('params.p'), '\n'],
        }),
      ],
      { parameters: { p: hostile } },
    );
    const done = await run(plan);
    assert.equal(done.log(1), `in: ${hostile}\n${hostile}|${hostile}`);
    assert.equal(existsSync(join(done.folder, 'pwned')), false);
  });

  it('gives secrets to env and keeps them out of the journal', async () => {
    const plan = planOf([script('use', 'test "$TOKEN" = s3cret', { env: { TOKEN: [expression('secrets.token')] } })], {
      parameters: { token: null },
      secrets: ['token'],
    });
    const done = await run(plan, { secrets: { token: 's3cret' } });
    assert.equal(done.outcome.status, 'succeeded');
    assert.equal(JSON.stringify(done.journal.envelopes).includes('s3cret'), false);
  });

  it('takes outputs from stdout, which then is not in the log', async () => {
    const output = { name: 'open', from: 'stdout', pattern: 'open: (\\d+)', value: null, required: true } as const;
    const all = { name: 'all', from: 'stdout', pattern: null, value: null, required: false } as const;
    const link = { name: 'link', from: 'value', pattern: null, value: ['run ', expression('run.id')], required: false } as const;
    const done = await run(planOf([script('count', 'echo "open: 12"; echo err >&2', { outputs: [output, all, link] })]));
    assert.deepEqual(outputsOf(done, 'count'), { open: '12', all: 'open: 12', link: `run ${testRunId}` });
    assert.equal(done.log(1), 'err\n');
  });

  for (const [title, text, outputs, message] of [
    [
      'a required output that is missing',
      'true',
      [{ name: 'a', from: 'file', pattern: null, value: null, required: true }],
      /`a` is required but missing/,
    ],
    [
      'a required pattern that does not match',
      'echo x',
      [{ name: 'a', from: 'stdout', pattern: '(\\d+)', value: null, required: true }],
      /nothing in stdout matches/,
    ],
    [
      'an output that is not declared',
      'echo b=1 >> "$WORKFLOW_OUTPUT"',
      [{ name: 'a', from: 'file', pattern: null, value: null, required: false }],
      /`b`, which is not declared; declared: a/,
    ],
    [
      'a line that is no output',
      'echo a=1 >> "$WORKFLOW_OUTPUT"; echo junk >> "$WORKFLOW_OUTPUT"',
      [],
      /line 2 \(`junk`\): it is neither/,
    ],
  ] as const) {
    it(`fails a step for ${title}`, async () => {
      const done = await run(planOf([script('a', text, { outputs })]));
      assert.equal(done.outcome.status, 'failed');
      const [failed] = eventsOf(done, 'step.failed');
      assert.equal(failed?.failure.kind, 'output');
      assert.match(failed?.failure.kind === 'output' ? failed.failure.message : '', message);
    });
  }

  it('explains a program that is not there', async () => {
    const done = await run(
      planOf([argv('a', ['no-such-program-x']), script('b', 'no-such-program-y', { onFailure: 'continue' })], { maxParallel: 2 }),
    );
    const hints = Object.fromEntries(
      eventsOf(done, 'step.failed').map(({ step, failure }) => [step, failure.kind === 'exit' ? failure.hint : failure.kind]),
    );
    assert.deepEqual(hints, {
      a: '`no-such-program-x` was not found; is it installed and on the PATH?',
      b: 'a command was not found; the log names it',
    });
  });

  it('explains arguments that are too much together', async () => {
    const done = await run(planOf([argv('a', ['true', ...Array.from({ length: 80 }, () => 'x'.repeat(120_000))])]));
    const [failed] = eventsOf(done, 'step.failed');
    assert.match(
      failed?.failure.kind === 'exit' ? (failed.failure.hint ?? '') : '',
      /together are larger than the system allows/,
    );
  });

  it('tries again as the retry policy says and keeps the log of each attempt', async () => {
    const retry = { max: 2, backoff: 'constant', initialMs: 1, maxDelayMs: 1, jitter: false, onExit: null } as const;
    const done = await run(planOf([script('flaky', 'echo try $WORKFLOW_ATTEMPT; test $WORKFLOW_ATTEMPT = 3', { retry })]));
    assert.equal(done.outcome.status, 'succeeded');
    assert.deepEqual([done.log(1), done.log(2), done.log(3)], ['try 1\n', 'try 2\n', 'try 3\n']);
  });

  it('ends a step that takes too long, and one that is silent for too long', async () => {
    const slow = script('slow', 'sleep 1000', { timeoutMs: 50, onFailure: 'continue' });
    const silent = script('silent', 'echo hi; sleep 1000', { idleTimeoutMs: 60 });
    const done = await run(planOf([slow, silent], { maxParallel: 2 }));
    const kinds = eventsOf(done, 'step.failed').map(({ step, failure }) => [step, failure.kind]);
    assert.deepEqual(Object.fromEntries(kinds), { slow: 'timeout', silent: 'idle-timeout' });
  });

  it('cancels: running steps are stopped, the others do not start', async () => {
    const started = startRun(planOf([script('long', 'echo up; sleep 1000'), script('next', 'true', { needs: ['long'] })]));
    await started.event((event) => event.type === 'step.attempt-started');
    started.handle.cancel('somebody', 'enough');
    const outcome = await started.handle.finished;
    assert.equal(outcome.status, 'cancelled');
    assert.deepEqual(
      eventsOf(started, 'step.cancelled').map(({ step }) => step),
      ['long'],
    );
    assert.deepEqual(
      eventsOf(started, 'run.cancel-requested').map(({ by, reason }) => [by, reason]),
      [['somebody', 'enough']],
    );
  });

  it('runs a step in a folder of the workspace, and refuses one outside', async () => {
    const started = startRun(
      planOf([
        script('make', 'mkdir -p sub/deep; ln -s / out'),
        script('in', 'pwd', { needs: ['make'], workspace: 'sub/deep' }),
        script('out', 'pwd', { needs: ['in'], workspace: 'out/tmp' }),
      ]),
    );
    const outcome = await started.handle.finished;
    assert.equal(started.log(2), `${started.folder}/sub/deep\n`);
    assert.deepEqual(outcome.failed, ['out']);
    const [failed] = eventsOf(started, 'step.failed');
    assert.match(
      failed?.failure.kind === 'spawn' ? failed.failure.message : '',
      /`out\/tmp` is no folder inside the run's workspace/,
    );
  });

  it('gives an ephemeral step a workspace of its own and removes it after success', async () => {
    const done = await run(planOf([script('alone', 'pwd; echo $WORKFLOW_WORKSPACE', { workspace: 'ephemeral' })]));
    const own = join(done.options.paths.from, 'ws-alone-1');
    assert.equal(done.log(1), `${own}\n${own}\n`);
    assert.deepEqual(done.removed, ['ws-alone-1', 'ws']);
  });

  it('answers exists, file and changed by a look into the workspace', async () => {
    const plan = planOf([
      script('make', 'echo hi > note.txt'),
      script('if-there', 'true', {
        needs: ['make'],
        when: "success() && (exists('note.txt') && file('note.txt') == format('hi{0}', fromJSON('\"\\n\"')))",
      }),
      script('if-not', 'true', { needs: ['make'], when: "success() && (exists('other.txt'))" }),
      argv('read', ['echo', [expression("file('note.txt')")]], { needs: ['make'] }),
    ]);
    const done = await run(plan);
    assert.equal(done.outcome.status, 'succeeded');
    assert.ok(outputsOf(done, 'if-there'));
    assert.deepEqual(
      eventsOf(done, 'step.skipped').map(({ step }) => step),
      ['if-not'],
    );
    assert.ok(eventsOf(done, 'step.observed').length >= 2);
  });

  it('keeps artifacts by pattern, never through links to the outside', async () => {
    const base = makeFolder();
    writeFileSync(join(base, 'secret'), 'secret');
    const artifact = (name: string, path: string, required = false) => ({ name, path, retentionMs: 1000, required });
    const plan = planOf(
      [
        script(
          'make',
          'mkdir -p out/deep .git; echo a > out/a.md; echo b > out/deep/b.md; echo c > out/c.txt; ln -s "$PWD/../secret" out/s.md; ln -s .. up; echo g > .git/g.md',
        ),
      ],
      {
        artifacts: [artifact('report', '**/*.md'), artifact('escape', 'up/secret'), artifact('none', 'nothing/*')],
      },
    );
    const done = await run(plan, { base });
    assert.deepEqual(
      eventsOf(done, 'artifact.stored').map(({ name, path }) => [name, path]),
      [
        ['report', 'out/a.md'],
        ['report', 'out/deep/b.md'],
      ],
    );
    assert.deepEqual(
      eventsOf(done, 'artifact.missing').map(({ name }) => name),
      ['escape', 'none'],
    );
    assert.deepEqual(
      done.blobs.map(({ text }) => text),
      ['a\n', 'b\n'],
    );
    assert.ok((eventsOf(done, 'artifact.stored')[0]?.retainUntilMs ?? 0) > Date.now() - 100_000);
    assert.equal(done.outcome.status, 'succeeded');
  });

  it('fails the run for a required artifact that is missing, and keeps its workspace', async () => {
    const done = await run(
      planOf([script('make', 'true')], { artifacts: [{ name: 'r', path: 'r.md', retentionMs: null, required: true }] }),
    );
    assert.equal(done.outcome.status, 'failed');
    const finished = eventsOf(done, 'run.finished')[0];
    assert.match(finished?.failure?.message ?? '', /`r` is required, but no file matches `r.md`/);
    assert.deepEqual(done.removed, []);
  });

  for (const [keep, text, removed] of [
    ['on-failure', 'true', true],
    ['on-failure', 'false', false],
    ['always', 'true', false],
    ['never', 'false', true],
  ] as const) {
    it(`${removed ? 'removes' : 'keeps'} the workspace with keep = "${keep}" after \`${text}\``, async () => {
      const done = await run(planOf([script('a', text)], { workspace: { ...plainWorkspace, provider: 'copy', keep } }));
      assert.deepEqual(done.removed, removed ? ['ws'] : []);
      assert.equal(eventsOf(done, removed ? 'workspace.removed' : 'workspace.released').length, 1);
    });
  }

  it('fails the run when the workspace cannot be made', async () => {
    const ensure = async (): Promise<never> => {
      throw new UserError('workspace-taken', 'it is taken', { hint: 'choose another' });
    };
    const done = await run(planOf([script('a', 'true')]), {
      ports: { workspaces: { ensure, snapshot: async () => [], release: async () => {}, remove: async () => null } },
    });
    assert.equal(done.outcome.status, 'failed');
    assert.match(eventsOf(done, 'run.finished')[0]?.failure?.message ?? '', /it is taken \(choose another\)/);
  });

  it('stops everything when the journal refuses a cancel, says how to go on, and can go on', async () => {
    const journal = new ArrayJournal();
    const base = makeFolder();
    const retry = { max: 1, backoff: 'constant', initialMs: 0, maxDelayMs: 0, jitter: false, onExit: null } as const;
    const plan = planOf([
      script('one', 'echo once >> ../ones'),
      script('two', 'echo twice >> ../twos; test -e ../ok || sleep 1000', { needs: ['one'], retry }),
    ]);
    const started = startRun(plan, { journal, base });
    await started.event((event) => event.type === 'step.attempt-started' && event.step === 'two');
    journal.refuse = () => new UserError('disk-full', 'no room left', { hint: 'free some space' });
    started.handle.cancel('x', 'provokes an append');
    await assert.rejects(started.handle.finished, (error) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.code, 'disk-full');
      assert.equal(error.hint, `free some space; then go on with \`workflow resume ${testRunId}\``);
      return true;
    });
    journal.refuse = null;
    writeFileSync(join(base, 'ok'), '');
    const again = await run(plan, { journal, base, start: { kind: 'resume', by: 'somebody' } });
    assert.equal(again.outcome.status, 'succeeded');
    assert.equal(readFileSync(join(base, 'ones'), 'utf8'), 'once\n');
    const lost = eventsOf(again, 'step.attempt-failed').map(({ step, failure }) => [step, failure.kind]);
    assert.deepEqual(lost, [['two', 'lost']]);
  });

  it('says so when the very first record cannot be made', async () => {
    const journal = new ArrayJournal();
    journal.refuse = () => new UserError('disk-full', 'no room left', { hint: 'free some space' });
    await assert.rejects(startRun(planOf([script('one', 'true')]), { journal }).handle.finished, {
      code: 'disk-full',
      hint: 'free some space',
    });
  });

  it('ends also what left its process group, before the workspace goes', async (t) => {
    if (process.platform !== 'linux') return t.skip('needs /proc, where the environment of processes is shown');
    const text = "setsid sh -c 'touch ../left; exec sleep 3000' & while [ ! -e ../left ]; do sleep 0.01; done";
    const done = await run(planOf([script('serve', text)]));
    assert.equal(done.outcome.status, 'succeeded');
    assert.equal(done.outcome.leftovers.length, 1);
    assert.match(done.outcome.leftovers[0]?.command ?? '', /sleep 3000/);
  });

  it('ends also what left the process group of an attempt that ran out of time', async (t) => {
    if (process.platform !== 'linux') return t.skip('needs /proc, where the environment of processes is shown');
    const text = 'setsid sleep 3000 & echo $! > ../pid; wait';
    // A dead process may stay listed until somebody collects it.
    const gone = 'case $(cut -d " " -f 3 /proc/$(cat ../pid)/stat) in ""|Z|X) ;; *) exit 1 ;; esac';
    const done = await run(
      planOf([script('slow', text, { timeoutMs: 500, onFailure: 'continue' }), script('look', gone, { needs: ['slow'] })]),
    );
    assert.equal(done.outcome.status, 'succeeded');
    assert.deepEqual(done.outcome.leftovers, []);
  });

  it('ends and reports what steps left running', async () => {
    const done = await run(planOf([script('serve', 'sleep 3000 & echo started')]));
    assert.equal(done.outcome.status, 'succeeded');
    assert.equal(done.outcome.leftovers.length, 1);
  });

  for (const [shell, text, needs] of [
    ['bash', 'false | true; echo not reached', 'bash'],
    [
      'python3',
      'import os, sys\nsys.path[0] == "" or sys.exit(9)\nopen(os.environ["WORKFLOW_OUTPUT"], "a").write("x=1\\n")',
      'python3',
    ],
    ['node', "const fs = require('node:fs'); fs.appendFileSync(process.env.WORKFLOW_OUTPUT, 'x=1\\n')", 'node'],
  ] as const) {
    it(`runs a script of ${shell}`, async (t) => {
      const there = (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, needs)));
      if (!there) return t.skip(`needs ${needs}`);
      const done = await run(planOf([{ ...script('s', text), action: { kind: 'script', shell, script: text } }]));
      if (shell === 'bash') assert.equal(done.outcome.status, 'failed');
      else assert.deepEqual(outputsOf(done, 's'), { x: '1' });
    });
  }

  it('runs a script that is too long for an argument from a file', async () => {
    const text = `${'# padding\n'.repeat(20_000)}echo reached\n`;
    const done = await run(planOf([script('long', text)]));
    assert.equal(done.log(1), 'reached\n');
    assert.ok(readdirSync(done.options.paths.runFolder).includes('1.script.sh'));
  });

  it('ends a script of sh at the first command that fails, and names the step in errors', async () => {
    const done = await run(planOf([script('strict', 'no_such_command; echo not reached')]));
    assert.match(done.log(1), /^strict: (line )?\d+: no_such_command: /);
    assert.doesNotMatch(done.log(1), /not reached\n$/);
  });

  it('fails the step, not the engine, when an expression cannot be computed', async () => {
    const done = await run(planOf([argv('bad', ['echo', [expression("fromJSON('{')")]])]));
    const [failed] = eventsOf(done, 'step.failed');
    assert.equal(failed?.failure.kind, 'expression');
  });

  it('keeps its memory flat over thousands of steps', async () => {
    const steps = Array.from({ length: 1500 }, (_one, index) =>
      argv(`s${index}`, ['true'], { needs: index === 0 ? [] : [`s${index - 1}`] }),
    );
    const plan = planOf(steps);
    globalThis.gc?.();
    const done = await run(plan);
    assert.equal(done.outcome.status, 'succeeded');
    assert.equal(eventsOf(done, 'step.succeeded').length, 1500);
  });
});
