// Many engines at one history: 50 runs of 20 steps at once beside one run with the same 1,000 steps, and, without processes for
// steps, 50 writers at once beside one that appends the same.
//   node bench/contention.ts [ENGINES [STEPS [ROUNDS]]]     after `node scripts/build.ts`
// Not here: what an append costs when nobody is in the way (journal.ts).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openHistory } from '@workflow-platform/journal';

import { cpuTimeMs } from './lib/cpu-time.ts';
import { describeMachine } from './lib/measure.ts';

interface Figures {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly errors: number;
}

const [engines = 50, steps = 20, rounds = 3] = process.argv.slice(2).map(Number);
const program = join(import.meta.dirname, '../dist/workflow.cjs');
const writer = join(import.meta.dirname, 'programs/append-steps.ts');
const scratch = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'bench-contention-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
process.stdout.write(`${describeMachine()}\n`);

const runs = (count: number, each: number) => () => measureAtOnce(count, runCommand(each));
const writers = (count: number, each: number) => () => measureAtOnce(count, () => [writer, state, String(each)]);
let state = '';
let made = 0;

await compare(`${engines} engines with ${steps} steps each, beside one with ${engines * steps}`, {
  'one run': runs(1, engines * steps),
  [`${engines} runs at once`]: runs(engines, steps),
  [`${engines} runs of no step to speak of (what starting costs)`]: runs(engines, 1),
});
await compare(`${engines} writers with ${steps} steps each, beside one with ${engines * steps}`, {
  'one writer': writers(1, engines * steps),
  [`${engines} writers at once`]: writers(engines, steps),
  [`${engines} writers of one step`]: writers(engines, 1),
});

function runCommand(each: number): () => readonly string[] {
  const folder = join(scratch, `steps-${each}`);
  mkdirSync(folder, { recursive: true });
  const lines = Array.from({ length: each }, (_, index) => `[steps.s${index}]\nargv = ["true"]\n`);
  writeFileSync(join(folder, 'workflow.toml'), `id = "bench"\nmax_parallel = 2\n\n${lines.join('\n')}`);
  return () => [program, 'run', join(folder, 'workflow.toml'), '--in-place', '--json'];
}

async function compare(title: string, contestants: { readonly [name: string]: () => Promise<Figures> }): Promise<void> {
  const figures = new Map<string, Figures[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(contestants)) figures.set(name, [...(figures.get(name) ?? []), await work()]);
  }
  process.stdout.write(
    `\n### ${title}\n\n| | wall s, least / median | ratio (least) | CPU s, least | errors |\n| --- | --- | --- | --- | --- |\n`,
  );
  let base = NaN;
  for (const [name, all] of figures) {
    const walls = all.map(({ wallMs }) => wallMs).sort((a, b) => a - b);
    const least = walls[0] ?? NaN;
    if (Number.isNaN(base)) base = least;
    const cpuMs = Math.min(...all.map((each) => each.cpuMs));
    const errors = all.reduce((sum, each) => sum + each.errors, 0);
    const wall = `${(least / 1000).toFixed(2)} / ${((walls[walls.length >> 1] ?? NaN) / 1000).toFixed(2)}`;
    process.stdout.write(`| ${name} | ${wall} | ${(least / base).toFixed(2)} x | ${(cpuMs / 1000).toFixed(2)} | ${errors} |\n`);
  }
}

async function measureAtOnce(count: number, command: () => readonly string[]): Promise<Figures> {
  state = join(scratch, `state-${++made}`);
  // A new place each time, removed when all is measured: on ext4, files are slow to make for minutes where many were deleted.
  // The history is there already, as it is on all days but the first.
  openHistory({ folder: join(state, 'workflow'), mode: 'write' }).close();
  const cpuBeforeMs = cpuTimeMs();
  const startedMs = performance.now();
  const codes = await Promise.all(Array.from({ length: count }, () => runOne(command())));
  const figures = { wallMs: performance.now() - startedMs, cpuMs: cpuTimeMs() - cpuBeforeMs };
  return { ...figures, errors: codes.filter((code) => code !== 0).length };
}

async function runOne(command: readonly string[]): Promise<unknown> {
  const env = { ...process.env, XDG_STATE_HOME: state };
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close')) as [unknown];
  return code;
}
