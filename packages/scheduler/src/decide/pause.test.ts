import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BreakPoints, pauseQuestion } from '@workflow-platform/events';
import { readQuestion } from '@workflow-platform/core';
import { recordRequest, waitsForPeople } from '@workflow-platform/scheduler';
import { attemptStep, foreachOf, groupStep, repeatOf, RunDriver } from '@workflow-platform/testkit';

function paused(steps: ConstructorParameters<typeof RunDriver>[0], breakPoints: Partial<BreakPoints>): RunDriver {
  return new RunDriver(steps, {}, { breakPoints: { before: [], onFailure: false, ...breakPoints } });
}

const chain = [attemptStep('a'), attemptStep('b', { needs: ['a'] }), attemptStep('c', { needs: ['b'] })];

test('a question of a break point is one that can be asked', () => {
  for (const place of ['before', 'failure'] as const) assert.deepEqual(readQuestion(pauseQuestion(place).inputs).problems, []);
});

test('nothing of the step begins before somebody says so, and other steps go on', () => {
  const run = paused([...chain, attemptStep('other', { needs: ['a'] })], { before: ['b'] });
  assert.deepEqual(run.succeed('a'), ['succeeded a', 'paused b before', 'attempt-started other']);
  assert.equal(waitsForPeople(run.state), false);
  run.succeed('other');
  assert.equal(waitsForPeople(run.state), true);
  assert.deepEqual(run.answer('b', true), ['unpaused b continue', 'attempt-started b']);
  assert.deepEqual(run.succeed('b'), ['succeeded b', 'attempt-started c']);
});

test('a step can be left out there, and what needs it goes on', () => {
  const run = paused(chain, { before: ['b'] });
  run.succeed('a');
  assert.deepEqual(run.answer('b', true, { then: 'skip' }), ['unpaused b skip', 'skipped b person', 'attempt-started c']);
});

test('a rejection there fails the step, as `then = fail` does', () => {
  for (const say of [(run: RunDriver) => run.answer('b', false), (run: RunDriver) => run.answer('b', true, { then: 'fail' })]) {
    const run = paused(chain, { before: ['b'] });
    run.succeed('a');
    assert.deepEqual(say(run), ['unpaused b fail', 'failed b rejected', 'skipped c upstream']);
  }
});

test('what does not fit is refused, and the run stays where it is', () => {
  const run = paused(chain, { before: ['a'] });
  assert.deepEqual(run.answer('a', true, { then: 'dance' }), []);
  const answer = { kind: 'answered', step: 'a', by: 'ada', approved: true, message: '' } as const;
  const refused = run.send({ ...answer, fields: { then: 'retry' }, request: { id: 'r1', atMs: 0 } });
  assert.deepEqual(refused, ['run.request-refused']);
  assert.deepEqual(run.answer('a', true, { then: 'continue' }), ['unpaused a continue', 'attempt-started a']);
});

test('a failure waits for a look only when no retry of the workflow is left', () => {
  const run = paused([attemptStep('a', { retry: { ...attemptStep('x').retry, max: 1 } }), attemptStep('b', { needs: ['a'] })], {
    onFailure: true,
  });
  run.fail('a');
  run.wait(60_000);
  assert.deepEqual(run.fail('a', 3), ['attempt-failed a', 'paused a failure']);
  assert.deepEqual(run.answer('a', true), ['unpaused a retry', `retry-scheduled a at ${run.nowMs}`, 'attempt-started a']);
  assert.deepEqual(run.fail('a', 3), ['attempt-failed a', 'paused a failure']);
  assert.deepEqual(run.answer('a', true, { then: 'continue' }), [
    'unpaused a continue',
    'failed a exit allowed',
    'attempt-started b',
  ]);
  run.succeed('b');
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
});

test('a failure that somebody lets stand is the failure of the step', () => {
  const run = paused(chain, { onFailure: true });
  run.fail('a', 3);
  assert.deepEqual(run.answer('a', true, { then: 'fail' }), [
    'unpaused a fail',
    'failed a exit',
    'skipped b upstream',
    'skipped c upstream',
  ]);
  const failed = run.last('a');
  assert.deepEqual(failed?.type === 'step.failed' && failed.failure, { kind: 'exit', code: 3 });
});

test('failures that the workflow allows are none to look at', () => {
  const run = paused([attemptStep('a', { onFailure: 'continue' })], { onFailure: true });
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit allowed']);
});

test('an item whose failure somebody lets pass is none of the list', () => {
  const run = paused([attemptStep('a', { foreach: foreachOf(['x', 'y'], { failFast: true }) })], { onFailure: true });
  run.fail('a[x]');
  run.answer('a[x]', true, { then: 'continue' });
  assert.deepEqual(run.succeed('a[y]'), ['succeeded a[y]', 'succeeded a']);
});

test('a step in a loop stops in each turn', () => {
  const body = [attemptStep('x')];
  const run = paused([groupStep('g', body, { repeat: repeatOf({ until: 'false', max: 2 }) })], { before: ['g.x'] });
  assert.deepEqual(run.answer('g[1].x', true), ['unpaused g[1].x continue', 'attempt-started g[1].x']);
  run.succeed('g[1].x');
  run.wait(60_000);
  assert.equal(run.last('g[2].x')?.type, 'step.paused');
});

test('a cancel ends what is stopped, and nothing stops after it', () => {
  const cleanUp = attemptStep('z', { needs: ['a'], when: 'always()' });
  const run = paused([attemptStep('a'), cleanUp], { before: ['a', 'z'] });
  assert.deepEqual(run.cancel(), ['run.cancel-requested', 'skipped a cancelled', 'attempt-started z']);
  const failing = paused([attemptStep('a')], { onFailure: true });
  failing.fail('a');
  assert.deepEqual(failing.cancel(), ['run.cancel-requested', 'cancelled a']);
});

test('what is said after a cancel that no engine has carried out yet comes too late', () => {
  const run = paused(chain, { onFailure: true });
  run.fail('a');
  const state = run.refold();
  for (const event of recordRequest(state, { kind: 'cancel', by: 'ada@x', reason: '', request: { id: 'c', atMs: 0 } }, 0))
    run.record(event);
  const answer = { kind: 'answered', step: 'a', by: 'ada@x', approved: true, message: '', fields: {} } as const;
  const [refused] = recordRequest(state, { ...answer, request: { id: 'r', atMs: 0 } }, 0);
  assert.equal(refused?.type, 'run.request-refused');
});

test('who says it while no engine is there is heard by the next one', () => {
  const run = paused(chain, { onFailure: true });
  run.fail('a');
  const answer = { kind: 'answered', step: 'a', by: 'ada@x', approved: true, message: '', fields: {} } as const;
  const state = run.refold();
  const events = recordRequest(state, { ...answer, request: { id: 'r1', atMs: 0 } }, 0);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['step.unpaused', 'step.retry-scheduled'],
  );
  for (const event of events) run.record(event);
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started a']);
});

test('a run that was over has no break points any more, unless it is given some', () => {
  const run = paused(chain, { onFailure: true });
  run.fail('a');
  run.answer('a', true, { then: 'fail' });
  run.finalize();
  run.resume();
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit', 'skipped b upstream', 'skipped c upstream']);
});

test('a step that was left out by a person stays so when the run is taken up again', () => {
  const run = paused(chain, { before: ['a'] });
  run.answer('a', true, { then: 'skip' });
  run.fail('b');
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started b']);
});
