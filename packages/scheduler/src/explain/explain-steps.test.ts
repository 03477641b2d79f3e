import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attemptStep,
  foreachOf,
  groupStep,
  implied,
  quotaPolicy,
  repeatOf,
  retryPolicy,
  RunDriver,
  waitStep,
} from '@workflow-platform/testkit';
import { explainSteps } from './explain-steps.ts';
import type { StepExplanation } from './explanation.ts';

function explain(run: RunDriver, step: string): StepExplanation {
  const [explanation] = explainSteps(run.plan, run.envelopes(), step);
  assert.ok(explanation !== undefined);
  return explanation;
}

test('a condition is explained with the values that its parts had when it was decided, not those of now', () => {
  const run = new RunDriver(
    [attemptStep('a'), attemptStep('b', { needs: ['a'], when: implied("steps.a.outputs.v == '1' && params.deep") })],
    { parameters: { deep: false } },
  );
  run.succeed('a', { v: '1' });
  run.finalize();
  const { state, when, needs, end } = explain(run, 'b');
  assert.equal(state, 'skipped');
  assert.deepEqual(when, {
    source: "steps.a.outputs.v == '1' && params.deep",
    holds: false,
    parts: [
      { name: 'success()', value: true },
      { name: 'steps.a.outputs.v', value: '1' },
      { name: 'params.deep', value: false },
    ],
    facts: [],
  });
  assert.deepEqual(needs, [{ step: 'a', outcome: 'success', conclusion: 'success' }]);
  assert.deepEqual(end?.kind === 'skipped' && end.reason.kind, 'condition');
});

test('what was seen in the workspace for a condition is told, and a secret is not', () => {
  const run = new RunDriver([attemptStep('a', { when: implied("exists('x') && secrets.token != ''") })], { secrets: ['token'] });
  run.observe('a', 'when', { 'exists:x': true });
  const { when } = explain(run, 'a');
  assert.deepEqual(when?.facts, [{ query: 'exists:x', answer: true }]);
  assert.deepEqual(
    when.parts.map(({ name }) => name),
    ['success()'],
  );
});

test('each failure is told with what the retry policy said to it', () => {
  const run = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 1 }) })]);
  run.fail('a');
  assert.deepEqual(explain(run, 'a').attempts[0]?.answer, { kind: 'again', atMs: 1000 });
  assert.deepEqual(explain(run, 'a').waitsFor, [{ kind: 'backoff', attempt: 2, untilMs: 1000 }]);
  run.wait(1000);
  run.fail('a');
  assert.deepEqual(
    explain(run, 'a').attempts.map(({ attempt, answer }) => [attempt, answer?.kind]),
    [
      [1, 'again'],
      [2, 'used-up'],
    ],
  );
  const picky = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 3, onExit: [75] }) })]);
  picky.fail('a', 1);
  assert.deepEqual(explain(picky, 'a').attempts[0]?.answer, { kind: 'not-tried-again' });
  const cancelled = new RunDriver([attemptStep('a', { retry: retryPolicy({ max: 3 }) })]);
  cancelled.cancel();
  cancelled.failWith('a', { kind: 'signal', signal: 'SIGTERM' });
  assert.deepEqual(explain(cancelled, 'a').attempts[0]?.answer, { kind: 'ending' });
});

test('it is told what a step waits for', () => {
  const run = new RunDriver(
    [
      attemptStep('a', { timeoutMs: 5000 }),
      attemptStep('b'),
      attemptStep('c', { needs: ['a', 'b'] }),
      waitStep('person', { timeoutMs: 9000 }),
      groupStep('loop', [attemptStep('x', { when: implied('false') })], { repeat: repeatOf({ until: 'iteration == 2' }) }),
      attemptStep('each', { foreach: foreachOf(['p', 'q'], { maxParallel: 1 }), when: implied("exists('x')") }),
    ],
    { maxParallel: 1 },
  );
  const waits = (step: string) => explain(run, step).waitsFor;
  assert.deepEqual(waits('a'), [{ kind: 'attempt', attempt: 1, startedAtMs: 0, limitMs: 5000 }]);
  assert.deepEqual(waits('b'), [{ kind: 'room', maxParallel: 1, taken: ['a'] }]);
  assert.deepEqual(waits('c'), [{ kind: 'needs', steps: ['a', 'b'] }]);
  assert.deepEqual(waits('person'), [{ kind: 'answer', untilMs: 9000 }]);
  assert.deepEqual(waits('each'), [{ kind: 'look', queries: ['exists:x'] }]);
  run.observe('each', 'when', { 'exists:x': true });
  assert.deepEqual(waits('each'), [{ kind: 'inside', steps: ['each[p]', 'each[q]'] }]);
  assert.deepEqual(waits('each[q]'), [{ kind: 'items', foreach: 'each', maxParallel: 1 }]);
  run.succeed('a');
  assert.deepEqual(waits('c'), [{ kind: 'needs', steps: ['b'] }]);
  run.succeed('b');
  run.succeed('c');
  assert.deepEqual(waits('c'), []);
});

