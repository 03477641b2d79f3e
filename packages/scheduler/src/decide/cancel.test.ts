import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, foreachOf, groupStep, repeatOf, retryPolicy, RunDriver, waitStep } from '@workflow-platform/testkit';

const stopped = { kind: 'signal', signal: 'SIGTERM' } as const;

test('running attempts are told to stop, the rest is left out, and the run is over when they ended', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] })]);
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'stop-requested a cancel', 'skipped b cancelled']);
  assert.equal(run.status(), 'stopping');
  assert.deepEqual(run.effects('finalization'), []);
  assert.deepEqual(run.failWith('a', stopped), ['attempt-failed a', 'cancelled a']);
  assert.deepEqual(run.effects('finalization'), [{ kind: 'finalization', outcome: 'cancelled' }]);
  assert.deepEqual(run.finalize(), ['run.finished cancelled']);
});

test('a cancel while the workspace is being made ends the run as cancelled when the making has ended, whatever would survive it', () => {
  const steps = [attemptStep('a'), attemptStep('clean', { needs: ['a'], when: 'always()' })];
  const run = new RunDriver(steps, {}, { starts: false });
  const engine = { version: '0', host: 'test', pid: 1 };
  run.send({ kind: 'start', engine });
  assert.deepEqual(run.send({ kind: 'workspace-cancelled' }), [], 'nobody has cancelled it');
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'skipped a cancelled']);
  assert.deepEqual(run.effects('workspace'), [{ kind: 'workspace' }], 'until it has ended');
  assert.deepEqual(run.send({ kind: 'workspace-cancelled' }), ['run.cancel-requested', 'skipped clean cancelled']);
  assert.deepEqual(run.effects('workspace'), [{ kind: 'workspace' }], 'so that the host says it again');
  assert.deepEqual(run.send({ kind: 'workspace-cancelled' }), ['run.finished cancelled']);
});

test('an attempt that ends with success in spite of a cancel has succeeded', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.cancel();
  assert.deepEqual(run.succeed('a'), ['succeeded a']);
  assert.deepEqual(run.finalize(), ['run.finished succeeded'], 'the cancel came too late to change anything');
});

test('nothing is tried again after a cancel', () => {
  const run = new RunDriver([
    attemptStep('a', { retry: retryPolicy({ max: 5 }) }),
    attemptStep('b', { retry: retryPolicy({ max: 5 }) }),
  ]);
  run.fail('a');
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'stop-requested b cancel', 'cancelled a']);
  assert.deepEqual(run.fail('b'), ['attempt-failed b', 'cancelled b']);
});

test('steps with always() or cancelled() run after a cancel, and a second cancel ends those too', () => {
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('clean', { needs: ['a'], when: 'always()' }),
    attemptStep('tell', { needs: ['a'], when: 'cancelled()' }),
    attemptStep('later', { needs: ['clean'], when: 'always()' }),
    attemptStep('alarm', { needs: ['a'], when: 'failure()' }),
  ]);
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'stop-requested a cancel', 'skipped alarm cancelled']);
  assert.deepEqual(run.failWith('a', stopped), [
    'attempt-failed a',
    'cancelled a',
    'attempt-started clean',
    'attempt-started tell',
  ]);
  assert.deepEqual(run.cancel(), [
    'run.cancel-requested',
    'stop-requested clean cancel',
    'stop-requested tell cancel',
    'skipped later cancelled',
  ]);
  assert.deepEqual(run.cancel(), [], 'a third has nothing left to end');
});

test('a question is taken back, a loop between two turns ends', () => {
  const loop = groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: 'false', delayMs: 5000, max: 9 }) });
  const run = new RunDriver([waitStep('w'), loop]);
  assert.deepEqual(run.succeed('loop[1].x'), ['succeeded loop[1].x', 'iteration-scheduled loop at 5000']);
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'cancelled w', 'cancelled loop']);
});

test('a group in which something was ended is cancelled itself', () => {
  const run = new RunDriver([groupStep('g', [attemptStep('x'), attemptStep('y', { needs: ['x'] })])]);
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'stop-requested g.x cancel', 'skipped g.y cancelled']);
  assert.deepEqual(run.failWith('g.x', stopped), ['attempt-failed g.x', 'cancelled g.x', 'cancelled g']);
});

test('a group that is started for the cancel is carried through', () => {
  const clean = groupStep('clean', [attemptStep('x'), attemptStep('y', { needs: ['x'] })], { when: 'cancelled()', needs: ['a'] });
  const run = new RunDriver([attemptStep('a'), clean]);
  run.cancel();
  assert.deepEqual(run.failWith('a', stopped), [
    'attempt-failed a',
    'cancelled a',
    'group-started clean',
    'attempt-started clean.x',
  ]);
  assert.deepEqual(run.succeed('clean.x'), ['succeeded clean.x', 'attempt-started clean.y']);
});

test('a run that is cancelled before it started ends at once', () => {
  const run = new RunDriver([attemptStep('a')], {}, { starts: false });
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'skipped a cancelled', 'run.finished cancelled']);
});

test('a cancel while the workspace is being made waits for it, to release it', () => {
  const run = new RunDriver([attemptStep('a')], {}, { starts: false });
  run.send({ kind: 'start', engine: { version: '0', host: 'h', pid: 1 } });
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'skipped a cancelled']);
  run.workspaceReady();
  assert.deepEqual(run.effects('finalization'), [{ kind: 'finalization', outcome: 'cancelled' }]);
});

test('a cancel when every step is settled comes too late', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.succeed('a');
  assert.deepEqual(run.cancel(), []);
});

test('a timeout that came before the cancel is what the attempt failed for', () => {
  const run = new RunDriver([attemptStep('a', { timeoutMs: 10, retry: retryPolicy({ max: 3 }) })]);
  run.wait(10);
  assert.deepEqual(run.cancel(), ['run.cancel-requested']);
  assert.deepEqual(run.failWith('a', stopped), ['attempt-failed a', 'failed a timeout']);
});

test('items of a foreach that had begun end with the cancel, whatever its condition', () => {
  const foreach = foreachOf(['1', '2'], { maxParallel: 1 });
  const run = new RunDriver([attemptStep('a', { foreach, when: 'always()', timeoutMs: 10, retry: retryPolicy({ max: 3 }) })]);
  run.wait(10);
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'skipped a[2] cancelled']);
  assert.deepEqual(run.failWith('a[1]', stopped), ['attempt-failed a[1]', 'failed a[1] timeout', 'failed a children']);
});

test('a foreach that begins after the cancel has its retries', () => {
  const foreach = foreachOf(['1']);
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('clean', { needs: ['a'], when: 'always()', foreach, retry: retryPolicy({ max: 1 }) }),
  ]);
  run.cancel();
  run.failWith('a', stopped);
  assert.deepEqual(run.fail('clean[1]'), ['attempt-failed clean[1]', 'retry-scheduled clean[1] at 1000']);
});

test('a loop that is preparing its next turn ends with the cancel', () => {
  const loop = groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: 'false', delayMs: 10 }), watch: ['f'] });
  const run = new RunDriver([loop]);
  run.observe('loop', 'before', { 'digest:f': 'aa' });
  run.succeed('loop[1].x');
  assert.deepEqual(run.wait(10), ['observation-requested loop before digest:f']);
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'cancelled loop']);
  assert.deepEqual(run.effects('observation'), []);
});
