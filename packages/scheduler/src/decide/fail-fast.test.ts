import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, foreachOf, groupStep, repeatOf, retryPolicy, RunDriver, waitStep } from '@workflow-platform/testkit';

test('after a failure nothing new starts, and what runs goes on to its end', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b'), attemptStep('c', { needs: ['b'] }), attemptStep('d')], {
    maxParallel: 2,
  });
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit', 'skipped c fail-fast', 'skipped d fail-fast']);
  assert.deepEqual(run.running(), ['b']);
  assert.deepEqual(run.succeed('b'), ['succeeded b']);
  assert.deepEqual(run.finalize(), ['run.finished failed']);
});

test('a step that needs what failed says so', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] }), attemptStep('c', { needs: ['b'] })]);
  run.fail('a');
  assert.deepEqual(run.last('b'), { type: 'step.skipped', step: 'b', reason: { kind: 'upstream', step: 'a' } });
  assert.deepEqual(run.last('c'), { type: 'step.skipped', step: 'c', reason: { kind: 'upstream', step: 'b' } });
});

test('a step that asks for the status is still considered', () => {
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('report', { needs: ['a'], when: 'failure()' }),
    attemptStep('clean', { needs: ['report'], when: 'always()' }),
  ]);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit', 'attempt-started report']);
  assert.deepEqual(run.succeed('report'), ['succeeded report', 'attempt-started clean']);
});

test('an allowed failure ends nothing, and the run succeeds and says so', () => {
  const run = new RunDriver([attemptStep('a', { onFailure: 'continue' }), attemptStep('b', { needs: ['a'] })]);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit allowed', 'attempt-started b']);
  run.succeed('b');
  run.finalize();
  assert.deepEqual(run.events.at(-1), { type: 'run.finished', status: 'succeeded', failed: [], allowedFailures: ['a'] });
});

test('a step that backs off has started, and gets its other attempts', () => {
  const run = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 1 }) }), attemptStep('b')]);
  run.fail('a');
  assert.deepEqual(run.fail('b'), ['attempt-failed b', 'failed b exit']);
  assert.deepEqual(run.wait(1000), ['attempt-started a']);
});

test('a failure inside a group ends the steps around the group at once', () => {
  const run = new RunDriver([groupStep('g', [attemptStep('a'), attemptStep('b')]), attemptStep('c')], { maxParallel: 2 });
  assert.deepEqual(run.fail('g.a'), ['attempt-failed g.a', 'failed g.a exit', 'skipped c fail-fast']);
  assert.deepEqual(run.succeed('g.b'), ['succeeded g.b', 'failed g children']);
});

test('a failure inside a group that may fail stays inside', () => {
  const inner = [attemptStep('a'), attemptStep('b', { needs: ['a'] })];
  const run = new RunDriver([groupStep('g', inner, { onFailure: 'continue' }), attemptStep('c', { needs: ['g'] })]);
  assert.deepEqual(run.fail('g.a'), [
    'attempt-failed g.a',
    'failed g.a exit',
    'skipped g.b upstream',
    'failed g children allowed',
    'attempt-started c',
  ]);
  run.succeed('c');
  run.finalize();
  assert.deepEqual(run.events.at(-1), { type: 'run.finished', status: 'succeeded', failed: [], allowedFailures: ['g.a', 'g'] });
});

test('a group that was started in spite of a failure is carried through', () => {
  const clean = groupStep('clean', [attemptStep('x'), attemptStep('y', { needs: ['x'] })], { needs: ['a'], when: 'always()' });
  const run = new RunDriver([attemptStep('a'), attemptStep('b'), clean]);
  run.fail('a');
  run.fail('b');
  assert.deepEqual(run.succeed('clean.x'), ['succeeded clean.x', 'attempt-started clean.y']);
});

test('items are independent: one that fails ends no other, and the foreach fails in the end', () => {
  const run = new RunDriver([
    attemptStep('a', { foreach: foreachOf(['x', 'y', 'z'], { maxParallel: 1 }) }),
    attemptStep('b', { needs: ['a'] }),
  ]);
  assert.deepEqual(run.fail('a[x]'), ['attempt-failed a[x]', 'failed a[x] exit', 'attempt-started a[y]']);
  run.succeed('a[y]');
  assert.deepEqual(run.succeed('a[z]'), ['succeeded a[z]', 'failed a children', 'skipped b upstream']);
});

