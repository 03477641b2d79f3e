import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, groupStep, RunDriver } from '@workflow-platform/testkit';

test('when all steps are settled, the host is to finalize, and then the run is over', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.succeed('a');
  assert.deepEqual(run.effects('finalization'), [{ kind: 'finalization', outcome: 'succeeded' }]);
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
  assert.equal(run.status(), 'succeeded');
});

test('a run without steps succeeds', () => {
  const run = new RunDriver([]);
  assert.deepEqual(run.finalize(), ['run.finished succeeded']);
});

test('a missing artifact fails a run whose steps succeeded', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.succeed('a');
  run.send({ kind: 'finalized', problems: ['artifact `report` matched no file'] });
  assert.deepEqual(run.events.at(-1), {
    type: 'run.finished',
    status: 'failed',
    failed: [],
    allowedFailures: [],
    failure: { kind: 'artifacts', message: 'artifact `report` matched no file' },
  });
});

test('a workspace that cannot be made fails the run before any step', () => {
  const run = new RunDriver([attemptStep('a')], {}, { starts: false });
  run.send({ kind: 'start', engine: { version: '0', host: 'h', pid: 1 } });
  assert.deepEqual(run.send({ kind: 'workspace-failed', message: 'no space left' }), ['run.finished failed']);
  const last = run.events.at(-1);
  assert.deepEqual(last?.type === 'run.finished' && last.failure, { kind: 'workspace', message: 'no space left' });
});

test('a run that is not at its end cannot be finalized', () => {
  const run = new RunDriver([attemptStep('a')]);
  assert.deepEqual(run.finalize(), []);
});

test('failures are listed in the order they happened, those inside of what may fail as allowed', () => {
  const run = new RunDriver([
    groupStep('g', [attemptStep('x'), attemptStep('y')], { onFailure: 'continue' }),
    attemptStep('a'),
    attemptStep('b'),
  ]);
  run.fail('b');
  run.fail('g.y');
  run.fail('g.x');
  run.fail('a');
  run.finalize();
  const last = run.events.at(-1);
  assert.deepEqual(last?.type === 'run.finished' && [last.status, last.failed, last.allowedFailures], [
    'failed',
    ['b', 'a'],
    ['g.y', 'g.x', 'g'],
  ]);
});

test('a run that was cancelled after a failure is cancelled, and still lists the failure', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b')]);
  run.fail('a');
  run.cancel();
  run.fail('b');
  run.finalize();
  assert.deepEqual(run.events.at(-1), { type: 'run.finished', status: 'cancelled', failed: ['a'], allowedFailures: [] });
});
