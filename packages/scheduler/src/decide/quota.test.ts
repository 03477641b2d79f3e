import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, foreachOf, groupStep, quotaPolicy, retryPolicy, RunDriver } from '@workflow-platform/testkit';

const quota = quotaPolicy();
const ask = (id: string, given: Parameters<typeof attemptStep>[1] = {}): ReturnType<typeof attemptStep> =>
  attemptStep(id, { quota, ...given });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A run of three steps with the same quota, one of which was turned away and two of which had not begun. */
function turnedAway(resetAtMs: number | null = 3 * HOUR): RunDriver {
  const run = new RunDriver([ask('a'), ask('b'), ask('c'), attemptStep('other')], { maxParallel: 1 });
  run.turnAway('a', resetAtMs);
  return run;
}

test('a step that is turned away waits until the time that was told, and all that need the same token wait with it', () => {
  const run = new RunDriver([ask('a'), ask('b'), attemptStep('other')], { maxParallel: 1 });
  assert.deepEqual(run.turnAway('a', 3 * HOUR), [
    'attempt-failed a',
    'quota.opened claude until 10800000',
    'parked a until 10800000',
    'parked b until 10800000',
    'attempt-started other',
  ]);
  assert.deepEqual(run.succeed('other'), ['succeeded other']);
  assert.deepEqual(
    run.effects('timer').map(({ atMs }) => atMs),
    [3 * HOUR],
  );
  assert.deepEqual(run.wait(3 * HOUR - 1), []);
  assert.deepEqual(run.wait(1), ['attempt-started a']);
});

test('one step tries first, and the others begin once it got through', () => {
  const run = new RunDriver([ask('a'), ask('b'), ask('c')], { maxParallel: 3 });
  run.turnAway('a', HOUR);
  run.turnAway('b', 2 * HOUR);
  run.turnAway('c');
  assert.deepEqual(run.wait(HOUR), []);
  assert.deepEqual(run.wait(HOUR), ['attempt-started a']);
  assert.deepEqual(run.wait(MINUTE - 1), []);
  assert.deepEqual(run.succeed('a'), ['quota.closed claude', 'succeeded a', 'attempt-started b', 'attempt-started c']);
});

test('a step that has been at work for a minute counts as through', () => {
  const run = new RunDriver([ask('a'), ask('b')], { maxParallel: 2 });
  run.turnAway('a', HOUR);
  run.turnAway('b', HOUR);
  run.wait(HOUR);
  assert.deepEqual(
    run.effects('timer').map(({ atMs }) => atMs),
    [HOUR + MINUTE],
  );
  assert.deepEqual(run.wait(MINUTE), ['quota.closed claude', 'attempt-started b']);
});

test('a step that fails for another reason got through too; one that never ran did not', () => {
  const run = turnedAway(HOUR);
  run.succeed('other');
  run.wait(HOUR);
  assert.deepEqual(run.failWith('a', { kind: 'spawn', message: 'no' }).slice(0, 2), ['attempt-failed a', 'failed a spawn']);

  const again = new RunDriver([ask('a', { onFailure: 'continue' }), ask('b'), ask('c')], { maxParallel: 3 });
  for (const step of ['a', 'b', 'c']) again.turnAway(step, HOUR);
  again.wait(HOUR);
  assert.deepEqual(again.failWith('a', { kind: 'spawn', message: 'no' }), [
    'attempt-failed a',
    'failed a spawn allowed',
    'attempt-started b',
  ]);
  assert.deepEqual(again.fail('b', 1), ['quota.closed claude', 'attempt-failed b', 'failed b exit', 'attempt-started c']);
});

test('a result from a cache shows nothing: the next step tries', () => {
  const run = new RunDriver([ask('a'), ask('b'), ask('c')], { maxParallel: 3 });
  for (const step of ['a', 'b', 'c']) run.turnAway(step, HOUR);
  run.wait(HOUR);
  const result = { kind: 'succeeded', exitCode: 0, durationMs: 1, outputs: {}, isCached: true } as const;
  assert.deepEqual(run.send({ kind: 'attempt-ended', step: 'a', attempt: 2, result }), ['succeeded a', 'attempt-started b']);
});