test('with fail_fast, the other items are stopped or left out', () => {
  const foreach = foreachOf(['x', 'y', 'z'], { maxParallel: 2, failFast: true });
  const run = new RunDriver([attemptStep('a', { foreach })]);
  assert.deepEqual(run.fail('a[x]'), [
    'attempt-failed a[x]',
    'failed a[x] exit',
    'stop-requested a[y] fail-fast',
    'skipped a[z] fail-fast',
  ]);
  assert.deepEqual(run.failWith('a[y]', { kind: 'signal', signal: 'SIGTERM' }), [
    'attempt-failed a[y]',
    'cancelled a[y]',
    'failed a children',
  ]);
  run.finalize();
  assert.deepEqual(run.events.at(-1), { type: 'run.finished', status: 'failed', failed: ['a[x]', 'a'], allowedFailures: [] });
});

test('a loop makes no further turn after a failure elsewhere', () => {
  const loop = groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ until: 'false', max: 9 }) });
  const run = new RunDriver([loop, attemptStep('b')]);
  assert.deepEqual(run.fail('b'), ['attempt-failed b', 'failed b exit']);
  assert.deepEqual(run.succeed('loop[1].x'), ['succeeded loop[1].x', 'skipped loop fail-fast']);
});

test('a step that needs what was left out early waits for the failure itself, and then sees it', () => {
  const run = new RunDriver([
    groupStep('g', [attemptStep('x'), attemptStep('y')]),
    attemptStep('deploy', { needs: ['g'] }),
    attemptStep('tell', { needs: ['deploy'], when: 'failure()' }),
  ]);
  assert.deepEqual(run.fail('g.x'), ['attempt-failed g.x', 'failed g.x exit', 'skipped deploy fail-fast']);
  assert.deepEqual(run.succeed('g.y'), ['succeeded g.y', 'failed g children', 'attempt-started tell']);
});

test('ten thousand steps that are left out in a chain are waited through without a deep stack', () => {
  const chain = Array.from({ length: 10_000 }, (_, at) => attemptStep(`s${at}`, { needs: [at === 0 ? 'g' : `s${at - 1}`] }));
  const last = attemptStep('tell', { needs: ['s9999'], when: 'failure()' });
  const run = new RunDriver([groupStep('g', [attemptStep('x'), attemptStep('y')]), ...chain, last]);
  run.fail('g.x');
  assert.deepEqual(run.succeed('g.y'), ['succeeded g.y', 'failed g children', 'attempt-started tell']);
});

test('with fail_fast, an item that was being stopped for its silence is not tried again', () => {
  const foreach = foreachOf(['x', 'y'], { failFast: true });
  const run = new RunDriver([attemptStep('a', { foreach, idleTimeoutMs: 10, retry: retryPolicy({ max: 3 }) })]);
  run.send({ kind: 'attempt-idle', step: 'a[y]', attempt: 1, idleMs: 10 });
  run.failWith('a[x]', { kind: 'expression', source: 'x', message: 'none' });
  assert.deepEqual(run.running(), ['a[y]!']);
  assert.deepEqual(run.fail('a[y]', 143), ['attempt-failed a[y]', 'failed a[y] idle-timeout', 'failed a children']);
});

test('a question that is asked because of a failure is not taken back by another', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b'), waitStep('w', { needs: ['a'], when: 'failure()' })]);
  run.fail('a');
  assert.equal(run.last('w')?.type, 'step.waiting');
  assert.deepEqual(run.fail('b'), ['attempt-failed b', 'failed b exit']);
});

test('fail_fast also holds where the failure of the whole is allowed', () => {
  const foreach = foreachOf(['x', 'y', 'z'], { maxParallel: 2, failFast: true });
  const run = new RunDriver([attemptStep('a', { foreach, onFailure: 'continue' }), attemptStep('b', { needs: ['a'] })]);
  assert.deepEqual(run.fail('a[x]'), [
    'attempt-failed a[x]',
    'failed a[x] exit allowed',
    'stop-requested a[y] fail-fast',
    'skipped a[z] fail-fast',
  ]);
  assert.deepEqual(run.failWith('a[y]', { kind: 'signal', signal: 'SIGTERM' }), [
    'attempt-failed a[y]',
    'cancelled a[y]',
    'failed a children allowed',
    'attempt-started b',
  ]);
  run.succeed('b');
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
});
