import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childRef, type EventEnvelope, type RunEvent } from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import { chooseAttempts, matchSteps } from './choose-steps.ts';
import { StepsOver } from './steps-over.ts';

test('a word means a step, what is in it, its turns, or what fits a pattern', () => {
  const cases: readonly (readonly [word: string, meant: readonly string[], not: readonly string[]])[] = [
    ['lint', ['lint', 'lint[a.ts]', 'lint.unit', 'lint[a].unit'], ['linter', 'my.lint', 'lin']],
    ['turns.fix', ['turns[1].fix', 'turns[20].fix', 'turns[1].fix.deep'], ['turns[1].fixes', 'turns[1]']],
    ['lint[a.ts]', ['lint[a.ts]', 'lint[a.ts].unit'], ['lint[b.ts]', 'lint', 'lint[axts]']],
    ['lint*', ['lint', 'linter', 'lint[x]'], ['my.lint']],
    ['*.unit', ['checks.unit', 'all[3].unit'], ['unit']],
  ];
  for (const [word, meant, not] of cases) {
    const isMeant = matchSteps([word]);
    for (const ref of meant) assert.ok(isMeant(ref), `${word} means ${ref}`);
    for (const ref of not) assert.ok(!isMeant(ref), `${word} does not mean ${ref}`);
  }
  assert.ok(matchSteps([])('anything'));
  assert.ok(matchSteps(['a', 'b'])('b'));
});

test('attempts: one by its number, all, or the last of each step', () => {
  const row = (step: string, attempt: number) => ({
    step,
    attempt,
    attemptNo: attempt,
    startedAtMs: 0,
    endedAtMs: null,
    isUnreadable: false,
  });
  const rows = [row('a', 1), row('b', 1), row('a', 2), row('c', 1)];
  const names = (choice: number | 'all' | 'last') =>
    chooseAttempts(rows, matchSteps(['a', 'b']), choice).map(({ step, attempt }) => `${step}${attempt}`);
  assert.deepEqual(names('all'), ['a1', 'b1', 'a2']);
  assert.deepEqual(names('last'), ['b1', 'a2']);
  assert.deepEqual(names(2), ['a2']);
});

const step = (id: string, steps?: readonly object[]) =>
  steps === undefined ? { id, kind: 'attempt' } : { id, kind: 'group', steps };
const plan = { steps: [step('a'), step('turns', [step('fix')]), step('group', [step('unit')])] } as unknown as Plan;
const seen = (over: StepsOver, event: object): boolean => {
  over.apply({ runId: 'r', seq: 1, atMs: 0, event: event as RunEvent } satisfies EventEnvelope);
  return over.isOver;
};

test('what was asked for is over when each of it, or what it is in, is settled', () => {
  const over = new StepsOver(['turns.fix', 'a'], plan);
  assert.equal(seen(over, { type: 'step.succeeded', step: 'a' }), false);
  // Another turn may follow.
  assert.equal(seen(over, { type: 'step.succeeded', step: 'turns[1].fix' }), false);
  assert.equal(seen(over, { type: 'step.failed', step: 'turns' }), true);
  assert.equal(seen(new StepsOver([childRef('turns[1]', 'fix')], plan), { type: 'step.succeeded', step: 'turns[1].fix' }), true);
  assert.equal(seen(new StepsOver(['group.unit'], plan), { type: 'step.skipped', step: 'group' }), true);
  assert.equal(seen(new StepsOver(['*'], plan), { type: 'step.succeeded', step: 'a' }), false);
});

test('a resume makes open again what had not succeeded; without steps only the end of the run counts', () => {
  const over = new StepsOver(['a'], plan);
  assert.equal(seen(over, { type: 'step.failed', step: 'a' }), true);
  assert.equal(seen(over, { type: 'run.resumed' }), false);
  assert.equal(seen(over, { type: 'step.succeeded', step: 'a' }), true);
  assert.equal(seen(over, { type: 'run.resumed' }), true);
  assert.equal(seen(new StepsOver([], plan), { type: 'step.succeeded', step: 'a' }), false);
});

test('a retry makes open again what it carries out again, until that has a result', () => {
  const over = new StepsOver(['group.unit'], plan);
  assert.equal(seen(over, { type: 'step.succeeded', step: 'group.unit' }), true);
  assert.equal(seen(over, { type: 'step.succeeded', step: 'group' }), true);
  assert.equal(seen(over, { type: 'run.resumed', retry: { reopens: ['a'] } }), true);
  assert.equal(seen(over, { type: 'run.resumed', retry: { reopens: ['group'] } }), false);
  assert.equal(seen(over, { type: 'step.reused', step: 'group.unit' }), true);
  assert.equal(seen(over, { type: 'run.resumed', retry: { reopens: ['group.unit'] } }), false);
});
