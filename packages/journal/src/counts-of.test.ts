import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '@workflow-platform/events';
import { finished, STARTED, succeeded } from '../test/event-builders.ts';
import { countsOf } from './counts-of.ts';

const failed = (step: string): RunEvent => ({
  type: 'step.failed',
  step,
  failure: { kind: 'exit', code: 1 },
  allowed: false,
  outputs: {},
});
const retried = (downstream: 'all' | 'changed', ...reopens: string[]): RunEvent => ({
  type: 'run.resumed',
  engine: { version: '0', host: 'h', pid: 1 },
  by: 'ana',
  retry: { step: reopens[0] ?? '', downstream, reopens },
});
const reused = (step: string, attempt: number): RunEvent => ({ type: 'step.reused', step, attempt, exitCode: 0, outputs: {} });

test('what a retry carries out again counts once, what it leaves as it was still counts', () => {
  const before = [STARTED, succeeded('a'), failed('b'), finished('failed')];
  const { succeeded: done, failed: bad } = countsOf([...before, retried('changed', 'a'), succeeded('a'), finished('failed')]);
  assert.deepEqual([done, bad], [1, 1]);
});

test('a retry of all that follows forgets what did not succeed', () => {
  const events = [STARTED, succeeded('a'), failed('b'), finished('failed'), retried('all', 'a')];
  assert.deepEqual([countsOf(events).succeeded, countsOf(events).failed], [0, 0]);
});

test('what is in a group that counts again as a whole counts again', () => {
  const before = [STARTED, succeeded('a'), succeeded('g.x'), succeeded('g[b].y'), finished()];
  const open = [...before, retried('changed', 'a', 'g')];
  assert.equal(countsOf([...open, succeeded('a')]).succeeded, 1);
  assert.equal(countsOf([...open, succeeded('a'), reused('g', 0)]).succeeded, 3);
});

test('a crash in the middle of a retry changes no count', () => {
  const resumed: RunEvent = { type: 'run.resumed', engine: { version: '0', host: 'h', pid: 2 }, by: 'ana' };
  const events = [
    STARTED,
    succeeded('a'),
    succeeded('b'),
    finished(),
    retried('changed', 'a', 'b'),
    resumed,
    succeeded('a'),
    reused('b', 1),
  ];
  assert.equal(countsOf(events).succeeded, 2);
});
