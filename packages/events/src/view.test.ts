import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventExamples } from './examples.ts';
import type { EventEnvelope, RunEvent } from './run-event.ts';
import { applyToView, createRunView, findStep, type RunView, viewOfRun } from './view.ts';

const engine = { version: '1', host: 'h', pid: 1 };

function envelopes(events: readonly RunEvent[]): EventEnvelope[] {
  return events.map((event, index) => ({ runId: 'run-1', seq: index + 1, atMs: 1000 * (index + 1), event }));
}

function viewOf(...events: RunEvent[]): RunView {
  return viewOfRun(envelopes(events));
}

const started = (step: string, attempt: number, attemptNo: number): RunEvent => ({
  type: 'step.attempt-started',
  step,
  attempt,
  attemptNo,
});
const attemptFailed = (step: string, attempt: number): RunEvent => ({
  type: 'step.attempt-failed',
  step,
  attempt,
  failure: { kind: 'exit', code: 3 },
  exitCode: 3,
  durationMs: 7,
});
const failed = (step: string, allowed = false): RunEvent => ({
  type: 'step.failed',
  step,
  failure: { kind: 'exit', code: 3 },
  allowed,
  outputs: {},
});
const succeeded = (step: string, attempt: number): RunEvent => ({
  type: 'step.succeeded',
  step,
  attempt,
  exitCode: attempt === 0 ? null : 0,
  durationMs: 5,
  outputs: { sum: '42' },
});
const finished = (status: 'succeeded' | 'failed' | 'cancelled'): RunEvent => ({
  type: 'run.finished',
  status,
  failed: [],
  allowedFailures: [],
});

test('every event of the vocabulary can be folded, and leaves the view plain data', () => {
  const view = viewOf(...Object.values(eventExamples).map(({ event }) => event));
  assert.deepEqual(JSON.parse(JSON.stringify(view)), view);
  assert.equal(view.run.status, 'failed');
  assert.equal(view.run.workflow, 'review-change');
  assert.equal(view.run.lastSeq, Object.keys(eventExamples).length);
});

test('an attempt that fails and is tried again shows both attempts', () => {
  const view = viewOf(started('a', 1, 1), attemptFailed('a', 1), {
    type: 'step.retry-scheduled',
    step: 'a',
    attempt: 2,
    atMs: 9000,
  });
  const [step] = view.steps;
  assert.equal(step?.status, 'retrying');
  assert.equal(step?.nextAtMs, 9000);
  assert.deepEqual(step?.failure, { kind: 'exit', code: 3 });
  for (const [index, event] of [started('a', 2, 2), succeeded('a', 2)].entries()) {
    applyToView(view, { runId: 'run-1', seq: 4 + index, atMs: 10_000 + index, event });
  }
  assert.equal(step?.status, 'succeeded');
  assert.equal(step?.failure, null);
  assert.equal(step?.exitCode, 0);
  assert.deepEqual(step?.outputs, { sum: '42' });
  assert.deepEqual(
    step?.attempts.map(({ attemptNo, exitCode }) => ({ attemptNo, exitCode })),
    [
      { attemptNo: 1, exitCode: 3 },
      { attemptNo: 2, exitCode: 0 },
    ],
  );
});

test('a failure that is allowed has a status of its own', () => {
  assert.equal(viewOf(started('a', 1, 1), attemptFailed('a', 1), failed('a', true)).steps[0]?.status, 'failed-allowed');
  assert.equal(viewOf(started('a', 1, 1), attemptFailed('a', 1), failed('a')).steps[0]?.status, 'failed');
});

test('steps that are known beforehand are shown as waiting, in their order', () => {
  const view = createRunView(['a', 'b']);
  applyToView(view, { runId: 'r', seq: 1, atMs: 1, event: started('b', 1, 1) });
  assert.deepEqual(
    view.steps.map(({ id, status }) => `${id} ${status}`),
    ['a waiting', 'b running'],
  );
});

test('items of a foreach appear with it', () => {
  const view = viewOf({ type: 'step.expanded', step: 'lint', items: [{ key: 'a.ts', value: 'a.ts' }] });
  assert.equal(findStep(view, 'lint')?.kind, 'foreach');
  assert.equal(findStep(view, 'lint[a.ts]')?.status, 'waiting');
});

test('a cancel shows as stopping until the run is over', () => {
  const cancel: RunEvent = { type: 'run.cancel-requested', by: 'ada', reason: 'Ctrl-C' };
  assert.equal(viewOf({ type: 'run.started', engine }, cancel).run.status, 'stopping');
  assert.equal(viewOf({ type: 'run.started', engine }, cancel, finished('cancelled')).run.status, 'cancelled');
});

test('a resume after a crash changes nothing but the engine', () => {
  const view = viewOf({ type: 'run.started', engine }, started('a', 1, 1), {
    type: 'run.resumed',
    engine: { ...engine, pid: 2 },
    by: 'ada',
  });
  assert.equal(view.run.status, 'running');
  assert.equal(view.run.engine?.pid, 2);
  assert.equal(view.steps[0]?.status, 'running');
});

test('a resume of a failed run makes what did not succeed wait again, and leaves alone what is over', () => {
  const view = viewOf(
    { type: 'run.started', engine },
    started('a', 1, 1),
    succeeded('a', 1),
    { type: 'step.group-started', step: 'turns' },
    { type: 'step.iteration-started', step: 'turns', iteration: 1 },
    started('turns[1].fix', 1, 2),
    attemptFailed('turns[1].fix', 1),
    failed('turns[1].fix', true),
    { type: 'step.iteration-started', step: 'turns', iteration: 2 },
    started('turns[2].fix', 1, 3),
    attemptFailed('turns[2].fix', 1),
    failed('turns[2].fix'),
    failed('turns'),
    { type: 'step.skipped', step: 'z', reason: { kind: 'upstream', step: 'turns' } },
    finished('failed'),
    { type: 'run.resumed', engine, by: 'ada' },
  );
  assert.equal(view.run.status, 'running');
  assert.equal(view.run.finishedAtMs, null);
  assert.deepEqual(
    view.steps.map(({ id, status }) => `${id} ${status}`),
    ['a succeeded', 'turns running', 'turns[1].fix failed-allowed', 'turns[2].fix waiting', 'z waiting'],
  );
});

test('a view that was stored and read again can be folded on', () => {
  const stored = JSON.parse(JSON.stringify(viewOf(started('a', 1, 1)))) as RunView;
  applyToView(stored, { runId: 'r', seq: 2, atMs: 2, event: succeeded('a', 1) });
  assert.equal(stored.steps.length, 1);
  assert.equal(findStep(stored, 'a')?.status, 'succeeded');
});
