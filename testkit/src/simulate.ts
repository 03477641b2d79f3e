// `npm run simulate -- --seed 123`: replays a simulated run and prints its journal; with `--runs N`, that many from the seed on.
// Not here: the simulation (simulator/).

import { parseArgs } from 'node:util';
import { type SimulatedRun, simulateRun } from './simulator/simulated-run.ts';
import { describeViolation } from './simulator/describe-violation.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '1' } } });
const seed = Number(values.seed);
const runCount = Number(values.runs);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runCount) || runCount < 1) {
  process.stderr.write('usage: npm run simulate -- [--seed NUMBER] [--runs NUMBER]\n');
  process.exit(2);
}

let eventCount = 0;
let crashCount = 0;
let last: SimulatedRun | null = null;
for (let at = seed; at < seed + runCount; at += 1) {
  last = simulateRun(at);
  eventCount += last.journal.length;
  crashCount += last.crashCount;
  if (last.violation !== null) {
    process.stderr.write(`${describeViolation(last)}\n`);
    process.exit(1);
  }
}
if (runCount === 1) {
  for (const { seq, atMs, event } of last?.journal ?? []) process.stdout.write(`${seq} ${atMs} ${JSON.stringify(event)}\n`);
}
process.stderr.write(`${runCount} runs from seed ${seed}: ${eventCount} events, ${crashCount} crashes, every invariant held\n`);
