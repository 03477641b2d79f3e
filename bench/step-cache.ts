// The step cache in whole runs: a step that is taken against the same step carried out, and the key of 10,000 files against
// `sha256sum` of the same files. A run without any cache is the measure for what the engine itself costs.
//   node bench/step-cache.ts [ROUNDS]

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine, measure, printTable } from './lib/measure.ts';
import type { Contestant } from './lib/measure.ts';
import { makeRepository, ours } from './lib/ours.ts';

const rounds = Number(process.argv[2] ?? 9);
const FILES = 10_000;

process.stdout.write(`${describeMachine()}\n`);
compareSteps('/bin/true, one input', 'argv = ["/bin/true"]', '');
compareSteps('50 files of 4 KiB, made by a shell', `run = '''${makes(50)}'''`, 'out/**');
compareSteps('50 files of 4 KiB, made in a second', `run = '''sleep 1; ${makes(50)}'''`, 'out/**');
compareKey();

/** Carried out and not kept, carried out and kept, taken with the files gone, taken with the files there. */
function compareSteps(title: string, body: string, outputs: string): void {
  const globs = outputs === '' ? '' : `, outputs = ["${outputs}"]`;
  const cached = `${body}\ncache = { inputs = ["workflow.toml"]${globs} }`;
  const contestant = (name: string, step: string, args: readonly string[], reset: (folder: string) => void): Contestant => {
    const folder = makeRepository(`cache-${name.replaceAll(/[^a-z]+/g, '-')}`, workflow(step));
    const one = ours(name, folder, ['run', 'workflow.toml', ...args]);
    return { ...one, reset: () => reset(folder) };
  };
  const clean = (folder: string): void => rmSync(join(folder, 'out'), { recursive: true, force: true });
  const results = measure(
    [
      contestant('carried out, no cache', body, [], clean),
      contestant('carried out, looked up and kept', cached, ['--no-cache'], clean),
      contestant('taken, its files are put there', cached, [], clean),
      contestant('taken, its files are there', cached, [], () => {}),
    ],
    rounds + 1,
  );
  printTable(title, results);
}

function compareKey(): void {
  const step = 'argv = ["/bin/true"]';
  const folder = makeRepository('cache-key', workflow(`${step}\ncache = { inputs = ["src/**"] }`));
  for (let index = 0; index < FILES; index++) {
    const path = join(folder, 'src', String(index % 100), `${index}.ts`);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `// ${index}\n${'export const value = 1;\n'.repeat(80)}`);
  }
  const results = measure(
    [
      { name: 'sha256sum', cwd: folder, command: ['sh', '-c', 'find src -type f -print0 | xargs -0 sha256sum'] },
      ours('**workflow run, taken**', folder, ['run', 'workflow.toml']),
      ours('workflow run without a cache', makeRepository('cache-none', workflow(step)), ['run', 'workflow.toml']),
    ],
    rounds + 1,
  );
  printTable(`${FILES} input files of 2 KiB`, results);
  const [sums, taken, bare] = results;
  if (sums === undefined || taken === undefined || bare === undefined) return;
  const ratio = (taken.wallMsLeast - bare.wallMsLeast) / sums.wallMsLeast;
  process.stdout.write(`\nThe key alone (the difference of the last two), against sha256sum: ${ratio.toFixed(2)} x\n`);
}

function workflow(step: string): string {
  return `id = "bench"\n[workspace]\nprovider = "none"\n[steps.make]\n${step}\n`;
}

function makes(count: number): string {
  return `mkdir -p out; i=0; while [ $i -lt ${count} ]; do head -c 4096 /dev/zero > out/$i; i=$((i+1)); done`;
}
