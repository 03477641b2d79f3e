import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlan } from './read-plan.ts';

test('gives back what was written, with equal parts as one', () => {
  const step = (id: string, max: number) => ({ id, needs: [], env: {}, retry: { max }, action: { argv: ['a', []] } });
  const written = { steps: [step('a', 1), step('b', 1), step('c', 2)], env: {}, parameters: { retry: null, __proto__x: [1] } };
  const plan = readPlan(JSON.stringify(written));
  assert.deepEqual(plan, written);
  const [a, b, c] = plan.steps as unknown as { needs: unknown; env: unknown; retry: unknown }[];
  assert.ok(a!.needs === b!.needs && a!.env === c!.env && a!.retry === b!.retry && a!.retry !== c!.retry);
});

test('keeps a parameter that is called __proto__', () => {
  const plan = readPlan('{"parameters":{"__proto__":{"a":[]}}}');
  assert.equal(JSON.stringify(plan), '{"parameters":{"__proto__":{"a":[]}}}');
});
