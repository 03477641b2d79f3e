import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventExamples } from '@workflow-platform/events';
import { describeViolation } from '../src/simulator/describe-violation.ts';
import { simulateRun } from '../src/simulator/simulated-run.ts';
import { plantedBugs } from './planted-bugs.ts';

const RUNS = 4000;
const SEEDS_TO_CATCH_A_BUG = 1500;

test(`${RUNS} simulated runs break no invariant`, () => {
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const run = simulateRun(seed);
    assert.equal(run.violation, null, describeViolation(run));
  }
});

test('the runs that are simulated are eventful: every event of a step and a quota happens, engines die, runs end in every way', () => {
  const seen = new Set<string>();
  let crashCount = 0;
  for (let seed = 1; seed <= 500; seed += 1) {
    const run = simulateRun(seed);
    crashCount += run.crashCount;
    for (const { event } of run.journal) seen.add(event.type === 'run.finished' ? `${event.type} ${event.status}` : event.type);
  }
  const expected = Object.keys(eventExamples).filter((type) => type.startsWith('step.') || type.startsWith('quota.'));
  const ends = ['succeeded', 'failed', 'cancelled'].map((status) => `run.finished ${status}`);
  assert.deepEqual(
    [...expected, ...ends, 'run.cancel-requested', 'run.request-refused', 'run.resumed'].filter((name) => !seen.has(name)),
    [],
  );
  assert.ok(crashCount > 50, `${crashCount} crashes`);
});

test('a seed gives the same run every time', () => {
  for (const seed of [1, 12, 77]) assert.deepEqual(simulateRun(seed).journal, simulateRun(seed).journal);
});

for (const { name, scheduler, breaks } of plantedBugs) {
  test(`catches a scheduler that ${name}`, () => {
    for (let seed = 1; seed <= SEEDS_TO_CATCH_A_BUG; seed += 1) {
      const { violation } = simulateRun(seed, scheduler);
      if (violation === null) continue;
      assert.ok(breaks.includes(violation.invariant), violation.message);
      return;
    }
    assert.fail(`${SEEDS_TO_CATCH_A_BUG} simulated runs did not notice`);
  });
}
