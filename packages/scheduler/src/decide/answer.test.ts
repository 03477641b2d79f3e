import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, implied, RunDriver, waitStep } from '@workflow-platform/testkit';

test('an approval succeeds, and its fields are outputs', () => {
  const run = new RunDriver([waitStep('w'), attemptStep('b', { needs: ['w'], when: implied("steps.w.outputs.note == 'go'") })]);
  assert.deepEqual(run.answer('w', true, { note: 'go' }), ['answered w', 'succeeded w', 'attempt-started b']);
  const succeeded = run.events.find(({ type }) => type === 'step.succeeded');
  assert.deepEqual(succeeded?.type === 'step.succeeded' && succeeded.outputs, { by: 'ada', message: 'because', note: 'go' });
});

test('a refusal fails the step, with who refused and why', () => {
  const run = new RunDriver([waitStep('w')]);
  assert.deepEqual(run.answer('w', false), ['answered w', 'failed w rejected']);
  const last = run.last('w');
  assert.deepEqual(last?.type === 'step.failed' && last.failure, { kind: 'rejected', by: 'ada', message: 'because' });
});

test('only the first answer counts', () => {
  const run = new RunDriver([waitStep('w')]);
  run.answer('w', true);
  assert.deepEqual(run.answer('w', false), []);
});

test('a failure elsewhere takes the question back', () => {
  const run = new RunDriver([waitStep('w'), attemptStep('a')]);
  assert.deepEqual(run.fail('a'), ['attempt-failed a', 'failed a exit', 'skipped w fail-fast']);
});
