import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, foreachOf, groupStep, implied, repeatOf, retryPolicy, RunDriver } from '@workflow-platform/testkit';

test('what failed and what was left out for it runs again, what succeeded does not', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] }), attemptStep('c', { needs: ['b'] })]);
  run.succeed('a', { v: '1' });
  run.fail('b');
  assert.deepEqual(run.finalize(), ['run.finished failed']);
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started b']);
  assert.deepEqual(run.succeed('b'), ['succeeded b', 'attempt-started c']);
  run.succeed('c');
  run.finalize();
  assert.deepEqual(run.events.at(-1), { type: 'run.finished', status: 'succeeded', failed: [], allowedFailures: [] });
});

test('attempts go on being counted, and their number starts afresh for the policy', () => {
  const run = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 1 }) })]);
  run.fail('a');
  run.wait(1000);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit']);
  run.finalize();
  run.resume();
  const [effect] = run.effects('attempt');
  assert.deepEqual([effect?.attempt, effect?.attemptNo, effect?.key], [3, 3, 'a#3']);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'retry-scheduled a at 2000']);
});

test('a cancelled run goes on where it was', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] })]);
  run.cancel();
  run.failWith('a', { kind: 'signal', signal: 'SIGTERM' });
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started a']);
  assert.equal(run.status(), 'running');
});

test('a group goes on with its unfinished steps', () => {
  const steps = [attemptStep('x'), attemptStep('y', { needs: ['x'] }), attemptStep('z', { needs: ['y'] })];
  const run = new RunDriver([groupStep('g', steps)]);
  run.succeed('g.x');
  run.fail('g.y');
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started g.y']);
  run.succeed('g.y');
  assert.deepEqual(run.succeed('g.z'), ['succeeded g.z', 'succeeded g']);
});

test('a loop goes on in the turn in which it failed', () => {
  const run = new RunDriver([groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: 'iteration == 3', max: 5 }) })]);
  run.succeed('loop[1].x');
  run.fail('loop[2].x');
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started loop[2].x']);
  assert.deepEqual(run.succeed('loop[2].x').at(-1), 'attempt-started loop[3].x');
});

test('a loop that had made all its turns in vain gets as many again', () => {
  const run = new RunDriver([
    groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: "steps.x.outputs.ok == '1'", max: 1 }) }),
  ]);
  assert.equal(run.succeed('loop[1].x').at(-1), 'failed loop iterations');
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'iteration-started loop 2', 'attempt-started loop[2].x']);
  assert.equal(run.succeed('loop[2].x', { ok: '1' }).at(-1), 'succeeded loop');
});

test('a foreach goes on with the items that did not succeed', () => {
  const run = new RunDriver([attemptStep('a', { foreach: foreachOf(['x', 'y', 'z'], { maxParallel: 1 }) })]);
  run.succeed('a[x]', { n: '1' });
  run.fail('a[y]');
  run.succeed('a[z]', { n: '3' });
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started a[y]']);
  run.succeed('a[y]', { n: '2' });
  const done = run.last('a');
  assert.deepEqual(done?.type === 'step.succeeded' && done.outputs, { n: '["1","2","3"]' });
});

test('a condition is decided afresh, by fresh facts', () => {
  const run = new RunDriver([attemptStep('a', { when: implied("exists('x')") }), attemptStep('b')]);
  run.observe('a', 'when', { 'exists:x': false });
  run.fail('b');
  run.finalize();
  assert.deepEqual(run.resume(), [
    'run.resumed',
    'workspace.reused',
    'observation-requested a when exists:x',
    'attempt-started b',
  ]);
});

test('a step that succeeded in spite of a failure does not pass that failure on after a resume', () => {
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('clean', { needs: ['a'], when: 'always()' }),
    attemptStep('c', { needs: ['clean'] }),
  ]);
  run.fail('a');
  run.succeed('clean');
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started a', 'attempt-started c']);
});

test('a run whose workspace could not be made begins anew', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] })], {}, { starts: false });
  run.send({ kind: 'start', engine: { version: '0', host: 'h', pid: 1 } });
  run.send({ kind: 'workspace-failed', message: 'no' });
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.created', 'attempt-started a']);
  assert.deepEqual(run.succeed('a'), ['succeeded a', 'attempt-started b']);
});

test('an unfinished run is only taken over', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] })]);
  assert.deepEqual(run.send({ kind: 'resume', engine: { version: '0', host: 'h', pid: 2 }, by: 'ada' }), ['run.resumed']);
  assert.deepEqual(run.running(), ['a']);
});

test('a run that was never started is started by a resume', () => {
  const run = new RunDriver([attemptStep('a')], {}, { starts: false });
  assert.deepEqual(run.send({ kind: 'resume', engine: { version: '0', host: 'h', pid: 2 }, by: 'ada' }), ['run.started']);
});

test('a run that succeeded is not taken up again', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.succeed('a');
  run.finalize();
  assert.deepEqual(run.send({ kind: 'resume', engine: { version: '0', host: 'h', pid: 2 }, by: 'ada' }), []);
});

test('whether a turn was the last is looked up afresh', () => {
  const run = new RunDriver([groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: "exists('done')", max: 1 }) })]);
  run.succeed('loop[1].x');
  assert.equal(run.observe('loop', 'until', { 'exists:done': false }).at(-1), 'failed loop iterations');
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'observation-requested loop until exists:done']);
  assert.deepEqual(run.observe('loop', 'until', { 'exists:done': true }), ['observed loop until', 'succeeded loop']);
});

test('items of a foreach that a cancelled run had begun last are ended by the next cancel', () => {
  const clean = attemptStep('clean', {
    when: 'always()',
    needs: ['a'],
    foreach: foreachOf(['1']),
    retry: retryPolicy({ max: 3 }),
    timeoutMs: 10,
  });
  const run = new RunDriver([attemptStep('a'), clean]);
  run.cancel();
  run.failWith('a', { kind: 'signal', signal: 'SIGTERM' });
  run.failWith('clean[1]', { kind: 'expression', source: 'x', message: '' });
  run.finalize();
  run.resume();
  run.wait(10);
  run.cancel();
  assert.deepEqual(run.fail('clean[1]').slice(0, 2), ['attempt-failed clean[1]', 'failed clean[1] timeout']);
});

test('a break stays a break: of that turn only what had failed is tried again', () => {
  const steps = [
    attemptStep('bad'),
    attemptStep('after', { needs: ['bad'] }),
    attemptStep('pick', { breakWhen: 'true' }),
    attemptStep('rest', { needs: ['pick'] }),
  ];
  const run = new RunDriver([groupStep('loop', steps, { repeat: repeatOf({ max: 3 }) })]);
  run.fail('loop[1].bad');
  run.succeed('loop[1].pick');
  run.finalize();
  assert.deepEqual(run.resume(), [
    'run.resumed',
    'skipped loop[1].after break',
    'skipped loop[1].rest break',
    'workspace.reused',
    'attempt-started loop[1].bad',
  ]);
  assert.deepEqual(run.succeed('loop[1].bad'), ['succeeded loop[1].bad', 'succeeded loop']);
});
