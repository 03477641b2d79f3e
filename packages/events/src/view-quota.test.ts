import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from './run-event.ts';
import { quotaWaitOf } from './view-quota.ts';
import { applyToView, createRunView, findStep, type RunView } from './view.ts';

const began = (step: string, attemptNo: number): RunEvent => ({ type: 'step.attempt-started', step, attempt: 1, attemptNo });
const opened = (untilMs: number): RunEvent => ({ type: 'quota.opened', token: 'claude', untilMs, told: true, by: { step: 'a' } });
const parked = (step: string, untilMs: number): RunEvent => ({ type: 'step.parked', step, attempt: 1, token: 'claude', untilMs });
const turnedAway: RunEvent = {
  type: 'step.attempt-failed',
  step: 'a',
  attempt: 1,
  failure: { kind: 'quota', token: 'claude', resetAtMs: 9000, message: 'resets soon' },
  exitCode: 1,
  durationMs: 5,
};

function viewOf(...events: RunEvent[]): RunView {
  const view = createRunView(['a', 'b', 'other']);
  return add(view, ...events);
}

function add(view: RunView, ...events: RunEvent[]): RunView {
  for (const event of events) applyToView(view, { runId: 'r', seq: view.run.lastSeq + 1, atMs: 1000, event });
  return view;
}

test('steps that wait for quota show which and until when, begun or not', () => {
  const view = viewOf(began('a', 1), turnedAway, opened(9000), parked('a', 9000), parked('b', 9000));
  for (const id of ['a', 'b']) {
    const { status, waiting } = findStep(view, id) ?? {};
    assert.deepEqual([status, waiting], ['parked', { kind: 'quota', token: 'claude', untilMs: 9000 }]);
  }
  add(view, opened(20_000));
  assert.equal(findStep(view, 'b')?.waiting?.untilMs, 20_000);
});

test('when there is quota again, what was tried is tried again, and the rest waits as before', () => {
  const view = viewOf(began('a', 1), turnedAway, opened(9000), parked('a', 9000), parked('b', 9000));
  add(view, { type: 'quota.closed', token: 'claude' });
  assert.deepEqual(
    view.steps.map(({ status, waiting }) => [status, waiting]),
    [
      ['retrying', null],
      ['waiting', null],
      ['waiting', null],
    ],
  );
});

test('a run waits for quota when nothing of it is at work', () => {
  const view = viewOf(began('a', 1), turnedAway, opened(9000), parked('a', 9000), began('other', 2));
  assert.equal(quotaWaitOf(view), null);
  add(view, { type: 'step.succeeded', step: 'other', attempt: 1, exitCode: 0, durationMs: 1, outputs: {} });
  assert.deepEqual(quotaWaitOf(view), { kind: 'quota', token: 'claude', untilMs: 9000 });
  add(view, { type: 'step.cancelled', step: 'a' });
  assert.equal(quotaWaitOf(view), null);
});
