import assert from 'node:assert/strict';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { builtinParameterTypes } from '@workflow-platform/core';
import type { PlanQuota } from '@workflow-platform/core';
import type { RunEvent } from '@workflow-platform/events';
import { quotaPolicy } from '@workflow-platform/testkit';
import { loadPlugins } from '../src/index.ts';
import type { QuotaPort } from '../src/index.ts';
import type { TestRun } from './support/make-run.ts';
import { HandClock } from './support/hand-clock.ts';
import {
  ArrayJournal,
  attempt,
  eventsOf,
  makeFolder,
  planOf,
  removeRuns,
  script,
  startRun,
  testRunId,
} from './support/make-run.ts';

after(removeRuns);

const NOW = Date.UTC(2026, 10, 26, 12, 0);
const HOUR = 3_600_000;
const again = (given: Partial<PlanQuota> = {}): PlanQuota =>
  quotaPolicy({ onExit: [], pattern: 'limit reached(?:.*again in (?P<reset>.+))?', ...given });

/** A script that is turned away that many times, and says so, before it does its work. */
const turnedAway = (times: number, how: string): string =>
  `echo try >> ../tries; test "$(wc -l < ../tries)" -gt ${times} || { ${how}; }; echo done`;

const isParked = (count: number) => {
  let seen = 0;
  return (event: RunEvent): boolean => event.type === 'step.parked' && (seen += 1) >= count;
};

