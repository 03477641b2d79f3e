import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepPaths, unmetReads } from '@workflow-platform/scheduler';
import {
  attemptStep,
  foreachOf,
  groupStep,
  implied,
  planOf,
  repeatOf,
  retryPolicy,
  RunDriver,
  waitStep,
} from '@workflow-platform/testkit';

function startingAt(startAt: string, steps: ConstructorParameters<typeof RunDriver>[0]): RunDriver {
  return new RunDriver(steps, {}, { startAt });
}

const skipped = (run: RunDriver): string[] =>
  run.events.flatMap((event) => (event.type === 'step.skipped' && event.reason.kind === 'start-at' ? [event.step] : []));

test('all that the step needs is skipped, what it does not need runs', () => {
  const run = startingAt('c', [
    attemptStep('a'),
    attemptStep('b', { needs: ['a'] }),
    attemptStep('c', { needs: ['b'] }),
    attemptStep('d', { needs: ['c'] }),
    attemptStep('other'),
    attemptStep('beside', { needs: ['a'] }),
  ]);
  assert.deepEqual(
    [skipped(run), run.running()],
    [
      ['a', 'b'],
      ['c', 'other', 'beside'],
    ],
  );
  assert.deepEqual(run.succeed('c'), ['succeeded c', 'attempt-started d']);
});

test('a condition, a list and a question before the start are not looked at', () => {
  const run = startingAt('d', [
    attemptStep('a', { when: "file('x') == 'y'" }),
    attemptStep('b', { foreach: foreachOf(['x', 'y']) }),
    waitStep('c'),
    attemptStep('d', { needs: ['a', 'b', 'c'] }),
  ]);
  assert.deepEqual([skipped(run).sort(), run.running()], [['a', 'b', 'c'], ['d']]);
});

test('in a loop the first turn begins at the step, later ones at their beginning', () => {
  const body = [attemptStep('pick'), attemptStep('code', { needs: ['pick'] })];
  const run = startingAt('turns.code', [
    attemptStep('begin'),
    groupStep('turns', body, { needs: ['begin'], repeat: repeatOf({ until: 'false', max: 2 }) }),
  ]);
  assert.deepEqual([skipped(run), run.running()], [['begin', 'turns[1].pick'], ['turns[1].code']]);
  run.succeed('turns[1].code');
  run.wait(60_000);
  assert.deepEqual(run.running(), ['turns[2].pick']);
});

test('in a list each item begins at the step', () => {
  const body = [attemptStep('make'), attemptStep('try', { needs: ['make'] })];
  const run = startingAt('each.try', [groupStep('each', body, { foreach: foreachOf(['x', 'y']) })]);
  assert.deepEqual(
    [skipped(run), run.running()],
    [
      ['each[x].make', 'each[y].make'],
      ['each[x].try', 'each[y].try'],
    ],
  );
});

test('a resume keeps to it, a retry of what was skipped carries that out', () => {
  const steps = [attemptStep('a'), attemptStep('b', { needs: ['a'], retry: retryPolicy({ max: 0 }) })];
  const run = startingAt('b', steps);
  run.fail('b');
  run.finalize();
  assert.deepEqual(run.resume(), ['run.resumed', 'workspace.reused', 'attempt-started b']);
  run.succeed('b');
  run.finalize();
  assert.deepEqual(run.retry('a', 'all').at(-1), 'attempt-started a');
});

test('who reads what is not there is told, unless it says what counts then', () => {
  const plan = planOf([
    attemptStep('pick'),
    attemptStep('code', { needs: ['pick'], env: { T: [{ expression: 'steps.pick.outputs.task' }] } }),
    attemptStep('fine', { needs: ['pick'], env: { T: [{ expression: "steps.pick.outputs.task || 'none'" }] } }),
    attemptStep('asks', { needs: ['pick'], when: implied("steps.pick.outcome == 'success'") }),
    groupStep('loop', [attemptStep('x'), attemptStep('y', { needs: ['x'] })], {
      needs: ['pick'],
      repeat: repeatOf({ until: "steps.x.outputs.done == 'true'", max: 3 }),
    }),
  ]);
  assert.deepEqual(unmetReads(plan, 'code'), [{ step: 'code', of: 'pick', reads: 'steps.pick.outputs.task' }]);
  assert.deepEqual(unmetReads(plan, 'loop.y'), [
    { step: 'code', of: 'pick', reads: 'steps.pick.outputs.task' },
    { step: 'loop', of: 'loop.x', reads: 'steps.x.outputs.done' },
  ]);
  assert.deepEqual(unmetReads(plan, 'pick'), []);
  assert.deepEqual(stepPaths(plan.steps), ['pick', 'code', 'fine', 'asks', 'loop', 'loop.x', 'loop.y']);
});
