// Many small steps: a chain and independent ones of /bin/true, against a C loop that does the same durable work and against
// peers of the registries.
//   node bench/steps.ts [ROUNDS] [COUNT] [--peers | --slow-peers]

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant } from './lib/measure.ts';
import { cacheFolder, compile, describeMachine, measure, printTable } from './lib/measure.ts';
import { makeRepository, ours, trueSteps } from './lib/ours.ts';
import { installPeers, peerContestants } from './lib/peers.ts';

const numbers = process.argv
  .slice(2)
  .filter((arg) => !arg.startsWith('--'))
  .map(Number);
const rounds = numbers[0] ?? 5;
const count = numbers[1] ?? 1000;
const withPeers = process.argv.some((arg) => arg.endsWith('peers'));
const withSlowPeers = process.argv.includes('--slow-peers');
const SLOW = new Set(['Prefect', 'snakemake', 'luigi', 'mise', 'wireit']);

if (withPeers) installPeers();
process.stdout.write(`${describeMachine()}\n`);
const loop = compile('loop', ['sqlite3']);
const database = join(cacheFolder, 'loop.db');
const shapes = [
  ['chain', 1],
  ['wide', 2],
  ['wide', 8],
] as const;
for (const [shape, parallel] of shapes) {
  const contestants: Contestant[] = [];
  if (loop !== null) {
    const reset = (): void => ['', '-wal', '-shm'].forEach((suffix) => rmSync(database + suffix, { force: true }));
    contestants.push({
      name: 'C loop + SQLite',
      keeps: 'SQLite FULL',
      command: [loop, `${count}`, `${parallel}`, database, '/bin/true'],
      reset,
    });
    contestants.push({ name: 'C loop', keeps: 'nothing', command: [loop, `${count}`, `${parallel}`, 'none', '/bin/true'] });
  }
  const folder = makeRepository(`${shape}-${count}-${parallel}`, trueSteps(shape, count, parallel));
  contestants.push(ours('workflow run', folder, ['run', 'workflow.toml'], { keeps: 'SQLite FULL + log files' }));
  if (withPeers)
    contestants.push(...peerContestants(shape, count, parallel).filter(({ name }) => withSlowPeers || !SLOW.has(name)));
  printTable(
    shape === 'chain' ? `${count} steps, one after the other` : `${count} independent steps, ${parallel} at once`,
    measure(contestants, rounds),
  );
}
