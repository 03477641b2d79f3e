// `npm run crash-test -- --minutes 5 --seed 1`: runs of chance whose engines are killed, one after the other, until the time is up.
// Ends with status 1 at the first that is not as it should be; `--seed N --mode M --runs 1` does that one
// again; what it left is in `--keep FOLDER`.

import { parseArgs } from 'node:util';
import { crashRun } from './crash-run.ts';
import type { CrashMode } from './crash-run.ts';

const MODES: readonly CrashMode[] = ['kill', 'between-calls', 'disk', 'power-cut'];
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    runs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    mode: { type: 'string' },
    keep: { type: 'string' },
  },
});
const untilMs = Date.now() + Number(values.minutes) * 60_000;
const modes = MODES.filter((mode) => values.mode === undefined || mode === values.mode);
if (modes.length === 0 || [values.minutes, values.runs, values.seed].some((text) => Number.isNaN(Number(text)))) {
  process.stderr.write(
    `usage: npm run crash-test -- [--minutes N] [--runs N] [--seed N] [--mode ${MODES.join('|')}] [--keep FOLDER]\n`,
  );
  process.exit(2);
}
const sums = { runs: 0, deaths: 0, attempts: 0 };
for (let seed = Number(values.seed); sums.runs < Number(values.runs) && Date.now() < untilMs; seed++) {
  const mode = modes[seed % modes.length]!;
  const { deaths, attempts, problems } = await crashRun(seed, mode, values.keep ?? null);
  sums.runs++;
  sums.deaths += deaths;
  sums.attempts += attempts;
  if (problems.length === 0) continue;
  process.stderr.write(`--seed ${seed} --mode ${mode} --runs 1, ${deaths} deaths:\n  ${problems.join('\n  ')}\n`);
  process.exit(1);
}
process.stdout.write(`${sums.runs} runs, ${sums.attempts} attempts, ${sums.deaths} engines killed: all as it should be\n`);
