// Measures commands fairly on a noisy machine: all contestants of a table take turns, round by round, and the least and the
// median of each are kept. Ratios are what counts; the first contestant is the base.
// Not here: what is measured (the suites).

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
  /** What it keeps on disk a step, for the table. */
  readonly keeps?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Puts things back to how they were before each round. */
  readonly reset?: () => void;
  /** File that its standard output goes to; nowhere by default. */
  readonly stdout?: string;
}

export interface Result {
  readonly name: string;
  readonly keeps: string;
  readonly wallMsLeast: number;
  readonly wallMsMedian: number;
  readonly cpuMsLeast: number;
  readonly rssMib: number;
}

export const cacheFolder = join(import.meta.dirname, '../../.cache/bench');

/** Compiles a program of bench/c; null (with the reason printed) where there is no compiler or library. */
export function compile(name: string, libraries: readonly string[] = []): string | null {
  const source = join(import.meta.dirname, '../c', `${name}.c`);
  const program = join(cacheFolder, name);
  mkdirSync(cacheFolder, { recursive: true });
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program;
  const { status, stderr } = spawnSync('cc', ['-O2', '-o', program, source, ...libraries.map((library) => `-l${library}`)], {
    encoding: 'utf8',
  });
  if (status === 0) return program;
  process.stdout.write(`(left out: ${name}.c does not compile here: ${(stderr ?? 'no cc').trim().split('\n').at(-1)})\n`);
  return null;
}

/** Runs all contestants in turns and returns their figures, in the given order. One that fails is told and left out. */
export function measure(contestants: readonly Contestant[], rounds: number): Result[] {
  const program = compile('measure');
  if (program === null) throw new Error('the benchmarks need a C compiler (cc)');
  const samples = new Map<string, { wallMs: number; cpuMs: number; rssKib: number }[]>();
  const broken = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, cwd, env, reset, stdout } of contestants) {
      if (broken.has(name)) continue;
      reset?.();
      const redirect = stdout === undefined ? '/dev/null' : stdout;
      const { stderr, output } = spawnSync('sh', ['-c', `exec "$@" >"$0"`, redirect, program, ...command], {
        cwd,
        env: env ?? process.env,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
        maxBuffer: 256 << 20,
      });
      const line = output?.[3]?.trim() ?? '';
      const sample = line === '' ? null : (JSON.parse(line) as { wallMs: number; cpuMs: number; rssKib: number; code: number });
      if (sample === null || sample.code !== 0) {
        broken.add(name);
        process.stdout.write(`(left out: ${name} failed: ${stderr.trim().split('\n').slice(-3).join(' / ')})\n`);
        continue;
      }
      samples.set(name, [...(samples.get(name) ?? []), sample]);
    }
  }
  return contestants
    .filter(({ name }) => !broken.has(name))
    .map(({ name, keeps }) => {
      const all = samples.get(name) ?? [];
      const walls = all.map(({ wallMs }) => wallMs).sort((a, b) => a - b);
      return {
        name,
        keeps: keeps ?? '',
        wallMsLeast: walls[0] ?? NaN,
        wallMsMedian: walls[Math.floor(walls.length / 2)] ?? NaN,
        cpuMsLeast: Math.min(...all.map(({ cpuMs }) => cpuMs)),
        rssMib: Math.max(...all.map(({ rssKib }) => rssKib)) / 1024,
      };
    });
}

/** Prints a table; ratios are against the first row. */
export function printTable(title: string, results: readonly Result[]): void {
  const base = results[0];
  if (base === undefined) return;
  const rows = results.map((result) => [
    result.name,
    result.keeps,
    result.wallMsLeast.toFixed(1),
    result.wallMsMedian.toFixed(1),
    `${(result.wallMsLeast / base.wallMsLeast).toFixed(2)} x`,
    `${(result.wallMsMedian / base.wallMsMedian).toFixed(2)} x`,
    result.cpuMsLeast.toFixed(1),
    result.rssMib.toFixed(0),
  ]);
  const header = [
    '',
    'keeps a step',
    'least ms',
    'median ms',
    'ratio (least)',
    'ratio (median)',
    'CPU ms',
    'MiB (largest process)',
  ];
  process.stdout.write(
    `\n### ${title}\n\n${[header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`,
  );
}

/** Says what machine the figures are from, without naming it. */
export function describeMachine(): string {
  const cores = execFileSync('getconf', ['_NPROCESSORS_ONLN'], { encoding: 'utf8' }).trim();
  return `${process.platform} ${process.arch}, ${cores} cores, Node ${process.version}`;
}
