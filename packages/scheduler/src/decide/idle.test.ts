import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptStep, RunDriver } from '@workflow-platform/testkit';

const idle = (step: string, attempt: number, idleMs: number) => ({ kind: 'attempt-idle', step, attempt, idleMs }) as const;

test('an attempt that is silent for too long is told to stop', () => {
  const run = new RunDriver([attemptStep('a', { idleTimeoutMs: 100 })]);
  assert.equal(run.effects('attempt')[0]?.idleTimeoutMs, 100);
  assert.deepEqual(run.send(idle('a', 1, 100)), ['stop-requested a idle-timeout']);
  assert.deepEqual(run.fail('a', 143), ['attempt-failed a', 'failed a idle-timeout']);
});

const ignored = [
  { title: 'silence shorter than the limit', idleTimeoutMs: 100, signal: idle('a', 1, 99) },
  { title: 'silence of a step without a limit', idleTimeoutMs: null, signal: idle('a', 1, 1_000_000) },
  { title: 'silence of an attempt that is over', idleTimeoutMs: 100, signal: idle('a', 0, 200) },
  { title: 'silence of a step that is not there', idleTimeoutMs: 100, signal: idle('z', 1, 200) },
];

for (const { title, idleTimeoutMs, signal } of ignored) {
  test(`${title} is no reason to stop`, () => {
    assert.deepEqual(new RunDriver([attemptStep('a', { idleTimeoutMs })]).send(signal), []);
  });
}

test('an attempt is told to stop once', () => {
  const run = new RunDriver([attemptStep('a', { idleTimeoutMs: 100 })]);
  run.send(idle('a', 1, 100));
  assert.deepEqual(run.send(idle('a', 1, 200)), []);
});
