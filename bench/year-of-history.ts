// A year of history: writes 1,000, 10,000 and 100,000 runs of ten steps through the real row code, and measures what people ask of
// it with the real program: `status`, `status RUN`, `logs RUN STEP`, `prune --dry-run`, `prune` of a day.
//   node bench/year-of-history.ts [RUNS…]     after `node scripts/build.ts`; BENCH_FOLDER says where
// Not here: single statements (journal.ts).

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { EventEnvelope, RunEvent } from '@workflow-platform/events';
import { newRunId, openHistory, statePaths } from '@workflow-platform/journal';
import type { StatePaths } from '@workflow-platform/journal';

import { cpuTimeMs } from './lib/cpu-time.ts';
import { describeMachine } from './lib/measure.ts';

const YEAR_MS = 365 * 86_400_000;
const STEPS = 10;
const ROUNDS = 7;
const APPENDED_AT_ONCE = 200;
const WORKFLOWS = ['ci', 'review', 'nightly', 'release', 'docs'];

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1000, 10_000, 100_000];
const program = join(import.meta.dirname, '../dist/workflow.cjs');
const scratch = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'bench-year-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
process.stdout.write(
  `${describeMachine()}\n\nWithout what starting Node takes (\`--version\`): wall clock, the least of ${ROUNDS} / processor time, their mean.\n\n`,
);

const rows = new Map<string, string[]>();
const note = (name: string, figure: string): void => void rows.set(name, [...(rows.get(name) ?? []), figure]);
for (const runs of sizes) measureYear(runs);
process.stdout.write(
  `| | ${sizes.map((runs) => `${runs.toLocaleString('en')} runs`).join(' | ')} |\n|${' --- |'.repeat(sizes.length + 1)}\n`,
);
for (const [name, figures] of rows) process.stdout.write(`| ${name} | ${figures.join(' | ')} |\n`);

function measureYear(runs: number): void {
  const home = join(scratch, String(runs));
  const paths = statePaths({ XDG_STATE_HOME: home });
  const startedMs = performance.now();
  const ids = write(paths, runs);
  note('written in', `${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  note('history', `${(statSync(paths.historyFile).size / 1e6).toFixed(0)} MB`);
  const env = {
    ...process.env,
    XDG_STATE_HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(scratch, 'cache'),
  };
  const workflow = (...words: string[]): number => {
    const begunMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [program, ...words], { env, encoding: 'utf8', cwd: scratch });
    if (status !== 0) throw new Error(`workflow ${words.join(' ')} ended with ${status}: ${stderr}`);
    return performance.now() - begunMs;
  };
  const middle = ids[ids.length >> 1]!;
  const starting = measured(() => workflow('--version'), ROUNDS);
  const work = (name: string, rounds: number, ...words: string[]): void => {
    const { wallMs, cpuMs } = measured(() => workflow(...words), rounds);
    note(name, `${Math.max(0, wallMs - starting.wallMs).toFixed(0)} / ${Math.max(0, cpuMs - starting.cpuMs).toFixed(0)} ms`);
  };
  work('`status`', ROUNDS, 'status');
  work('`status --workflow ci`', ROUNDS, 'status', '--workflow', 'ci');
  work('`status RUN`', ROUNDS, 'status', middle);
  work('`logs RUN STEP`', ROUNDS, 'logs', middle, 'step-3');
  // As on a day after another: the folders of runs were looked through within the last one.
  work('`prune`, the first of a day (looks through all folders)', 1, 'prune', '--older-than', '400d');
  work('`prune --dry-run`, a day', ROUNDS, 'prune', '--dry-run', '--older-than', '364d');
  work('`prune`, that day', 1, 'prune', '--older-than', '364d');
  work('`prune`, nothing to do', ROUNDS, 'prune', '--older-than', '364d');
  rmSync(home, { recursive: true, force: true });
}

/** Wall clock: the least of the rounds. Processor time: their mean, as it is told in steps of ten milliseconds. */
function measured(work: () => number, rounds: number): { readonly wallMs: number; readonly cpuMs: number } {
  const beforeMs = cpuTimeMs();
  const wallMs = Math.min(...Array.from({ length: rounds }, work));
  return { wallMs, cpuMs: (cpuTimeMs() - beforeMs) / rounds };
}

/** Writes runs evenly over the year that ends now; returns their ids, the oldest first. */
function write(paths: StatePaths, runs: number): readonly string[] {
  const history = openHistory({ folder: paths.folder, mode: 'write' });
  const ids: string[] = [];
  const beganMs = Date.now() - YEAR_MS;
  let pending: EventEnvelope[] = [];
  for (let index = 0; index < runs; index++) {
    const atMs = Math.floor(beganMs + (index / runs) * YEAR_MS);
    const id = newRunId(atMs, Uint8Array.from([index >> 24, index >> 16, index >> 8, index]));
    const workflow = WORKFLOWS[index % WORKFLOWS.length]!;
    const plan = JSON.stringify({
      schemaVersion: 1,
      workflow: { id: workflow },
      steps: Array.from({ length: STEPS }, (_, step) => ({ id: `step-${step}`, kind: 'command' })),
    });
    history.savePlan(id, plan);
    pending.push(...eventsOf({ id, atMs, workflow, isFailed: index % 10 === 0 }));
    writeFolder(paths, id, { isWhole: index < runs / 300 || index === runs >> 1 });
    ids.push(id);
    if (ids.length % APPENDED_AT_ONCE === 0 || index === runs - 1) {
      history.append(pending);
      pending = [];
    }
  }
  history.close();
  return ids;
}

function eventsOf({
  id,
  atMs,
  workflow,
  isFailed,
}: {
  id: string;
  atMs: number;
  workflow: string;
  isFailed: boolean;
}): EventEnvelope[] {
  const events: RunEvent[] = [
    {
      type: 'run.created',
      workflow: { id: workflow, version: '1.0.0', name: null },
      source: `/home/ana/src/shop/workflows/${workflow}.toml`,
      fileDigest: 'f'.repeat(64),
      planDigest: workflow.padEnd(64, '0'),
      params: { depth: 'quick' },
      by: { user: 'ana', host: 'desk', cwd: '/home/ana/src/shop' },
      parent: null,
      workspaceId: null,
    },
    { type: 'run.started', engine: { version: '0.1.0', host: 'desk', pid: 4711 } },
  ];
  for (let step = 0; step < STEPS; step++) {
    const name = `step-${step}`;
    events.push({ type: 'step.attempt-started', step: name, attempt: 1, attemptNo: step + 1 });
    events.push({ type: 'step.succeeded', step: name, attempt: 1, exitCode: 0, durationMs: 1200, outputs: { changed: 'true' } });
  }
  if (isFailed)
    events.push({
      type: 'artifact.stored',
      name: 'report',
      path: 'report.md',
      digest: id.padEnd(64, '0').replaceAll(/[^0-9a-f]/g, 'e'),
      sizeBytes: 100,
      retainUntilMs: null,
    });
  events.push({ type: 'run.finished', status: 'succeeded', failed: [], allowedFailures: [] });
  return events.map((event, index) => ({ runId: id, seq: index + 1, atMs: atMs + index * 1000, event }));
}

/** Every run has its folder; those that are looked at or go have all their logs. */
function writeFolder(paths: StatePaths, id: string, { isWhole }: { isWhole: boolean }): void {
  const folder = paths.runFolder(id);
  mkdirSync(folder, { recursive: true });
  const logs = isWhole ? STEPS : 0;
  for (let step = 1; step <= logs; step++) writeFileSync(join(folder, `${step}.log`), `step ${step}\n`.repeat(50));
}