test('a pause between turns, a missing workspace and a finished run are told apart', () => {
  const run = new RunDriver([groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ max: 2, delayMs: 700 }) })]);
  run.succeed('loop[1].x');
  assert.deepEqual(explain(run, 'loop').waitsFor, [{ kind: 'turn', iteration: 2, atMs: 700 }]);
  const unstarted = new RunDriver([attemptStep('a')], {}, { starts: false });
  unstarted.send({ kind: 'start', engine: { version: '0', host: 'h', pid: 1 } });
  assert.deepEqual(explain(unstarted, 'a').waitsFor, [{ kind: 'workspace' }]);
});

test('a step whose quota is used up waits for it, and its failure used up no retry', () => {
  const run = new RunDriver([attemptStep('a', { quota: quotaPolicy() })]);
  run.turnAway('a', 20_000);
  const { attempts, waitsFor } = explain(run, 'a');
  assert.deepEqual(attempts[0]?.answer, { kind: 'quota', token: 'claude', untilMs: 20_000 });
  assert.deepEqual(waitsFor, [{ kind: 'quota', token: 'claude', untilMs: 20_000 }]);
});

test('of a step that was taken up again it is told why, by whom, and what of it changed', () => {
  const reads = { action: { kind: 'argv', argv: [[{ expression: 'steps.a.outputs.v' }]] } } as const;
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('b', { needs: ['a'], ...reads }),
    groupStep('g', [attemptStep('x')], { needs: ['a'] }),
    attemptStep('beside'),
  ]);
  run.succeed('a', { v: '1' });
  run.succeed('beside');
  run.succeed('b');
  run.succeed('g.x');
  run.finalize();
  run.nowMs = 50;
  run.retry('a', 'changed');
  run.succeed('a', { v: '2' });
  assert.deepEqual(explain(run, 'a').again, {
    kind: 'asked',
    by: 'ada',
    atMs: 50,
    retry: { step: 'a', downstream: 'changed' },
    isReused: false,
    reason: null,
  });
  const { again } = explain(run, 'b');
  assert.equal(again?.kind, 'follows');
  assert.deepEqual(again.reason, { kind: 'inputs', changes: [{ name: 'steps.a.outputs.v', before: '1', after: '2' }] });
  for (const step of ['g', 'g.x']) {
    assert.deepEqual([explain(run, step).again?.isReused, explain(run, step).state], [true, 'succeeded'], step);
  }
  assert.equal(explain(run, 'beside').again, null);
});

test('after a resume it is told that a step had not succeeded; what had is not mentioned', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { needs: ['a'] })]);
  run.succeed('a');
  run.fail('b');
  run.finalize();
  run.resume();
  assert.deepEqual([explain(run, 'a').again, explain(run, 'b').again?.kind], [null, 'unsuccessful']);
});

test('a step of a past turn keeps its explanation; one that never was has none', () => {
  const run = new RunDriver([groupStep('loop', [attemptStep('x')], { repeat: repeatOf({ max: 2 }) })]);
  run.succeed('loop[1].x');
  const past = explain(run, 'loop[1].x');
  assert.deepEqual([past.state, past.attempts.length], ['succeeded', 1]);
  assert.deepEqual(explainSteps(run.plan, run.envelopes(), 'nosuch'), []);
  assert.deepEqual(
    explainSteps(run.plan, run.envelopes()).map(({ step }) => step),
    ['loop', 'loop[1].x', 'loop[2].x'],
  );
});
