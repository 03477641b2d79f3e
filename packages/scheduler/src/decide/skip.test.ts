import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanStep } from '@workflow-platform/core';
import { attemptStep, implied, RunDriver, waitStep } from '@workflow-platform/testkit';

/** What becomes of `b`, whose `when` is given, after `a` ended in some way. */
const cases: readonly {
  readonly when: string | null;
  readonly a: 'success' | 'failure' | 'allowed' | 'skipped';
  readonly starts: boolean;
}[] = [
  { when: null, a: 'success', starts: true },
  { when: null, a: 'failure', starts: false },
  { when: null, a: 'allowed', starts: true },
  { when: null, a: 'skipped', starts: true },
  { when: 'success()', a: 'failure', starts: false },
  { when: 'failure()', a: 'success', starts: false },
  { when: 'failure()', a: 'failure', starts: true },
  { when: 'failure()', a: 'allowed', starts: false },
  { when: 'failure()', a: 'skipped', starts: false },
  { when: 'always()', a: 'failure', starts: true },
  { when: '!success()', a: 'failure', starts: true },
  { when: 'cancelled()', a: 'failure', starts: false },
  { when: implied("steps.a.outcome == 'success'"), a: 'success', starts: true },
  { when: implied("steps.a.outcome == 'failure'"), a: 'allowed', starts: true },
  { when: implied("steps.a.conclusion == 'success'"), a: 'allowed', starts: true },
  { when: implied("steps.a.outcome == 'skipped'"), a: 'skipped', starts: true },
  { when: implied("needs.a.result == 'success'"), a: 'allowed', starts: true },
  { when: "always() && needs.a.result == 'failure'", a: 'failure', starts: true },
  { when: 'always() && steps.a.exit_code == 3', a: 'failure', starts: true },
  { when: implied("steps.a.outputs.color == 'red'"), a: 'success', starts: true },
  { when: implied("needs.a.outputs.color == 'blue'"), a: 'success', starts: false },
  { when: implied('params.depth > 2'), a: 'success', starts: true },
  { when: implied("run.id == 'run-1' && run.workflow == 'example'"), a: 'success', starts: true },
  { when: implied("workspace.path == '/w'"), a: 'success', starts: true },
  { when: implied("env.MODE == 'fast-3'"), a: 'success', starts: true },
];

for (const { when, a, starts } of cases) {
  test(`after ${a}, a step with ${when === null ? 'no condition' : `\`${when}\``} ${starts ? 'starts' : 'is skipped'}`, () => {
    const steps: PlanStep[] = [
      attemptStep('a', {
        onFailure: a === 'allowed' ? 'continue' : 'fail-fast',
        when: a === 'skipped' ? implied('false') : null,
      }),
      attemptStep('b', { needs: ['a'], when }),
    ];
    const env = { MODE: ['fast-', { expression: 'params.depth' }] };
    const run = new RunDriver(steps, { parameters: { depth: 3 }, env });
    if (a === 'success') run.succeed('a', { color: 'red' });
    else if (a !== 'skipped') run.fail('a', 3);
    assert.equal(run.last('b')?.type, starts ? 'step.attempt-started' : 'step.skipped');
  });
}

test('the reason of a skip is the condition as it was written', () => {
  const run = new RunDriver([attemptStep('a', { when: implied('1 == 2') })]);
  assert.deepEqual(run.last('a'), { type: 'step.skipped', step: 'a', reason: { kind: 'condition', source: '1 == 2' } });
});

test('a condition is looked at when there is room, not before', () => {
  const run = new RunDriver([attemptStep('a'), attemptStep('b', { when: implied("steps.a.outputs.x == '1'") })], {
    maxParallel: 1,
  });
  assert.deepEqual(run.succeed('a', { x: '1' }), ['succeeded a', 'attempt-started b']);
});

test('a condition that cannot be computed fails the step', () => {
  const run = new RunDriver([attemptStep('a', { when: implied("fromJSON('{')") })]);
  const last = run.last('a');
  assert.equal(last?.type === 'step.failed' && last.failure.kind, 'expression');
});

test('success() looks through a step that ran in spite of a failure', () => {
  const run = new RunDriver([
    attemptStep('a'),
    attemptStep('clean', { needs: ['a'], when: 'always()' }),
    attemptStep('c', { needs: ['clean'], when: 'success()' }),
  ]);
  run.fail('a');
  assert.deepEqual(run.succeed('clean'), ['succeeded clean', 'skipped c condition']);
});

test('facts are asked for before a condition that looks into the workspace is decided, and the step keeps its room', () => {
  const run = new RunDriver([attemptStep('a', { when: implied("exists('x') && file('y') == 'z'") }), attemptStep('b')], {
    maxParallel: 1,
  });
  const [effect] = run.effects('observation');
  assert.deepEqual(effect?.queries, ['exists:x', 'file:y']);
  assert.deepEqual(run.running(), []);
  assert.deepEqual(run.observe('a', 'when', { 'exists:x': true }), [], 'half an answer is none');
  assert.deepEqual(run.observe('a', 'when', { 'exists:x': true, 'file:y': 'z' }), ['observed a when', 'attempt-started a']);
});

test('a file of the bundle needs no look into the workspace', () => {
  const files = { 'rules.md': { digest: '0', text: 'be kind' } };
  const run = new RunDriver([attemptStep('a', { when: implied("file('rules.md') == 'be kind'") })], { files });
  assert.deepEqual(run.running(), ['a']);
});

test('a query that depends on the answer to another is asked after it', () => {
  const run = new RunDriver([attemptStep('a', { when: implied("exists(file('name'))") })]);
  assert.deepEqual(run.effects('observation')[0]?.queries, ['file:name']);
  assert.deepEqual(run.observe('a', 'when', { 'file:name': 'x' }), ['observed a when', 'observation-requested a when exists:x']);
  assert.deepEqual(run.observe('a', 'when', { 'exists:x': false }), ['observed a when', 'skipped a condition']);
});

test('what changed() is to compare with is noted before the step', () => {
  const run = new RunDriver([attemptStep('a', { watch: ['x'] }), waitStep('b', { watch: ['y'] })]);
  assert.deepEqual(
    run.effects('observation').map(({ step, purpose, queries }) => ({ step, purpose, queries })),
    [
      { step: 'b', purpose: 'before', queries: ['digest:y'] },
      { step: 'a', purpose: 'before', queries: ['digest:x'] },
    ],
  );
  assert.deepEqual(run.observe('a', 'before', { 'digest:x': null }), ['observed a before', 'attempt-started a']);
});
