import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '@workflow-platform/events';
import { attemptStep, foreachOf, retryPolicy, RunDriver } from '@workflow-platform/testkit';
import { decideRetry } from './retry.ts';

const exit: Failure = { kind: 'exit', code: 1 };
const half = (): number => 0.5;

const delays = [
  { title: 'constant delays stay the same', policy: { backoff: 'constant' }, expected: [1000, 1000, 1000, 1000] },
  { title: 'linear delays grow by the first one', policy: { backoff: 'linear' }, expected: [1000, 2000, 3000, 4000] },
  { title: 'exponential delays double', policy: { backoff: 'exponential' }, expected: [1000, 2000, 4000, 8000] },
  {
    title: 'no delay is longer than the cap',
    policy: { backoff: 'exponential', maxDelayMs: 3000 },
    expected: [1000, 2000, 3000, 3000],
  },
  { title: 'jitter takes off up to half', policy: { backoff: 'constant', jitter: true }, expected: [750, 750, 750, 750] },
] as const;

for (const { title, policy, expected } of delays) {
  test(title, () => {
    const full = retryPolicy({ max: 4, ...policy });
    const made = [1, 2, 3, 4].map((attemptsMade) => decideRetry(full, attemptsMade, exit, half));
    assert.deepEqual(
      made,
      expected.map((delayMs) => ({ kind: 'retry', delayMs })),
    );
  });
}

test('jitter stays between half of the delay and all of it', () => {
  const policy = retryPolicy({ max: 1, jitter: true });
  assert.deepEqual(
    decideRetry(policy, 1, exit, () => 0),
    { kind: 'retry', delayMs: 500 },
  );
  assert.deepEqual(
    decideRetry(policy, 1, exit, () => 0.9999999),
    { kind: 'retry', delayMs: 1000 },
  );
});

const refusals = [
  { title: 'gives up after the last attempt', policy: { max: 2 }, made: 3, failure: exit, retries: false },
  { title: 'makes the last attempt that is allowed', policy: { max: 2 }, made: 2, failure: exit, retries: true },
  { title: 'without a policy, nothing is tried again', policy: { max: 0 }, made: 1, failure: exit, retries: false },
  {
    title: 'with on_exit, a listed exit code is tried again',
    policy: { max: 2, onExit: [75, 1] },
    made: 1,
    failure: exit,
    retries: true,
  },
  { title: 'with on_exit, another exit code is not', policy: { max: 2, onExit: [75] }, made: 1, failure: exit, retries: false },
  {
    title: 'with on_exit, a timeout is not tried again',
    policy: { max: 2, onExit: [75] },
    made: 1,
    failure: { kind: 'timeout', limitMs: 5 },
    retries: false,
  },
  { title: 'a timeout is tried again', policy: { max: 2 }, made: 1, failure: { kind: 'timeout', limitMs: 5 }, retries: true },
  { title: 'a lost attempt is tried again', policy: { max: 2 }, made: 1, failure: { kind: 'lost', message: '' }, retries: true },
  {
    title: 'an expression that cannot be computed is not',
    policy: { max: 2 },
    made: 1,
    failure: { kind: 'expression', source: 'x', message: '' },
    retries: false,
  },
] as const;

for (const { title, policy, made, failure, retries } of refusals) {
  test(title, () => {
    assert.equal(decideRetry(retryPolicy(policy), made, failure, half).kind, retries ? 'retry' : 'give-up');
  });
}

test('a failed attempt is made again at its time, and then succeeds', () => {
  const run = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 1 }) })]);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'retry-scheduled a at 1000']);
  assert.deepEqual(run.effects('timer'), [{ kind: 'timer', atMs: 1000 }]);
  assert.deepEqual(run.wait(999), []);
  assert.deepEqual(run.wait(1), ['attempt-started a']);
  assert.deepEqual(run.succeed('a'), ['succeeded a']);
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
});

test('a retry that is due waits for room, and no timer is asked for meanwhile', () => {
  const run = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 1 }) }), attemptStep('b')], { maxParallel: 1 });
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'retry-scheduled a at 1000', 'attempt-started b']);
  assert.deepEqual(run.wait(5000), []);
  assert.deepEqual(run.effects('timer'), []);
  assert.deepEqual(run.succeed('b'), ['succeeded b', 'attempt-started a']);
});

test('each item has its own retries', () => {
  const run = new RunDriver([attemptStep('a', { foreach: foreachOf(['x', 'y']), retry: retryPolicy({ max: 1 }) })]);
  assert.deepEqual(run.fail('a[x]'), ['attempt-failed a[x]', 'retry-scheduled a[x] at 1000']);
  assert.deepEqual(run.fail('a[y]'), ['attempt-failed a[y]', 'retry-scheduled a[y] at 1000']);
  assert.deepEqual(run.wait(1000), ['attempt-started a[x]', 'attempt-started a[y]']);
});

const lost: Failure = { kind: 'lost', message: 'the engine died' };
const engine = { version: '0', host: 'test', pid: 2 };

test('an attempt that was lost with its engine is made again at once, and uses up no retry', () => {
  const run = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 1, onExit: [1] }) })]);
  assert.deepEqual(run.send({ kind: 'resume', engine, by: 'ada' }), ['run.resumed']);
  assert.deepEqual(run.failWith('a', lost), ['attempt-failed a', 'retry-scheduled a at 0']);
  assert.deepEqual(run.workspaceReady(), ['workspace.reused', 'attempt-started a'], 'by an engine that has the workspace');
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'retry-scheduled a at 1000']);
  assert.deepEqual(run.wait(1000), ['attempt-started a']);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit']);
});

test('an attempt lost otherwise answers to the retry policy', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b')], { maxParallel: 1 });
  run.resume();
  run.failWith('a', lost);
  assert.deepEqual(run.failWith('a', lost), ['attempt-failed a', 'failed a lost', 'skipped b fail-fast']);
});

test('an attempt that outlived its engine and then failed has failed', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.send({ kind: 'resume', engine, by: 'ada' });
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit']);
});

test('what was lost while a cancel stopped it is not made again', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.cancel();
  run.send({ kind: 'resume', engine, by: 'ada' });
  assert.deepEqual(run.failWith('a', lost), ['attempt-failed a', 'cancelled a']);
});
