// What a cancel, a time limit and the end of a run reach: whatever a step started, wherever it went.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { eventsOf, makeFolder, planOf, removeRuns, run, script, startRun } from './support/make-run.ts';

after(removeRuns);

const skip = process.platform === 'linux' ? false : 'needs /proc, and `setsid` of util-linux';

/** Each notes its process id in `pids` and stays. `P` is what they run. */
const ways = {
  'a child': '$P &',
  'a child of a child that is gone': '($P & ) ; true',
  'a session of its own': 'setsid $P &',
  'a session of its own, its parent gone': '(setsid $P & ) ; true',
  'no environment': 'env -i $P &',
  'no environment and a session of its own': 'env -i setsid $P &',
  'no environment, a session of its own, its parent gone': '(env -i setsid $P & ) ; true',
  'no environment, a session of its own, its output elsewhere': 'env -i setsid $P >/dev/null 2>&1 &',
  'a group of its own by job control': 'bash -c "set -m; $P & wait" &',
  'a session of its own, its output elsewhere, its parent gone': '(setsid $P >/dev/null 2>&1 & ) ; true',
  'a daemon: all of these': '(env -i setsid $P </dev/null >/dev/null 2>&1 & ) ; true',
} as const;

const polite = `#!/bin/sh\necho $$ >> "$0.pids"\nwhile :; do sleep 0.05; done\n`;
/** Ignores what can be ignored. */
const stubborn = `#!/bin/sh\ntrap '' TERM HUP INT\necho $$ >> "$0.pids"\nwhile :; do sleep 0.05; done\n`;

function startersIn(base: string, program: string): string {
  const path = join(base, 'stays');
  writeFileSync(path, program, { mode: 0o755 });
  const count = Object.keys(ways).length;
  // It is ready once all have told their number.
  const wait = `while [ "$(wc -l < ${path}.pids 2>/dev/null || echo 0)" -lt ${count} ]; do sleep 0.02; done; touch ${path}.ready`;
  return [`P=${path}; export P`, ...Object.values(ways), wait].join('\n');
}

function pidsIn(base: string): readonly number[] {
  return readFileSync(join(base, 'stays.pids'), 'utf8').trim().split('\n').map(Number);
}

/** Those that are there, and not just as entries that nobody has collected. */
function living(pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
  });
}

async function untilThere(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('what is reached', { skip }, () => {
  for (const [title, program, graceMs] of [
    ['what ends when it is asked to', polite, 60_000],
    ['what ignores that', stubborn, 300],
  ] as const) {
    it(`a cancel leaves nothing of a step: ${title}`, async () => {
      const base = makeFolder();
      const started = startRun(planOf([script('spreads', `${startersIn(base, program)}\nsleep 1000`)]), { base, graceMs });
      await untilThere(join(base, 'stays.ready'));
      started.handle.cancel('somebody', 'enough');
      assert.equal((await started.handle.finished).status, 'cancelled');
      assert.deepEqual(living(pidsIn(base)), []);
      // It was not the run's end that found them.
      assert.deepEqual((await started.handle.finished).leftovers, []);
    });
  }

  it('a second cancel does not wait for the grace period, wherever they are', async () => {
    const base = makeFolder();
    const plan = planOf([script('spreads', `trap '' TERM; ${startersIn(base, stubborn)}\nwhile :; do sleep 0.1; done`)]);
    const started = startRun(plan, { base, graceMs: 600_000 });
    await untilThere(join(base, 'stays.ready'));
    started.handle.cancel('somebody', 'enough');
    await started.event((event) => event.type === 'step.stop-requested');
    started.handle.kill();
    await started.handle.finished;
    assert.deepEqual(living(pidsIn(base)), []);
  });

  it('a time limit leaves nothing of a step, and the next one starts when that is so', async () => {
    const base = makeFolder();
    const pids = join(base, 'stays.pids');
    // Exits with 1 as soon as one is there and not merely not collected.
    const look = `for pid in $(cat ${pids}); do case "$(ps -o stat= -p $pid)" in ""|Z*) ;; *) exit 1 ;; esac; done`;
    const slow = script('slow', `${startersIn(base, stubborn)}\nsleep 1000`, { timeoutMs: 2000, onFailure: 'continue' });
    const done = await run(planOf([slow, script('look', look, { needs: ['slow'] })]), { base, graceMs: 300 });
    assert.equal(done.outcome.status, 'succeeded');
    assert.deepEqual(
      eventsOf(done, 'step.failed').map(({ step, failure }) => [step, failure.kind]),
      [['slow', 'timeout']],
    );
    assert.equal(pidsIn(base).length, Object.keys(ways).length);
  });

  it('the end of a run leaves nothing of a step that had succeeded, and tells what there was', async () => {
    const base = makeFolder();
    const text = `${startersIn(base, stubborn)}\nexit 0`;
    const done = await run(planOf([script('spreads', text)]), { base, graceMs: 300 });
    assert.equal(done.outcome.status, 'succeeded');
    assert.deepEqual(living(pidsIn(base)), []);
    const told = new Set(done.outcome.leftovers.map(({ pid }) => pid));
    assert.deepEqual(
      pidsIn(base).filter((pid) => !told.has(pid)),
      [],
    );
  });

  it('a failed attempt has nothing left when the next one begins, and what others left stays until the end', async () => {
    const base = makeFolder();
    const retry = { max: 1, backoff: 'constant', initialMs: 0, maxDelayMs: 0, jitter: false, onExit: null } as const;
    const alive = (pid: string): string => `case "$(ps -o stat= -p $(cat ${pid}))" in ""|Z*) false ;; *) true ;; esac`;
    const steps = [
      script('serves', 'setsid sleep 1000 & echo $! > ../served; sleep 1000 & echo $! > ../beside'),
      script(
        'fails',
        `if [ -e ../first ]; then ! ${alive('../first')} && ${alive('../served')} && ${alive('../beside')}; else sleep 1000 & echo $! > ../first; exit 3; fi`,
        { needs: ['serves'], retry },
      ),
    ];
    const done = await run(planOf(steps, { maxParallel: 1 }), { base });
    assert.equal(done.outcome.status, 'succeeded');
    assert.equal(eventsOf(done, 'step.attempt-failed').length, 1);
    assert.equal(done.outcome.leftovers.length, 2);
  });

  it('leaves alone what asked for that, and who only reads a log', async () => {
    const base = makeFolder();
    const path = join(base, 'stays');
    writeFileSync(path, polite, { mode: 0o755 });
    const log = join(base, 'run', '1.log');
    const text = [
      `env -u WORKFLOW_RUN_ID setsid ${path} &`,
      `env -i PATH="$PATH" setsid sh -c '${path} <"${log}" >/dev/null 2>&1' >/dev/null 2>&1 9>&- &`,
      `while [ "$(wc -l < ${path}.pids 2>/dev/null || echo 0)" -lt 2 ]; do sleep 0.02; done`,
    ].join('\n');
    const done = await run(planOf([script('serves', text)]), { base });
    assert.deepEqual(done.outcome.leftovers, []);
    const left = living(pidsIn(base));
    assert.equal(left.length, 2);
    for (const pid of left) process.kill(pid, 'SIGKILL');
  });
});
