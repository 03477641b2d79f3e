// How long a cancel takes until no process of a run is alive, and a killed engine until the run goes on.
//   node bench/cancel.ts [ROUNDS]

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, describeMachine } from './lib/measure.ts';
import { makeRepository, ours } from './lib/ours.ts';

const rounds = Number(process.argv[2] ?? 5);
const stays = join(cacheFolder, 'stays');
const WAYS = [
  '$P &',
  '($P & ) ; true',
  'setsid $P &',
  '(setsid $P & ) ; true',
  'env -i setsid $P &',
  '(env -i setsid $P & ) ; true',
];
const ready = `while [ "$(wc -l < ${stays}.pids 2>/dev/null || echo 0)" -lt ${WAYS.length} ]; do sleep 0.02; done; touch ${stays}.ready`;

process.stdout.write(`${describeMachine()}\n`);
process.stdout.write('\n| | least ms | median ms | most ms |\n| --- | --- | --- | --- |\n');
await cancels('cancel to no process left: a tree that ends when asked', '', rounds);
await cancels('the same, all ignore TERM (grace 10 s)', "trap '' TERM INT HUP;", 2);
await continues('a killed engine to `run.resumed`, one step under way', 1);
await continues('the same, 8 steps under way', 8);

async function cancels(title: string, trap: string, times: number): Promise<void> {
  writeFileSync(stays, `#!/bin/sh\n${trap} echo $$ >> "$0.pids"\nwhile :; do sleep 0.05; done\n`, { mode: 0o755 });
  const text = ['P=' + stays, ...WAYS, ready, `${trap} while :; do sleep 0.05; done`].join('\n');
  const folder = makeRepository('cancel', `id = "cancel"\n[workspace]\nprovider = "none"\n[steps.a]\nrun = '''\n${text}\n'''\n`);
  const { command, env } = ours('run', folder, ['run', 'workflow.toml']);
  const samples: number[] = [];
  for (let round = 0; round < times; round++) {
    for (const suffix of ['pids', 'ready']) rmSync(`${stays}.${suffix}`, { force: true });
    const child = spawn(command[0]!, command.slice(1), { cwd: folder, env, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    await until(() => existsSync(`${stays}.ready`));
    const startMs = performance.now();
    child.kill('SIGINT');
    const pids = readFileSync(`${stays}.pids`, 'utf8').trim().split('\n').map(Number);
    await until(() => !pids.some(isAlive));
    samples.push(performance.now() - startMs);
    await ended;
  }
  print(title, samples);
}

async function continues(title: string, count: number): Promise<void> {
  const steps = Array.from(
    { length: count },
    (_one, index) => `[steps.s${index}]\nrun = "echo up >> up; while [ ! -e go ]; do sleep 0.05; done"`,
  );
  const folder = makeRepository(
    `continue-${count}`,
    `id = "continue"\nmax_parallel = ${count}\n[workspace]\nprovider = "none"\n${steps.join('\n')}\n`,
  );
  const { command, env } = ours('run', folder, []);
  const samples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const name of ['up', 'go', 'events']) rmSync(join(folder, name), { force: true });
    const first = spawn(command[0]!, [...command.slice(1), 'run', 'workflow.toml'], { cwd: folder, env, stdio: 'ignore' });
    await until(() => read(join(folder, 'up')).split('\n').length - 1 === count);
    first.kill('SIGKILL');
    await new Promise((resolve) => first.on('exit', resolve));
    const startMs = performance.now();
    const next = spawn(command[0]!, [...command.slice(1), 'resume', '@', '--json'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise<void>((resolve) => next.stdout.on('data', (text) => String(text).includes('run.resumed') && resolve()));
    samples.push(performance.now() - startMs);
    writeFileSync(join(folder, 'go'), '');
    await new Promise((resolve) => next.on('exit', resolve));
  }
  print(title, samples);
}

function print(title: string, samples: number[]): void {
  samples.sort((a, b) => a - b);
  const figures = [samples[0]!, samples[Math.floor(samples.length / 2)]!, samples.at(-1)!];
  process.stdout.write(`| ${title} | ${figures.map((ms) => ms.toFixed(0)).join(' | ')} |\n`);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** Not merely listed until somebody collects it. */
function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