test('a probe that is turned away opens the breaker again, and the others go on waiting', () => {
  const run = turnedAway(HOUR);
  run.succeed('other');
  run.wait(HOUR);
  assert.deepEqual(run.turnAway('a', 5 * HOUR), [
    'attempt-failed a',
    'quota.opened claude until 18000000',
    'parked a until 18000000',
  ]);
  assert.deepEqual(run.running(), []);
  assert.deepEqual(run.wait(4 * HOUR), ['attempt-started a']);
});

test('without a time that was told, each pause is twice as long as the one before', () => {
  const run = turnedAway(null);
  run.succeed('other');
  const pauses: number[] = [];
  for (let tries = 0; tries < 5; tries += 1) {
    const atMs = run.effects('timer')[0]?.atMs ?? 0;
    pauses.push(atMs - run.nowMs);
    run.wait(atMs - run.nowMs);
    run.turnAway('a');
  }
  assert.deepEqual(
    pauses.map((ms) => ms / MINUTE),
    [1, 2, 4, 8, 16],
  );
});

test('no retry is used up by being turned away, and attempts go on being counted', () => {
  const run = new RunDriver([ask('a', { retry: retryPolicy({ max: 1 }) })]);
  for (let turn = 1; turn <= 4; turn += 1) {
    run.turnAway('a', run.nowMs + HOUR);
    run.wait(HOUR);
  }
  assert.deepEqual(
    run.effects('attempt').map(({ attempt, attemptNo }) => [attempt, attemptNo]),
    [[5, 5]],
  );
  assert.deepEqual(run.fail('a'), ['quota.closed claude', 'attempt-failed a', `retry-scheduled a at ${run.nowMs + 1000}`]);
  run.wait(1000);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit']);
});

test('a time that was told counts more than a guess, and of two the later', () => {
  const run = new RunDriver([ask('a'), ask('b'), ask('c'), ask('d')], { maxParallel: 4 });
  assert.equal(run.turnAway('a')[1], 'quota.opened claude until 60000 guessed');
  assert.equal(run.turnAway('b', 30_000)[1], 'quota.opened claude until 30000');
  assert.equal(run.turnAway('c', 20_000)[1], 'parked c until 30000');
  assert.equal(run.turnAway('d', 40_000)[1], 'quota.opened claude until 40000');
});

test('a time that is past when it is told is waited for a little, longer each time', () => {
  const run = new RunDriver([ask('a')]);
  assert.equal(run.turnAway('a', -5)[1], 'quota.opened claude until 10000');
  run.wait(10_000);
  assert.equal(run.turnAway('a', -5)[1], 'quota.opened claude until 30000');
});

test('a step fails for quota when it would have to wait for longer than it may', () => {
  const impatient = quotaPolicy({ maxWaitMs: HOUR });
  const run = new RunDriver([ask('a', { quota: impatient, onFailure: 'continue' }), ask('b', { onFailure: 'continue' })], {
    maxParallel: 1,
  });
  assert.deepEqual(run.turnAway('a', HOUR + 1), [
    'attempt-failed a',
    'quota.opened claude until 3600001',
    'failed a quota allowed',
    'parked b until 3600001',
  ]);
  const failed = run.last('a');
  assert.deepEqual(failed?.type === 'step.failed' && failed.failure, {
    kind: 'quota',
    token: 'claude',
    resetAtMs: HOUR + 1,
    message: null,
    limitMs: HOUR,
  });
});

