import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanGroupStep } from '@workflow-platform/core';
import { attemptStep, groupStep, implied, repeatOf, RunDriver } from '@workflow-platform/testkit';

const loopOf = (repeat: Partial<NonNullable<PlanGroupStep['repeat']>>, given: Partial<PlanGroupStep> = {}): PlanGroupStep =>
  groupStep('loop', [attemptStep('x')], { repeat: repeatOf(repeat), ...given });

test('a group begins with its steps and ends with the last of them', () => {
  const run = new RunDriver([
    groupStep('g', [attemptStep('x'), attemptStep('y', { needs: ['x'] })]),
    attemptStep('z', { needs: ['g'] }),
  ]);
  assert.deepEqual(run.running(), ['g.x']);
  run.succeed('g.x');
  assert.deepEqual(run.succeed('g.y'), ['succeeded g.y', 'succeeded g', 'attempt-started z']);
});

test('a loop with until goes on until it is true of the last turn', () => {
  const run = new RunDriver([loopOf({ until: "steps.x.outputs.open == '0'", max: 5 })]);
  assert.deepEqual(run.succeed('loop[1].x', { open: '2' }), [
    'succeeded loop[1].x',
    'iteration-started loop 2',
    'attempt-started loop[2].x',
  ]);
  assert.deepEqual(run.succeed('loop[2].x', { open: '0' }), ['succeeded loop[2].x', 'succeeded loop']);
});

test('a loop with while goes on while it is true', () => {
  const run = new RunDriver([loopOf({ while: "steps.x.outputs.more == 'yes'" })]);
  assert.deepEqual(run.succeed('loop[1].x', { more: 'yes' }).at(-1), 'attempt-started loop[2].x');
  assert.deepEqual(run.succeed('loop[2].x', { more: 'no' }), ['succeeded loop[2].x', 'succeeded loop']);
});

test('turns are counted from 1', () => {
  const run = new RunDriver([loopOf({ until: 'iteration == 2' })]);
  run.succeed('loop[1].x');
  assert.deepEqual(run.succeed('loop[2].x'), ['succeeded loop[2].x', 'succeeded loop']);
});

test('a loop that has made all its turns in vain fails', () => {
  const run = new RunDriver([loopOf({ until: 'false', max: 2 })]);
  run.succeed('loop[1].x');
  assert.deepEqual(run.succeed('loop[2].x'), ['succeeded loop[2].x', 'failed loop iterations']);
});

test('a loop that only counts has succeeded when it counted', () => {
  const run = new RunDriver([loopOf({ max: 2 })]);
  run.succeed('loop[1].x');
  assert.deepEqual(run.succeed('loop[2].x'), ['succeeded loop[2].x', 'succeeded loop']);
});

const OPEN = 'steps.x.outputs.open';

test('a loop that gets nowhere for so many turns in a row fails', () => {
  const run = new RunDriver([loopOf({ until: `${OPEN} == '0'`, progress: { of: OPEN, within: 2 } })]);
  assert.deepEqual(run.succeed('loop[1].x', { open: '7' }), [
    'succeeded loop[1].x',
    'progress-noted loop',
    'iteration-started loop 2',
    'attempt-started loop[2].x',
  ]);
  run.succeed('loop[2].x', { open: '7' });
  run.succeed('loop[3].x', { open: '6' });
  run.succeed('loop[4].x', { open: '6' });
  assert.deepEqual(run.succeed('loop[5].x', { open: '6' }), [
    'succeeded loop[5].x',
    'progress-noted loop',
    'failed loop no-progress',
  ]);
});

test('a loop that is done is done, whether it got on or not; one that has made all its turns fails for that', () => {
  const done = new RunDriver([loopOf({ until: 'iteration == 2', progress: { of: OPEN, within: 1 } })]);
  done.succeed('loop[1].x', { open: '7' });
  assert.deepEqual(done.succeed('loop[2].x', { open: '7' }), ['succeeded loop[2].x', 'succeeded loop']);
  const used = new RunDriver([loopOf({ until: 'false', max: 2, progress: { of: OPEN, within: 2 } })]);
  used.succeed('loop[1].x', { open: '7' });
  assert.equal(used.succeed('loop[2].x', { open: '7' }).at(-1), 'failed loop iterations');
});

test('what is looked for in the workspace to compare turns is asked for once a turn', () => {
  const run = new RunDriver([loopOf({ progress: { of: "exists('done')", within: 1 } })]);
  assert.equal(run.succeed('loop[1].x').at(-1), 'observation-requested loop until exists:done');
  assert.deepEqual(run.observe('loop', 'until', { 'exists:done': false }), [
    'observed loop until',
    'progress-noted loop',
    'iteration-started loop 2',
    'attempt-started loop[2].x',
  ]);
  run.succeed('loop[2].x');
  assert.equal(run.observe('loop', 'until', { 'exists:done': false }).at(-1), 'failed loop no-progress');
});

test('what is too long to be compared fails the loop and says so', () => {
  const run = new RunDriver([loopOf({ progress: { of: OPEN, within: 1 } })]);
  assert.equal(run.succeed('loop[1].x', { open: 'x'.repeat(20_000) }).at(-1), 'failed loop expression');
});

