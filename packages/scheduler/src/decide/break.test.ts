import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanAttemptStep } from '@workflow-platform/core';
import { attemptStep, groupStep, implied, repeatOf, RunDriver } from '@workflow-platform/testkit';

const loopOf = (pick: Partial<PlanAttemptStep>, given: { readonly maxParallel?: number } = {}): RunDriver => {
  const steps = [attemptStep('pick', pick), attemptStep('fix', { needs: ['pick'] }), attemptStep('free')];
  return new RunDriver([groupStep('loop', steps, { repeat: repeatOf({ max: 3 }) })], { maxParallel: 1, ...given });
};

test('a break ends the turn and the loop, which has succeeded', () => {
  const run = loopOf({ breakWhen: "steps.pick.outputs.issue == ''" });
  assert.deepEqual(run.succeed('loop[1].pick', { issue: '' }), [
    'succeeded loop[1].pick',
    'broke loop[1].pick',
    'skipped loop[1].fix break',
    'skipped loop[1].free break',
    'succeeded loop',
  ]);
});

test('without it, the turn goes on', () => {
  const run = loopOf({ breakWhen: "steps.pick.outputs.issue == ''" });
  assert.deepEqual(run.succeed('loop[1].pick', { issue: '#3' }), ['succeeded loop[1].pick', 'attempt-started loop[1].fix']);
});

test('what runs already is finished first', () => {
  const run = loopOf({ breakWhen: 'true' }, { maxParallel: 2 });
  assert.deepEqual(run.running(), ['loop[1].pick', 'loop[1].free']);
  assert.deepEqual(run.succeed('loop[1].pick'), ['succeeded loop[1].pick', 'broke loop[1].pick', 'skipped loop[1].fix break']);
  assert.deepEqual(run.succeed('loop[1].free'), ['succeeded loop[1].free', 'succeeded loop']);
});

test('a skipped step breaks nothing, and neither does a failed one', () => {
  const skipped = loopOf({ breakWhen: 'true', when: implied('false') });
  assert.deepEqual(skipped.running(), ['loop[1].fix']);
  const failed = loopOf({ breakWhen: 'true' });
  assert.deepEqual(failed.fail('loop[1].pick').at(-1), 'failed loop children');
});

test('a failure that is allowed breaks like a success', () => {
  const run = loopOf({ breakWhen: "steps.pick.outcome == 'failure'", onFailure: 'continue' });
  assert.ok(run.fail('loop[1].pick').includes('broke loop[1].pick'));
});

test('while a break looks into the workspace, nothing of the turn starts', () => {
  const run = loopOf({ breakWhen: "!exists('next-issue.md')" });
  assert.deepEqual(run.succeed('loop[1].pick'), [
    'succeeded loop[1].pick',
    'observation-requested loop[1].pick break exists:next-issue.md',
  ]);
  assert.deepEqual(run.running(), []);
  const folded = run.refold();
  assert.equal(folded.steps.get('loop[1].fix')?.phase.kind, 'waiting');
  assert.deepEqual(run.observe('loop[1].pick', 'break', { 'exists:next-issue.md': true }), [
    'observed loop[1].pick break',
    'attempt-started loop[1].fix',
  ]);
});

test('a break by the workspace ends the loop', () => {
  const run = loopOf({ breakWhen: "!exists('next-issue.md')" });
  run.succeed('loop[1].pick');
  assert.deepEqual(run.observe('loop[1].pick', 'break', { 'exists:next-issue.md': false }).slice(0, 2), [
    'observed loop[1].pick break',
    'broke loop[1].pick',
  ]);
  assert.equal(run.last('loop')?.type, 'step.succeeded');
});

test('changed() in a break compares with what was noted before the step', () => {
  const run = loopOf({ breakWhen: "!changed('f')", watch: ['f'] });
  run.observe('loop[1].pick', 'before', { 'digest:f': 'aa' });
  run.succeed('loop[1].pick');
  assert.ok(run.observe('loop[1].pick', 'break', { 'digest:f': 'aa' }).includes('broke loop[1].pick'));
});

test('a break that cannot be computed fails the loop', () => {
  const run = loopOf({ breakWhen: "fromJSON('{')" });
  assert.equal(run.succeed('loop[1].pick').at(-1), 'failed loop expression');
});

test('a step whose facts come while a break is being looked at waits for that too', () => {
  const steps = [attemptStep('pick', { breakWhen: "exists('stop')" }), attemptStep('free', { when: implied("exists('x')") })];
  const run = new RunDriver([groupStep('loop', steps, { repeat: repeatOf({ max: 3 }) })]);
  assert.deepEqual(run.succeed('loop[1].pick').at(-1), 'observation-requested loop[1].pick break exists:stop');
  assert.deepEqual(run.observe('loop[1].free', 'when', { 'exists:x': true }), ['observed loop[1].free when']);
  assert.deepEqual(run.observe('loop[1].pick', 'break', { 'exists:stop': false }), [
    'observed loop[1].pick break',
    'attempt-started loop[1].free',
  ]);
});