describe('an agent whose quota is used up', () => {
  it('is tried again when its output says that there is more, however long that takes, without any retry', async () => {
    const clock = new HandClock(NOW);
    const text = turnedAway(2, 'echo "You have hit your limit: limit reached, try again in 3h 12m."; exit 1');
    const started = startRun(planOf([script('ask', text, { quota: again() })]), { ports: { clock } });
    for (let tries = 1; tries <= 2; tries += 1) {
      await started.event(isParked(tries));
      const parked = eventsOf(started, 'step.parked').at(-1);
      assert.equal(parked?.untilMs, clock.nowMs() + 3.2 * HOUR);
      clock.moveTo(parked.untilMs);
    }
    const outcome = await started.handle.finished;
    assert.equal(outcome.status, 'succeeded');
    assert.equal(eventsOf(started, 'step.succeeded')[0]?.attempt, 3);
    const [failed] = eventsOf(started, 'step.attempt-failed');
    assert.deepEqual(failed?.failure, {
      kind: 'quota',
      token: 'claude',
      resetAtMs: NOW + 3.2 * HOUR,
      message: 'limit reached, try again in 3h 12m.',
    });
    assert.equal(started.log(3), 'done\n');
  });

  it('tells it by an exit code as well, and by a time that is read from the captured output', async () => {
    const clock = new HandClock(NOW);
    const how = 'echo "limit reached|again in 90 minutes" ; exit 9';
    const outputs = [{ name: 'text', from: 'stdout', pattern: null, value: null, required: false }] as const;
    const quota = again({ onExit: [75], token: 'codex' });
    const steps = [
      script('code', 'test -e ../more || exit 75', { quota }),
      script('said', turnedAway(1, how), { quota: again(), outputs }),
    ];
    const started = startRun(planOf(steps), { ports: { clock } });
    await started.event(isParked(2));
    const times = eventsOf(started, 'quota.opened').map(({ token, untilMs, told }) => [token, untilMs - NOW, told]);
    assert.deepEqual(times.toSorted(), [
      ['claude', 1.5 * HOUR, true],
      ['codex', 60_000, false],
    ]);
    writeFileSync(join(started.folder, '..', 'more'), '');
    clock.moveTo(NOW + 2 * HOUR);
    assert.equal((await started.handle.finished).status, 'succeeded');
  });

  it('is noticed also where it waits by itself until it is stopped for its time limit', async () => {
    const clock = new HandClock(NOW);
    const text = turnedAway(1, 'echo "limit reached, again in 2h"; echo > ../said; exec sleep 1000');
    const started = startRun(planOf([script('ask', text, { quota: again(), timeoutMs: HOUR })]), { ports: { clock } });
    while (!existsSync(join(started.folder, '..', 'said'))) await new Promise((resolve) => setTimeout(resolve, 5));
    clock.moveTo(NOW + HOUR);
    await started.event(isParked(1));
    assert.equal(eventsOf(started, 'step.stop-requested')[0]?.reason.kind, 'timeout');
    clock.moveTo(NOW + 3 * HOUR);
    assert.equal((await started.handle.finished).status, 'succeeded');
  });

  it('is no quota matter when it fails without a word of it, or succeeds with one', async () => {
    const started = startRun(
      planOf([
        script('fine', 'echo "limit reached"', { quota: again() }),
        script('bad', 'echo no; exit 3', { quota: again(), onFailure: 'continue' }),
      ]),
    );
    assert.equal((await started.handle.finished).status, 'succeeded');
    assert.equal(eventsOf(started, 'step.failed')[0]?.failure.kind, 'exit');
    assert.deepEqual(eventsOf(started, 'quota.opened'), []);
  });

  it('keeps steps of the same token from beginning, while others go on', async () => {
    const clock = new HandClock(NOW);
    const steps = [
      script('first', turnedAway(1, 'echo "limit reached, again in 1h"; exit 1'), { quota: again() }),
      script('second', 'echo 2 >> ../order', { quota: again() }),
      script('third', 'echo 3 >> ../order', { quota: again() }),
      script('other', 'echo other >> ../order'),
    ];
    const started = startRun(planOf(steps, { maxParallel: 1 }), { ports: { clock } });
    await started.event((event) => event.type === 'step.succeeded' && event.step === 'other');
    assert.equal(readFileSync(join(started.folder, '..', 'order'), 'utf8'), 'other\n');
    assert.deepEqual(
      eventsOf(started, 'step.parked').map(({ step }) => step),
      ['first', 'second', 'third'],
    );
    clock.moveTo(NOW + HOUR);
    assert.equal((await started.handle.finished).status, 'succeeded');
    assert.equal(readFileSync(join(started.folder, '..', 'order'), 'utf8'), 'other\n2\n3\n');
  });

  it('waits on when another engine takes the run over, until the same time', async () => {
    const clock = new HandClock(NOW);
    const base = makeFolder();
    const journal = new ArrayJournal();
    const plan = planOf([script('ask', turnedAway(1, 'echo "limit reached, again in 5h"; exit 1'), { quota: again() })]);
    const first = startRun(plan, { ports: { clock }, base, journal });
    await first.event(isParked(1));
    journal.refuse = () => new Error('the disk is full');
    first.handle.cancel('somebody', 'so that something has to be written');
    await assert.rejects(first.handle.finished);
    journal.refuse = null;
    clock.moveTo(NOW + HOUR);
    const second = startRun(plan, { ports: { clock }, base, journal, start: { kind: 'resume', by: 'somebody' } });
    await second.event((event) => event.type === 'run.resumed');
    clock.moveTo(NOW + 5 * HOUR);
    assert.equal((await second.handle.finished).status, 'succeeded');
    const begun = journal.envelopes.filter(({ event }) => event.type === 'step.attempt-started').map(({ atMs }) => atMs - NOW);
    assert.deepEqual(begun, [0, 5 * HOUR]);
  });

  it('waits from when it was turned away, also when no engine was there then', async () => {
    const startMs = Date.now();
    const clock = new HandClock(startMs);
    const base = makeFolder();
    const journal = new ArrayJournal();
    const wait = (file: string): string => `while ! test -e ../${file}; do sleep 0.02; done`;
    const steps = [
      script('ask', `${wait('go')}; echo "limit reached, again in 5h"; exit 1`, { quota: again() }),
      script('other', wait('end')),
    ];
    const first = startRun(planOf(steps), { ports: { clock }, base, journal });
    await first.event((event) => event.type === 'step.attempt-started' && event.step === 'other');
    journal.refuse = () => new Error('the disk is full');
    writeFileSync(join(base, 'end'), '');
    await assert.rejects(first.handle.finished);
    journal.refuse = null;
    writeFileSync(join(base, 'go'), '');
    const hasEnded = (): boolean =>
      globSync(join(base, 'run', '*.slot')).some((file) => / R 1 /.test(readFileSync(file, 'latin1')));
    while (!hasEnded()) await new Promise((resolve) => setTimeout(resolve, 5));
    const endMs = Date.now();
    clock.moveTo(startMs + 2 * HOUR);
    const second = startRun(planOf(steps), { ports: { clock }, base, journal, start: { kind: 'resume', by: 'somebody' } });
    await second.event(isParked(1));
    const untilMs = eventsOf(second, 'step.parked')[0]?.untilMs ?? 0;
    // File times may be a little coarser than the clock.
    assert.ok(untilMs >= startMs + 5 * HOUR - 1000 && untilMs <= endMs + 5 * HOUR + 1000, `${(untilMs - startMs) / HOUR} h`);
    second.handle.cancel('somebody', 'enough');
    assert.equal((await second.handle.finished).status, 'cancelled');
  });

  it('keeps secrets out of what it says, also where that is cut', async () => {
    const secret = 'a-secret-'.repeat(30);
    const started = startRun(
      planOf([
        script('ask', 'echo "limit reached for $KEY, again in 5h"; exit 1', {
          quota: again(),
          env: { KEY: [{ expression: 'secrets.key' }] },
        }),
      ]),
      { ports: { clock: new HandClock(NOW) }, secrets: { key: secret } },
    );
    await started.event(isParked(1));
    const failure = eventsOf(started, 'step.attempt-failed')[0]?.failure;
    assert.equal(failure?.kind === 'quota' && failure.message, 'limit reached for ***, again in 5h');
    started.handle.cancel('somebody', 'enough');
    await started.handle.finished;
  });

  it('is let go by a cancel', async () => {
    const clock = new HandClock(NOW);
    const text = 'echo "limit reached, again in 5h"; exit 1';
    const started = startRun(planOf([script('ask', text, { quota: again() })]), { ports: { clock } });
    await started.event(isParked(1));
    started.handle.cancel('somebody', 'enough');
    assert.equal((await started.handle.finished).status, 'cancelled');
  });
});

