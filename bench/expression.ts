// What expressions cost: to compile, to evaluate, to find in a text, to take out of a script; and what their parser adds to a start.
// Prints medians. Not here: whole files (plan.ts).

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  compileExpression,
  compiledExpression,
  evaluateExpression,
  type ExpressionScope,
  type Json,
  parseText,
  resolveText,
  rewriteScript,
  textOf,
} from '@workflow-platform/core';
import { rolldown } from 'rolldown';

const condition =
  "params.depth == 'deep' && steps.build.outputs.changed != '' || contains(fromJSON('[\"a\", \"b\"]'), item.name)";
const script =
  'set -eu\nfor f in "${{ params.from }}"/*; do\n  cp "$f" ${{ params.to }}\ndone\ncat <<EOF\nfrom ${{ params.from }}\nEOF\n';
const text = 'Review ${{ params.change }} of ${{ run.id }} at ${{ params.depth }}.';

const steps: { [id: string]: Json } = {};
for (let at = 0; at < 10_000; at += 1) steps[`step-${at}`] = { outputs: { changed: '' } };
steps['build'] = { outputs: { changed: 'src' } };
const contexts: { readonly [name: string]: Json } = {
  params: { depth: 'deep', change: '@', from: 'a', to: 'b' },
  steps,
  item: { name: 'a' },
  run: { id: 'r' },
};
const scope: ExpressionScope = { context: (name) => contexts[name], call: () => true };

const compiled = compiledExpression(condition);
const parsedText = textOf(text);
row(
  'compile a condition',
  microseconds(() => compileExpression(condition)),
);
row(
  'evaluate it, 10,001 steps in scope',
  microseconds(() => evaluateExpression(compiled, scope)),
);
row(
  'find three expressions in a text',
  microseconds(() => parseText(text)),
);
row(
  'resolve that text',
  microseconds(() => resolveText(parsedText, scope)),
);
row(
  'rewrite a script of seven lines',
  microseconds(() => rewriteScript({ script, shell: 'sh', variable: (n) => `V${n}` })),
);
const long = script.repeat(1_000);
row(
  'rewrite one of 7,000 lines, per line',
  microseconds(() => rewriteScript({ script: long, shell: 'sh', variable: (n) => `V${n}` }), 15) / 7_000,
);
console.log(
  `${'start-up with the parser, bundled'.padEnd(40)}${(await importCost()).toFixed(1).padStart(8)} ms over a bare start`,
);

function row(what: string, value: number): void {
  console.log(`${what.padEnd(40)}${value.toFixed(2).padStart(8)} µs`);
}

/** Median over rounds of many calls each, the first of which warm up. */
function microseconds(call: () => unknown, rounds = 61): number {
  const perRound = rounds < 61 ? 1 : 200;
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    for (let at = 0; at < perRound; at += 1) call();
    times.push(((performance.now() - start) * 1_000) / perRound);
  }
  return median(times.slice(Math.floor(rounds / 4)));
}

/** Difference of the best of 25, as other work only ever adds: a process that evaluates one expression from a bundle, and one that does nothing. */
async function importCost(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-bench-'));
  try {
    const source = join(import.meta.dirname, '../packages/core/src');
    const entry = join(folder, 'entry.ts');
    writeFileSync(
      entry,
      `import { compiledExpression } from '${source}/expression/compiled-expressions.ts';\nimport { evaluateExpression } from '${source}/expression/evaluate.ts';\nevaluateExpression(compiledExpression("'a' == 'A'"), { context: () => null, call: () => null });\n`,
    );
    const bundle = await rolldown({ input: entry, platform: 'node', logLevel: 'silent' });
    await bundle.write({ file: join(folder, 'with.mjs'), minify: true });
    await bundle.close();
    writeFileSync(join(folder, 'without.mjs'), '');
    const times = { with: [] as number[], without: [] as number[] };
    for (let round = 0; round < 25; round += 1) {
      for (const name of ['with', 'without'] as const) {
        const start = performance.now();
        spawnSync(process.execPath, [join(folder, `${name}.mjs`)]);
        times[name].push(performance.now() - start);
      }
    }
    return Math.min(...times.with) - Math.min(...times.without);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