test('a failed step fails the loop', () => {
  const run = new RunDriver([loopOf({ until: 'true' })]);
  assert.deepEqual(run.fail('loop[1].x'), ['attempt-failed loop[1].x', 'failed loop[1].x exit', 'failed loop children']);
});

test('a delay lies between two turns, not after the last', () => {
  const run = new RunDriver([loopOf({ until: 'iteration == 2', delayMs: 500 })]);
  run.nowMs = 100;
  assert.deepEqual(run.succeed('loop[1].x'), ['succeeded loop[1].x', 'iteration-scheduled loop at 600']);
  assert.deepEqual(run.effects('timer'), [{ kind: 'timer', atMs: 600 }]);
  assert.deepEqual(run.wait(500), ['iteration-started loop 2', 'attempt-started loop[2].x']);
  assert.deepEqual(run.succeed('loop[2].x'), ['succeeded loop[2].x', 'succeeded loop']);
});

test('a loop in whose turns nothing runs does not spin', () => {
  const run = new RunDriver([
    groupStep('loop', [attemptStep('x', { when: implied('false') })], { repeat: repeatOf({ until: 'false' }) }),
  ]);
  assert.equal(run.last('loop')?.type, 'step.iteration-scheduled');
  assert.deepEqual(run.wait(1000), [
    'iteration-started loop 2',
    'skipped loop[2].x condition',
    'iteration-scheduled loop at 2000',
  ]);
});

test('until may look into the workspace, afresh after each turn', () => {
  const run = new RunDriver([loopOf({ until: "exists('done')" })]);
  assert.deepEqual(run.succeed('loop[1].x'), ['succeeded loop[1].x', 'observation-requested loop until exists:done']);
  assert.deepEqual(run.observe('loop', 'until', { 'exists:done': false }).slice(0, 2), [
    'observed loop until',
    'iteration-started loop 2',
  ]);
  assert.deepEqual(run.succeed('loop[2].x'), ['succeeded loop[2].x', 'observation-requested loop until exists:done']);
  assert.deepEqual(run.observe('loop', 'until', { 'exists:done': true }), ['observed loop until', 'succeeded loop']);
});

test('changed() compares with what was noted before the turn', () => {
  const run = new RunDriver([loopOf({ until: "!changed('f')" }, { watch: ['f'] })]);
  assert.deepEqual(run.observe('loop', 'before', { 'digest:f': 'aa' }), [
    'observed loop before',
    'group-started loop',
    'iteration-started loop 1',
    'attempt-started loop[1].x',
  ]);
  run.succeed('loop[1].x');
  assert.deepEqual(run.observe('loop', 'until', { 'digest:f': 'bb' }), [
    'observed loop until',
    'observation-requested loop before digest:f',
  ]);
  assert.deepEqual(run.observe('loop', 'before', { 'digest:f': 'bb' }).at(-1), 'attempt-started loop[2].x');
  run.succeed('loop[2].x');
  assert.deepEqual(run.observe('loop', 'until', { 'digest:f': 'bb' }), ['observed loop until', 'succeeded loop']);
});

test('an until that cannot be computed fails the loop', () => {
  const run = new RunDriver([loopOf({ until: "fromJSON('{')" })]);
  assert.deepEqual(run.succeed('loop[1].x'), ['succeeded loop[1].x', 'failed loop expression']);
});

test('outputs of a loop come from its last turn', () => {
  const outputs = [{ name: 'n', value: ['turn ', { expression: 'iteration' }, ': ', { expression: 'steps.x.outputs.n' }] }];
  const run = new RunDriver([loopOf({ until: 'iteration == 2' }, { outputs })]);
  run.succeed('loop[1].x', { n: 'a' });
  run.succeed('loop[2].x', { n: 'b' });
  const done = run.last('loop');
  assert.deepEqual(done?.type === 'step.succeeded' && done.outputs, { n: 'turn 2: b' });
});

test('outputs that look into the workspace are looked up when the group ends', () => {
  const run = new RunDriver([
    groupStep('g', [attemptStep('x')], { outputs: [{ name: 'note', value: [{ expression: "file('note')" }] }] }),
  ]);
  assert.deepEqual(run.succeed('g.x'), ['succeeded g.x', 'observation-requested g outputs file:note']);
  run.observe('g', 'outputs', { 'file:note': 'hello' });
  const done = run.last('g');
  assert.deepEqual(done?.type === 'step.succeeded' && done.outputs, { note: 'hello' });
});

test('a turn inside a turn is named by both', () => {
  const inner = groupStep('in', [attemptStep('x')], { repeat: repeatOf({ max: 1 }) });
  const run = new RunDriver([groupStep('out', [inner], { repeat: repeatOf({ max: 2 }) })]);
  assert.deepEqual(run.running(), ['out[1].in[1].x']);
  assert.deepEqual(run.succeed('out[1].in[1].x').slice(1), [
    'succeeded out[1].in',
    'iteration-started out 2',
    'group-started out[2].in',
    'iteration-started out[2].in 1',
    'attempt-started out[2].in[1].x',
  ]);
});