test('what a step may wait is counted from when it was first turned away, until a step got through', () => {
  const impatient = quotaPolicy({ maxWaitMs: 2 * HOUR });
  const run = new RunDriver([ask('a', { quota: impatient })]);
  run.turnAway('a', HOUR);
  run.wait(HOUR);
  run.turnAway('a', 2 * HOUR);
  run.wait(HOUR);
  assert.deepEqual(run.turnAway('a', 3 * HOUR).slice(2), ['failed a quota']);

  const patient = new RunDriver([ask('a', { quota: impatient })]);
  patient.turnAway('a', HOUR);
  patient.wait(HOUR);
  assert.deepEqual(patient.wait(MINUTE), ['quota.closed claude']);
  assert.deepEqual(patient.turnAway('a', 3 * HOUR).slice(2), [`parked a until ${3 * HOUR}`]);
});

test('guesses end with a last try when the time is up', () => {
  const run = new RunDriver([ask('a', { quota: quotaPolicy({ waitMs: 40 * MINUTE, maxWaitMs: HOUR }) })]);
  run.turnAway('a');
  run.wait(40 * MINUTE);
  assert.equal(run.turnAway('a')[1], 'quota.opened claude until 3600000 guessed');
  run.wait(20 * MINUTE);
  assert.deepEqual(run.turnAway('a').slice(-1), ['failed a quota']);
});

test('steps that wait fail at once when a later time becomes known than they may wait for', () => {
  const impatient = quotaPolicy({ maxWaitMs: 2 * HOUR });
  const run = new RunDriver([ask('a', { quota: impatient, onFailure: 'continue' }), ask('b')], { maxParallel: 2 });
  run.turnAway('a', HOUR);
  assert.deepEqual(run.turnAway('b', 5 * HOUR), [
    'attempt-failed b',
    'quota.opened claude until 18000000',
    'parked b until 18000000',
    'failed a quota allowed',
  ]);
});

test('each token has its own quota', () => {
  const other = quotaPolicy({ token: 'codex' });
  const run = new RunDriver([ask('a'), ask('b', { quota: other }), ask('c', { quota: other })], { maxParallel: 1 });
  assert.equal(run.turnAway('a', HOUR).at(-1), 'attempt-started b');
  assert.equal(run.turnAway('b', 2 * HOUR, 'codex').at(-1), `parked c until ${2 * HOUR}`);
  assert.deepEqual(run.wait(HOUR), ['attempt-started a']);
});

test('a retry that comes due while the quota is used up waits for it', () => {
  const retry = retryPolicy({ max: 1, initialMs: 1000 });
  const run = new RunDriver([ask('a', { retry }), ask('b')], { maxParallel: 2 });
  run.fail('a', 1);
  run.turnAway('b', HOUR);
  assert.deepEqual(run.wait(1000), [`parked a until ${HOUR}`]);
  assert.deepEqual(run.wait(HOUR), ['attempt-started a']);
});

test('what waits for quota is ended by a cancel and by a failure elsewhere', () => {
  const run = new RunDriver([ask('a'), ask('b'), attemptStep('other')], { maxParallel: 1 });
  run.turnAway('a', HOUR);
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'stop-requested other cancel', 'cancelled a', 'skipped b cancelled']);

  const failing = new RunDriver([ask('a'), ask('b'), attemptStep('other')], { maxParallel: 1 });
  failing.turnAway('a', HOUR);
  assert.deepEqual(failing.fail('other'), [
    'attempt-failed other',
    'failed other exit',
    'skipped a fail-fast',
    'skipped b fail-fast',
  ]);
  assert.deepEqual(failing.finalize(), ['run.finished failed']);
});

test('a step that is turned away after a failure elsewhere is not waited for', () => {
  const run = new RunDriver([ask('a'), attemptStep('other')], { maxParallel: 2 });
  run.fail('other');
  assert.deepEqual(run.turnAway('a', HOUR).at(-1), 'failed a quota');
});

test('a step that is turned away after it was told to stop has failed for quota, unless the run is cancelled', () => {
  const run = new RunDriver([ask('a', { idleTimeoutMs: 1000 })]);
  run.send({ kind: 'attempt-idle', step: 'a', attempt: 1, idleMs: 1000 });
  assert.equal(run.turnAway('a', HOUR).at(-1), `parked a until ${HOUR}`);

  const cancelled = new RunDriver([ask('a')]);
  cancelled.cancel();
  assert.deepEqual(cancelled.turnAway('a', HOUR), ['attempt-failed a', 'cancelled a']);
});

