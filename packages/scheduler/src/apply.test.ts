import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '@workflow-platform/events';
import { attemptStep, foreachOf, groupStep, planOf, repeatOf, RunDriver, waitStep } from '@workflow-platform/testkit';
import { apply, createRunState, foldRun } from './index.ts';

const started = (step: string, attempt: number, attemptNo: number): RunEvent => ({
  type: 'step.attempt-started',
  step,
  attempt,
  attemptNo,
});
const success = { type: 'step.succeeded', step: 'a', attempt: 1, exitCode: 0, durationMs: 1, outputs: {} } as const;

/** A run of `a` (running), `b` (needs a), `w` (asked), `g` (open), `l` (expanded). */
const prepared = (): RunDriver =>
  new RunDriver([
    attemptStep('a'),
    attemptStep('b', { needs: ['a'] }),
    waitStep('w'),
    groupStep('g', [attemptStep('x')], { repeat: repeatOf({ max: 2 }) }),
    attemptStep('l', { foreach: foreachOf(['1']) }),
  ]);

const illegal: readonly { readonly title: string; readonly event: RunEvent; readonly message: RegExp }[] = [
  { title: 'an attempt of a step that is not there', event: started('z', 1, 9), message: /names step `z`, which is not there/ },
  { title: 'an attempt before the needs are settled', event: started('b', 1, 4), message: /step `b` while it is waiting/ },
  { title: 'a second live attempt', event: started('a', 2, 4), message: /step `a` while it is running/ },
  { title: 'an attempt out of number', event: { ...started('a', 1, 9) }, message: /step `a` while it is running/ },
  {
    title: 'success of another attempt than is running',
    event: { ...success, step: 'w' },
    message: /awaiting-answer/,
  },
  {
    title: 'success of a group whose steps run',
    event: { ...success, step: 'g', attempt: 0 },
    message: /`g` while it is open/,
  },
  {
    title: 'failure of an attempt that runs',
    event: { type: 'step.failed', step: 'a', failure: { kind: 'exit', code: 1 }, allowed: false, outputs: {} },
    message: /step `a` while it is running/,
  },
  { title: 'a skip of what runs', event: { type: 'step.skipped', step: 'a', reason: { kind: 'cancelled' } }, message: /running/ },
  { title: 'a cancel of what has not started', event: { type: 'step.cancelled', step: 'b' }, message: /waiting/ },
  {
    title: 'a turn before the last is settled',
    event: { type: 'step.iteration-started', step: 'g', iteration: 2 },
    message: /open/,
  },
  { title: 'a second expansion', event: { type: 'step.expanded', step: 'l', items: [] }, message: /expanded/ },
  {
    title: 'facts nobody asked for',
    event: { type: 'step.observed', step: 'a', purpose: 'when', facts: [] },
    message: /running/,
  },
  {
    title: 'an answer to no question',
    event: { type: 'step.answered', step: 'a', by: '', approved: true, message: '', fields: {} },
    message: /running/,
  },
  { title: 'a second start', event: { type: 'run.started', engine: { version: '', host: '', pid: 1 } }, message: /comes once/ },
  { title: 'a break of what is not settled', event: { type: 'step.broke', step: 'a' }, message: /running/ },
];

for (const { title, event, message } of illegal) {
  test(`${title} is refused as a broken invariant`, () => {
    const run = prepared();
    assert.throws(
      () => apply(run.state, event, 0),
      (error: Error) => error.message.startsWith('broken invariant: ') && message.test(error.message),
    );
  });
}

test('nothing can follow the end of a run but a resume, and no resume follows a success', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.succeed('a');
  run.finalize();
  assert.throws(() => apply(run.state, started('a', 2, 2), 0), /cannot follow `run.finished`/);
  const resumed: RunEvent = { type: 'run.resumed', engine: { version: '', host: '', pid: 1 }, by: 'ada' };
  assert.throws(() => apply(run.state, resumed, 0), /cannot be resumed/);
});

test('more attempts than there is room for are refused', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b')], { maxParallel: 1 });
  assert.throws(() => apply(run.state, started('b', 1, 2), 0), /no room to start step `b`/);
});

test('a plan whose steps need each other in a circle, or what is not there, is refused', () => {
  const circle = [attemptStep('a', { needs: ['b'] }), attemptStep('b', { needs: ['a'] })];
  assert.throws(() => createRunState(planOf(circle)), /circle/);
  assert.throws(() => createRunState(planOf([attemptStep('a', { needs: ['z'] })])), /needs `z`, which is not there/);
  assert.throws(() => createRunState(planOf([attemptStep('a'), attemptStep('a')])), /two steps `a`/);
});

test('a journal with a gap is refused', () => {
  const run = new RunDriver([attemptStep('a')]);
  const envelopes = run.events.map((event, at) => ({ runId: 'r', seq: at + 2, atMs: 0, event }));
  assert.throws(() => foldRun(run.plan, envelopes), /event 1 of the run has the number 2/);
});

test('what the host itself reports changes nothing for the steps', () => {
  const run = new RunDriver([attemptStep('a')]);
  run.record({ type: 'artifact.missing', name: 'n', pattern: 'p' });
  run.record({ type: 'workspace.released', id: 'w', reason: 'kept' });
  assert.deepEqual(run.running(), ['a']);
});
