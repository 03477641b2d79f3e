// How long it takes from the text of a workflow to its plan: the built program on files of 10,000 steps, against bare Node and
// against smol-toml, which only parses; then how the stages grow, from 1,000 to 10,000 steps with ten needs each.
//   node scripts/build.ts && node bench/plan.ts [ROUNDS]

import { spawnSync } from 'node:child_process';
import { bareCatalog, parseToml, planWorkflow, readModel, resolveParameters, validateWorkflow } from '@workflow-platform/core';
import { openSha256 } from '@workflow-platform/source';
import { join } from 'node:path';
import { denseWorkflow, leanWorkflow } from './lib/large-workflow.ts';
import { describeMachine, measure, printTable } from './lib/measure.ts';
import { makeRepository, nodeProgram, ours } from './lib/ours.ts';

const SIZES = [1000, 3000, 10_000];
const STAGES = ['parse', 'read', 'validate', 'plan'] as const;

interface Sample {
  readonly ms: { readonly [Stage in (typeof STAGES)[number]]: number };
  /** Of all stages, garbage collection and compilation on other threads included. */
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly sizeMb: number;
  readonly edges: number;
}

const [mode, count] = process.argv.slice(2);
if (mode === '--one') process.stdout.write(JSON.stringify(measureOne(Number(count))));
else {
  const rounds = Number(mode ?? 5);
  console.log(describeMachine());
  comparePrograms('10,000 steps, one or two needs each', leanWorkflow(10_000), rounds);
  comparePrograms('10,000 steps, ten needs each, with conditions, values and outputs', denseWorkflow(10_000), rounds);
  compareStages(rounds);
}

function comparePrograms(title: string, text: string, rounds: number): void {
  const folder = makeRepository(`plan-${text.length}`, text);
  const smolToml = [nodeProgram, join(import.meta.dirname, 'lib/parse-with-smol-toml.ts'), 'workflow.toml'];
  const contestants = [
    { name: 'node -e 0', command: [nodeProgram, '-e', '0'] },
    { name: 'smol-toml, parse only', command: smolToml, cwd: folder },
    ours('workflow validate', folder, ['validate', 'workflow.toml']),
    ours('workflow plan --json', folder, ['plan', '--json', 'workflow.toml']),
  ];
  printTable(`${title}: ${(text.length / 1e6).toFixed(1)} MB`, measure(contestants, rounds));
}

function compareStages(runs: number): void {
  console.log(
    `\n### Growth\n\nMedian of ${runs} cold processes that run the sources, ms. Growth: processor time a step against the size before (1.0 is linear).\n`,
  );
  console.log('| steps | edges | file | parse | read | validate | plan | all | processor | growth | peak memory |');
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  let before: { steps: number; ms: number } | null = null;
  for (const steps of SIZES) {
    const samples = Array.from({ length: runs }, () => sampleOf(steps));
    const stages = STAGES.map((stage) => median(samples.map(({ ms }) => ms[stage])));
    const total = median(samples.map(({ ms }) => STAGES.reduce((sum, stage) => sum + ms[stage], 0)));
    const cpu = median(samples.map(({ cpuMs }) => cpuMs));
    const growth = before === null ? '' : (cpu / steps / (before.ms / before.steps)).toFixed(2);
    const { edges, sizeMb } = samples[0]!;
    const cells = [
      steps,
      edges,
      `${sizeMb.toFixed(1)} MB`,
      ...stages.map(Math.round),
      Math.round(total),
      Math.round(cpu),
      growth,
    ];
    console.log(`| ${cells.join(' | ')} | ${Math.round(median(samples.map(({ peakMb }) => peakMb)))} MB |`);
    before = { steps, ms: cpu };
  }
}

function sampleOf(steps: number): Sample {
  const { stdout, stderr, status } = spawnSync(process.execPath, [import.meta.filename, '--one', String(steps)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Sample;
}

function measureOne(steps: number): Sample {
  const text = denseWorkflow(steps);
  const cpuBefore = process.cpuUsage();
  const marks = [performance.now()];
  const mark = <T>(value: T): T => {
    marks.push(performance.now());
    return value;
  };
  const document = mark(parseToml(text, 'workflow.toml'));
  const { model, diagnostics } = mark(readModel(document, bareCatalog));
  if (model === null) throw new Error('the generated file does not read');
  const found = mark(validateWorkflow(document, model, bareCatalog));
  const all = [...document.diagnostics, ...diagnostics, ...found];
  if (all.length > 0) throw new Error(`the generated file has mistakes: ${JSON.stringify(all[0])}`);
  const resolution = resolveParameters({ document, model, given: [], catalog: bareCatalog });
  if (!resolution.ok) throw new Error(JSON.stringify(resolution.diagnostics[0]));
  const result = mark(
    planWorkflow({ document, model, catalog: bareCatalog, parameters: resolution.parameters, openHash: openSha256 }),
  );
  if (!('plan' in result)) throw new Error(JSON.stringify(result.diagnostics[0]));
  const [parse, read, validate, plan] = marks.slice(1).map((at, index) => at - marks[index]!);
  const cpu = process.cpuUsage(cpuBefore);
  const edges = (text.match(/"s\d+"/g) ?? []).length;
  return {
    ms: { parse: parse!, read: read!, validate: validate!, plan: plan! },
    cpuMs: (cpu.user + cpu.system) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
    sizeMb: Buffer.byteLength(text) / 1e6,
    edges,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
