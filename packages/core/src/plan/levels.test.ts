import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planLevels, topologicalOrder } from './levels.ts';
import type { PlanStep } from './plan.ts';

function step(id: string, ...needs: string[]): PlanStep {
  const rest = { name: null, when: null, onFailure: 'fail-fast', foreach: null, breakWhen: null, watch: [] } as const;
  return { id, needs, ...rest, kind: 'group', steps: [], repeat: null, outputs: [] };
}

const steps = [step('report', 'test', 'build'), step('build'), step('test', 'build'), step('lint')];

test('a step is one level behind the last that it needs', () => {
  assert.deepEqual(
    planLevels(steps).map(({ step: { id }, level }) => [id, level]),
    [
      ['report', 2],
      ['build', 0],
      ['test', 1],
      ['lint', 0],
    ],
  );
});

test('each step knows who needs it, in file order', () => {
  assert.deepEqual(
    planLevels(steps).map(({ neededBy }) => neededBy),
    [[], ['report', 'test'], ['report'], []],
  );
});

test('in topological order each step comes after all it needs, otherwise as in the file', () => {
  assert.deepEqual(
    topologicalOrder(steps).map(({ id }) => id),
    ['build', 'lint', 'test', 'report'],
  );
});
