import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Pulse } from './pulse.ts';

it('an agent that is at work without a word is told so, now and then', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const pulse = new Pulse(
    (line) => lines.push(line),
    () => nowMs,
  );
  for (nowMs = 0; nowMs <= 25_000; nowMs += 1000) pulse.beat();
  assert.deepEqual(lines, ['… at work (11 events)', '… at work (10 events)']);
  pulse.log('done');
  pulse.beat();
  assert.deepEqual(lines.slice(2), ['done']);
});

it('a silent one is not', () => {
  let nowMs = 0;
  const lines: string[] = [];
  const pulse = new Pulse(
    (line) => lines.push(line),
    () => nowMs,
  );
  pulse.log('begin');
  nowMs = 100_000;
  assert.deepEqual(lines, ['begin']);
});
