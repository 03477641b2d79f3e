import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, foreachOf, groupStep, RunDriver, waitStep } from '@workflow-platform/testkit';

test('nothing starts before the workspace is there', () => {
  const run = new RunDriver([attemptStep('a')], {}, { starts: false });
  assert.deepEqual(run.effects('workspace'), []);
  assert.deepEqual(run.send({ kind: 'start', engine: { version: '0', host: 'h', pid: 1 } }), ['run.started']);
  assert.deepEqual(run.effects('workspace'), [{ kind: 'workspace' }]);
  assert.deepEqual(run.workspaceReady(), ['workspace.created', 'attempt-started a']);
});

test('steps start in the order of the file, as many as there is room for', () => {
  const run = new RunDriver(
    ['c', 'a', 'b', 'd'].map((id) => attemptStep(id)),
    { maxParallel: 2 },
  );
  assert.deepEqual(run.running(), ['c', 'a']);
  assert.deepEqual(run.succeed('a'), ['succeeded a', 'attempt-started b']);
  assert.deepEqual(run.succeed('c'), ['succeeded c', 'attempt-started d']);
});

test('a step that is ready later but stands earlier goes first', () => {
  const run = new RunDriver([attemptStep('late', { needs: ['a'] }), attemptStep('a'), attemptStep('b')], { maxParallel: 1 });
  assert.deepEqual(run.succeed('a'), ['succeeded a', 'attempt-started late']);
});

test('an item that was begun is finished before the next begins', () => {
  const inner = [attemptStep('x'), attemptStep('y', { needs: ['x'] })];
  const run = new RunDriver([groupStep('g', inner, { foreach: foreachOf(['1', '2']) })], { maxParallel: 1 });
  assert.deepEqual(run.running(), ['g[1].x']);
  assert.deepEqual(run.succeed('g[1].x'), ['succeeded g[1].x', 'attempt-started g[1].y']);
});

test('groups and waits take no room', () => {
  const run = new RunDriver([attemptStep('a'), groupStep('g', [waitStep('w'), attemptStep('b')])], { maxParallel: 1 });
  assert.deepEqual(run.running(), ['a']);
  assert.equal(run.last('g.w')?.type, 'step.waiting');
});

test('attempts are numbered for each step, and over the whole run', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b')]);
  const numbers = run.effects('attempt').map(({ step, attempt, attemptNo, key }) => `${step} ${attempt} ${attemptNo} ${key}`);
  assert.deepEqual(numbers, ['a 1 1 a#1', 'b 1 2 b#1']);
});

test('inputs of a question are resolved when it is asked', () => {
  const asks = {
    message: { text: ['Ship ', { expression: 'steps.a.outputs.version' }, '?'] },
    list: { list: [{ json: 1 }, { text: [{ expression: 'fromJSON(steps.a.outputs.version)' }] }] },
  };
  const run = new RunDriver([attemptStep('a'), waitStep('w', { needs: ['a'], asks, timeoutMs: 500 })]);
  run.nowMs = 100;
  run.succeed('a', { version: '7' });
  const expected = { message: 'Ship 7?', list: [1, 7] };
  assert.deepEqual(run.last('w'), { type: 'step.waiting', step: 'w', action: 'human/approve', inputs: expected, untilMs: 600 });
});

test('inputs that cannot be resolved fail the step', () => {
  const run = new RunDriver([waitStep('w', { asks: { x: { text: [{ expression: "fromJSON('{')" }] } } })]);
  const last = run.last('w');
  assert.equal(last?.type === 'step.failed' && last.failure.kind, 'expression');
});

test('an engine that takes a run over begins nothing before it has the workspace, and decides all the rest', () => {
  const looks = attemptStep('looks', { when: "exists('x')" });
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('slow', { timeoutMs: 500 }),
    attemptStep('b', { needs: ['a'] }),
    looks,
  ]);
  assert.deepEqual(run.effects('observation').length, 1);
  assert.deepEqual(run.send({ kind: 'resume', engine: { version: '0', host: 'test', pid: 2 }, by: 'ada' }), ['run.resumed']);
  assert.deepEqual([run.effects('workspace').length, run.effects('observation')], [1, []]);
  assert.deepEqual(run.succeed('a'), ['succeeded a']);
  assert.deepEqual(run.wait(500).slice(0, 1), ['stop-requested slow timeout']);
  assert.deepEqual(run.workspaceReady(), ['workspace.reused', 'attempt-started b']);
  assert.deepEqual([run.effects('workspace'), run.effects('observation').length], [[], 1]);
});

test('a run that an engine takes over with nothing left to do needs its workspace no more', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.send({ kind: 'resume', engine: { version: '0', host: 'test', pid: 2 }, by: 'ada' });
  assert.deepEqual(run.succeed('a'), ['succeeded a']);
  assert.deepEqual([run.effects('workspace').length, run.effects('finalization').length], [0, 1]);
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
});