/** What all runs of a test tell each other. */
class Board implements QuotaPort {
  readonly notices = new Map<string, { readonly untilMs: number; readonly runId: string }>();

  look(token: string): { readonly untilMs: number; readonly runId: string } | null {
    return this.notices.get(token) ?? null;
  }

  tell(token: string, notice: { readonly untilMs: number; readonly runId: string }): void {
    this.notices.set(token, notice);
  }

  claim(token: string, notice: { readonly untilMs: number; readonly runId: string }, nowMs: number): boolean {
    const last = this.look(token);
    if (last !== null && last.untilMs > nowMs && last.runId !== notice.runId) return false;
    if (last !== null) this.tell(token, notice);
    return true;
  }

  forget(token: string): void {
    this.notices.delete(token);
  }
}

describe('several runs with the same quota', () => {
  it('are kept from being turned away one by one, and one of them tries first', async () => {
    const clock = new HandClock(NOW);
    const quotas = new Board();
    const base = makeFolder();
    const say = `test -e ${base}/more || { echo "limit reached, again in 1h"; exit 1; }`;
    const work = `${say}; while ! test -e ${base}/go; do sleep 0.02; done`;
    const plan = planOf([script('ask', work, { quota: again() })]);
    const start = (runId: string): TestRun => startRun(plan, { ports: { clock, quotas }, runId: `${testRunId}-${runId}` });
    const first = start('first');
    await first.event(isParked(1));
    const others = ['second', 'third'].map(start);
    await Promise.all(others.map((other) => other.event(isParked(1))));
    for (const other of others) {
      assert.deepEqual(eventsOf(other, 'quota.opened')[0]?.by, { runId: `${testRunId}-first` });
      assert.deepEqual(eventsOf(other, 'step.attempt-started'), []);
    }
    writeFileSync(join(base, 'more'), '');
    clock.moveTo(NOW + HOUR);
    const runs = [first, ...others];
    const isTrying = (event: RunEvent): boolean => event.type === 'step.attempt-started';
    const isHeldBack = (event: RunEvent): boolean => event.type === 'quota.opened' && event.untilMs === NOW + HOUR + 60_000;
    const attempts = (): number => runs.flatMap((one) => eventsOf(one, 'step.attempt-started')).length;
    await Promise.any(runs.map((one) => one.event((event) => isTrying(event) && attempts() === 2)));
    const probing = runs.filter((one) => eventsOf(one, 'step.attempt-started').length === (one === first ? 2 : 1));
    assert.equal(probing.length, 1);
    await Promise.all(runs.filter((one) => !probing.includes(one)).map((one) => one.event(isHeldBack)));
    assert.equal(attempts(), 2);
    writeFileSync(join(base, 'go'), '');
    assert.equal((await probing[0]?.handle.finished)?.status, 'succeeded');
    assert.equal(quotas.look('claude'), null);
    // The others look now and then, and do not wait until the minute is over.
    const ended = Promise.all(others.concat(first).map((one) => one.handle.finished));
    const over = new AbortController();
    void ended.then(() => over.abort());
    for (let atMs = NOW + HOUR + 1000; !over.signal.aborted && atMs < NOW + HOUR + 60_000; atMs += 1) {
      clock.moveTo(atMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(
      (await ended).map(({ status }) => status),
      ['succeeded', 'succeeded', 'succeeded'],
    );
  });
});

describe('a plugin whose quota is used up', () => {
  const manifest = 'name = "p"\nversion = "1.0.0"\nprotocol = 1\nexec = ["sh", "main.sh"]\n[actions.go]\n';
  const main = `test -e ../more && { echo '{"type":"result","status":"success"}'; exit 0; }
echo '{"type":"result","status":"quota","resetAt":"2026-11-26T19:00:00Z","message":"the model is resting"}'; exit 1
`;

  function install(): ReturnType<typeof loadPlugins> {
    const folder = makeFolder();
    mkdirSync(join(folder, 'p'));
    writeFileSync(join(folder, 'p', 'plugin.toml'), manifest);
    writeFileSync(join(folder, 'p', 'main.sh'), main);
    return loadPlugins(
      [folder],
      builtinParameterTypes.map(({ name }) => name),
    );
  }

  const act = { kind: 'plugin', plugin: 'p', action: 'go', version: '1.0.0', inputs: {} } as const;

  it('says so itself, and until when', async () => {
    const clock = new HandClock(NOW);
    const { plugins } = install();
    const started = startRun(planOf([attempt('act', act, { quota: quotaPolicy() })]), { ports: { clock }, plugins });
    await started.event(isParked(1));
    assert.deepEqual(eventsOf(started, 'step.attempt-failed')[0]?.failure, {
      kind: 'quota',
      token: 'claude',
      resetAtMs: NOW + 7 * HOUR,
      message: 'the model is resting',
    });
    assert.match(started.log(1), /error: the model is resting/);
    writeFileSync(join(started.folder, '..', 'more'), '');
    clock.moveTo(NOW + 7 * HOUR);
    assert.equal((await started.handle.finished).status, 'succeeded');
  });

  it('fails where the step does not say what the quota is of, with what to do', async () => {
    const { plugins } = install();
    const started = startRun(planOf([attempt('act', act)]), { plugins });
    assert.equal((await started.handle.finished).status, 'failed');
    const failure = eventsOf(started, 'step.failed')[0]?.failure;
    assert.match(
      failure?.kind === 'exit' ? (failure.hint ?? '') : '',
      /resting; with `quota = \{ token = "…" \}` the step would wait/,
    );
  });
});