test('items and steps of groups wait like others, and what a step waits is not counted as its time', () => {
  const run = new RunDriver([groupStep('turns', [ask('fix', { foreach: foreachOf(['x', 'y']), timeoutMs: 1000 })])], {
    maxParallel: 1,
  });
  assert.deepEqual(run.turnAway('turns.fix[x]', HOUR).slice(2), [
    `parked turns.fix[x] until ${HOUR}`,
    `parked turns.fix[y] until ${HOUR}`,
  ]);
  assert.deepEqual(run.wait(HOUR), ['attempt-started turns.fix[x]']);
  assert.deepEqual(run.wait(999), []);
  assert.deepEqual(run.wait(1), ['stop-requested turns.fix[x] timeout']);
});

test('another run that was turned away makes the steps of this one wait before any of them begins', () => {
  const run = new RunDriver([attemptStep('first'), ask('a', { needs: ['first'] })], { maxParallel: 1 });
  assert.deepEqual(run.send({ kind: 'quota-seen', token: 'claude', untilMs: HOUR, runId: 'r2' }), [
    'quota.opened claude until 3600000',
  ]);
  assert.deepEqual(run.send({ kind: 'quota-seen', token: 'claude', untilMs: HOUR - 1, runId: 'r3' }), []);
  assert.deepEqual(run.succeed('first'), ['succeeded first', `parked a until ${HOUR}`]);
  assert.deepEqual(run.wait(HOUR), ['attempt-started a']);
});

test('when another run got through, of which this one had heard, its steps begin at once', () => {
  const run = new RunDriver([attemptStep('first'), ask('a', { needs: ['first'] })], { maxParallel: 1 });
  run.send({ kind: 'quota-seen', token: 'claude', untilMs: HOUR, runId: 'r2' });
  run.succeed('first');
  assert.deepEqual(run.send({ kind: 'quota-freed', token: 'claude' }), ['quota.closed claude', 'attempt-started a']);
  run.turnAway('a', HOUR);
  assert.deepEqual(run.send({ kind: 'quota-freed', token: 'claude' }), [], 'it has found out for itself');
});

test('a condition is decided anew when there is quota again, with what is in the workspace then', () => {
  const run = new RunDriver([ask('a'), ask('b', { when: "always() && exists('go')" })], { maxParallel: 1 });
  run.turnAway('a', HOUR);
  run.observe('b', 'when', { 'exists:go': true });
  assert.equal(run.last('b')?.type, 'step.parked');
  run.wait(HOUR);
  run.succeed('a');
  assert.deepEqual(run.observe('b', 'when', { 'exists:go': false }), ['observed b when', 'skipped b condition']);
});

test('an engine that takes the run over finds the same breaker, probe and time', () => {
  const run = turnedAway(HOUR);
  run.succeed('other');
  for (const passed of [0, HOUR]) {
    run.wait(passed);
    const folded = run.refold();
    const shown = (state: typeof folded): unknown =>
      [...state.quotas.values()].map(({ untilMs, openings, probe }) => [untilMs, openings, probe?.step.ref, probe?.attempt]);
    assert.deepEqual(shown(folded), shown(run.state));
  }
});

test('whoever takes up a run that failed has it tried at once, by one step first', () => {
  const run = new RunDriver([ask('a', { quota: quotaPolicy({ maxWaitMs: HOUR }) }), ask('b')], { maxParallel: 2 });
  run.turnAway('a', 2 * HOUR);
  run.turnAway('b', 2 * HOUR);
  assert.deepEqual(run.finalize(), ['run.finished failed']);
  assert.deepEqual(run.resume().slice(-2), ['attempt-started a', 'parked b until 0']);
  assert.deepEqual(run.succeed('a'), ['quota.closed claude', 'succeeded a', 'attempt-started b']);
});
