import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, effectsDue } from '../index.ts';
import { attemptStep, retryPolicy, RunDriver, waitStep } from '@workflow-platform/testkit';

test('an attempt that reaches its limit is told to stop, and has failed for that when it ended', () => {
  const run = new RunDriver([attemptStep('a', { timeoutMs: 100 })]);
  assert.deepEqual(run.effects('timer'), [{ kind: 'timer', atMs: 100 }]);
  assert.deepEqual(run.wait(99), []);
  assert.deepEqual(run.wait(1), ['stop-requested a timeout']);
  assert.deepEqual(run.running(), ['a!']);
  assert.deepEqual(run.effects('timer'), [], 'the limit is not reached twice');
  assert.deepEqual(run.failWith('a', { kind: 'signal', signal: 'SIGTERM' }), ['attempt-failed a', 'failed a timeout']);
});

test('success counts, even of an attempt that was told to stop', () => {
  const run = new RunDriver([attemptStep('a', { timeoutMs: 100 })]);
  run.wait(100);
  assert.deepEqual(run.succeed('a'), ['succeeded a']);
});

test('a timeout is tried again as the policy says', () => {
  const run = new RunDriver([attemptStep('a', { timeoutMs: 100, retry: retryPolicy({ max: 1 }) })]);
  run.wait(100);
  assert.deepEqual(run.fail('a', 143), ['attempt-failed a', 'retry-scheduled a at 1100']);
  assert.deepEqual(run.wait(1000), ['attempt-started a']);
  assert.deepEqual(run.wait(100), ['stop-requested a timeout'], 'the second attempt has a limit of its own');
});

test('the limit counts from the start of the attempt, also in an engine that took the run over', () => {
  const run = new RunDriver([attemptStep('a', { timeoutMs: 100 })]);
  const folded = run.refold();
  assert.deepEqual(effectsDue(folded), effectsDue(run.state));
  apply(folded, { type: 'run.resumed', engine: { version: '0', host: 'h', pid: 2 }, by: 'ada' }, 90);
  assert.deepEqual(
    effectsDue(folded).filter(({ kind }) => kind === 'timer'),
    [{ kind: 'timer', atMs: 100 }],
  );
});

test('a question that nobody answers in time fails', () => {
  const run = new RunDriver([waitStep('w', { timeoutMs: 1000 })]);
  assert.deepEqual(run.wait(1000), ['failed w unanswered']);
  assert.deepEqual(run.answer('w', true), [], 'an answer that comes after that is late');
});

test('limits that are reached at the same time are all kept', () => {
  const run = new RunDriver([attemptStep('a', { timeoutMs: 100 }), attemptStep('b', { timeoutMs: 50 }), attemptStep('c')]);
  assert.deepEqual(run.wait(500), ['stop-requested b timeout', 'stop-requested a timeout']);
});

test('a clock that goes back lets an attempt run on, and starts nothing twice', () => {
  const run = new RunDriver([attemptStep('a', { timeoutMs: 100 })]);
  run.nowMs = -5000;
  assert.deepEqual(run.wait(0), []);
  run.nowMs = 100;
  assert.deepEqual(run.wait(0), ['stop-requested a timeout']);
});
