import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attemptStep, foreachOf, groupStep, Random, repeatOf, RunDriver } from '@workflow-platform/testkit';
import { compareSteps } from './step-order.ts';

/** A run that is open at every level, and its steps in the order of the file, an outer one before what is in it. */
const run = new RunDriver([
  attemptStep('z'),
  groupStep('m', [attemptStep('b'), groupStep('a', [attemptStep('y'), attemptStep('x')], { repeat: repeatOf({ max: 2 }) })], {
    foreach: foreachOf(['9', '10']),
  }),
  attemptStep('a', { foreach: foreachOf(['q', 'p']) }),
]);
const inItems = ['9', '10'].flatMap((key) => ['', '.b', '.a', '.a[1].y', '.a[1].x'].map((rest) => `m[${key}]${rest}`));
const inOrder = ['z', 'm', ...inItems, 'a', 'a[q]', 'a[p]'];

test('steps are ordered by their place in the file, items by their place in the list, whatever order they are met in', () => {
  const all = [...run.state.steps.values()];
  assert.equal(all.length, inOrder.length);
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const sorted = new Random(seed).shuffle(all).sort(compareSteps);
      assert.deepEqual(
        sorted.map(({ ref }) => ref),
        inOrder,
      );
    }),
    { numRuns: 200 },
  );
});

test('the order is the same from both sides, and only a step itself is its equal', () => {
  const all = [...run.state.steps.values()];
  for (const a of all) {
    for (const b of all) {
      assert.equal(Math.sign(compareSteps(a, b)), -Math.sign(compareSteps(b, a)) + 0, `${a.ref} and ${b.ref}`);
      assert.equal(compareSteps(a, b) === 0, a === b);
    }
  }
});
