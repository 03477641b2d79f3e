// How long it takes from the text of a workflow to its plan, and how that grows: parse, read, validate, plan of generated
// files of 1,000, 3,000 and 10,000 steps with ten needs each, conditions, expressions, outputs, retries and groups.
// Each size runs in a process of its own. `node bench/plan.ts [RUNS]`

import { spawnSync } from 'node:child_process';
import { bareCatalog, parseToml, planWorkflow, readModel, resolveParameters, validateWorkflow } from '@workflow-platform/core';
import { openSha256 } from '@workflow-platform/source';

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
else compare(Number(mode ?? 5));

function compare(runs: number): void {
  console.log(`Median of ${runs} cold processes, ms. Growth: processor time a step against the size before (1.0 is linear).\n`);
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
  const text = generate(steps);
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

/** Layers of a hundred steps; each step needs ten of the layer before and reads some of them, and one far behind it. */
function generate(steps: number): string {
  const lines = [
    'id = "generated"',
    'max_parallel = 8',
    '[parameters.depth]',
    'type = "enum"',
    'values = ["quick", "deep"]',
    'default = "quick"',
  ];
  for (let index = 0; index < steps; index++) {
    const layer = Math.floor(index / 100);
    const needs = layer === 0 ? [] : Array.from({ length: 10 }, (_, at) => (layer - 1) * 100 + ((index * 7 + at * 13) % 100));
    lines.push('', `[steps.s${index}]`, `name = "Step ${index}"`);
    if (needs.length > 0) lines.push(`needs = [${needs.map((need) => `"s${need}"`).join(', ')}]`);
    if (needs.length > 0 && index % 2 === 0) {
      lines.push(`when = "params.depth == 'deep' || steps.s${needs[0]}.outputs.changed != ''"`);
    }
    if (index % 3 === 0) {
      const read =
        needs.length === 0
          ? '${{ params.depth }}'
          : `\${{ steps.s${needs[1]}.outputs.path }} \${{ steps.s${needs[2]}.outputs.path }}`;
      lines.push(
        'run = """',
        `  build --layer ${layer} ${read}`,
        '  test -n "$MODE" && echo done',
        '"""',
        `env = { MODE = "\${{ params.depth }}-${index}" }`,
      );
    } else if (index % 3 === 1) {
      lines.push(`argv = ["build", "--step", "${index}", "\${{ params.depth }}"]`, 'timeout = "10m"');
      // Far behind: needed only through all the layers in between.
      if (layer > 5) lines.push(`stdin = "\${{ steps.s${index % 100}.outputs.path }}"`);
    } else {
      lines.push('run = "make"', 'retry = { max = 2, initial = "1s" }', 'outputs = { changed = {}, path = {} }');
    }
    if (index % 3 !== 2) lines.push('outputs = { changed = {}, path = {} }');
  }
  return lines.join('\n');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
