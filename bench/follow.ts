// What looking at logs costs: 100 MB beside `cat`, the last lines of a large file beside `tail`, 100 MB followed while they are written
// beside `tail -f`, and a follower of a step that writes nothing.
//   node bench/follow.ts [ROUNDS] [IDLE-SECONDS]

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimeOfMs } from './lib/cpu-time.ts';
import { cacheFolder, describeMachine, measure, printTable } from './lib/measure.ts';
import { makeRepository, ours } from './lib/ours.ts';
import type { Contestant } from './lib/measure.ts';

const rounds = Number(process.argv[2] ?? 5);
const idleSeconds = Number(process.argv[3] ?? 20);
const BYTES = 100_000_000;
const go = join(cacheFolder, 'follow.go');
const none = '[workspace]\nprovider = "none"\n';
const line = '0123456789012345678901234567890123456789012345678901234567890123456789';
const noise = `yes ${line} | head -c ${BYTES}`;

process.stdout.write(`${describeMachine()}\n`);

const folder = makeRepository('follow', `id = "follow"\n${none}[steps.noise]\nrun = '''${noise}'''\n`);
const program = ours('', folder, []);
run(program, ['run', 'workflow.toml']);
const logFile = logOf(program);
printTable(
  '100 MB of a log',
  measure(
    [
      { name: 'cat', command: ['cat', logFile] },
      { name: 'sed, which puts a name in front of each line', command: ['sed', 's/^/noise | /', logFile] },
      like(program, 'workflow logs @ noise', ['logs', '@', 'noise']),
      like(program, 'workflow logs @ noise --plain', ['logs', '@', 'noise', '--plain']),
      like(program, 'workflow logs @', ['logs', '@']),
      like(program, 'workflow logs @ --timestamps', ['logs', '@', '--timestamps']),
      like(program, 'workflow logs @ --json', ['logs', '@', '--json']),
    ],
    rounds,
  ),
);

truncateSync(logFile, 1024 ** 3);
writeFileSync(logFile, `\n${`${line}\n`.repeat(1000)}`, { flag: 'a' });
printTable(
  'The last 10 lines of 1 GiB',
  measure(
    [
      { name: 'tail', command: ['tail', '-n', '10', logFile] },
      like(program, 'workflow logs @ noise --tail 10', ['logs', '@', 'noise', '--tail', '10']),
      like(program, 'workflow --version', ['--version']),
    ],
    rounds,
  ),
);
rmSync(logFile);

process.stdout.write(
  '\n### 100 MB followed while they are written\n\n| | least ms | ratio | CPU ms |\n| --- | --- | --- | --- |\n',
);
const followed: { [name: string]: { readonly ms: number; readonly cpuMs: number }[] } = {
  'tail -f': [],
  'workflow logs --follow': [],
};
for (let round = 0; round < rounds; round++) {
  for (const [name, samples] of Object.entries(followed)) samples.push(await followOnce(name));
}
const base = Math.min(...followed['tail -f']!.map(({ ms }) => ms));
for (const [name, samples] of Object.entries(followed)) {
  const ms = Math.min(...samples.map((sample) => sample.ms));
  const cpuMs = Math.min(...samples.map((sample) => sample.cpuMs));
  process.stdout.write(`| ${name} | ${ms.toFixed(0)} | ${(ms / base).toFixed(2)} x | ${cpuMs.toFixed(0)} |\n`);
}

await measureIdle();

/** A step waits, its log is followed, and it writes 100 MB: from the word to go to the last byte. */
async function followOnce(name: string): Promise<{ ms: number; cpuMs: number }> {
  rmSync(go, { force: true });
  const waiting = makeRepository(
    'follow-live',
    `id = "live"\n${none}[steps.noise]\nrun = '''echo up; while ! test -e ${go}; do sleep 0.01; done; ${noise}; sleep 1'''\n`,
  );
  const live = ours('', waiting, []);
  const engine = start(live, ['run', 'workflow.toml']);
  while (!hasLog(live)) await sleep(10);
  const reader =
    name === 'tail -f'
      ? spawn('tail', ['-c', '+1', '-f', logOf(live)], { stdio: ['ignore', 'pipe', 'inherit'] })
      : start(live, ['logs', '@', 'noise', '--follow']);
  let bytes = 0;
  const whole = new Promise<void>((resolve) => {
    reader.stdout!.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes >= BYTES + 3) resolve();
    });
  });
  await once(reader.stdout!, 'data');
  const cpuBeforeMs = cpuTimeOfMs(reader.pid!);
  const startedMs = performance.now();
  writeFileSync(go, '');
  await whole;
  const ms = performance.now() - startedMs;
  const cpuMs = cpuTimeOfMs(reader.pid!) - cpuBeforeMs;
  reader.kill();
  await Promise.all([once(engine, 'exit'), reader.exitCode === null && reader.signalCode === null ? once(reader, 'exit') : null]);
  return { ms, cpuMs };
}

async function measureIdle(): Promise<void> {
  rmSync(go, { force: true });
  const waiting = makeRepository(
    'follow-idle',
    `id = "idle"\nmax_parallel = 4\n${none}${[1, 2, 3, 4].map((index) => `[steps.s${index}]\nrun = 'echo up; while ! test -e ${go}; do sleep 1; done'\n`).join('')}`,
  );
  const idle = ours('', waiting, []);
  const engine = start(idle, ['run', 'workflow.toml']);
  while (!hasLog(idle)) await sleep(10);
  const follower = start(idle, ['logs', '@', '--follow']);
  await once(follower.stdout!, 'data');
  await sleep(2000);
  const beforeMs = cpuTimeOfMs(follower.pid!);
  await sleep(idleSeconds * 1000);
  const percent = (cpuTimeOfMs(follower.pid!) - beforeMs) / (idleSeconds * 10);
  writeFileSync(go, '');
  await Promise.all([once(engine, 'exit'), once(follower, 'exit')]);
  rmSync(go, { force: true });
  process.stdout.write(`\nA follower of four silent steps: ${percent.toFixed(2)} % of a processor over ${idleSeconds} s\n`);
}

function like(program: Contestant, name: string, args: readonly string[]): Contestant {
  return { ...program, name, command: [...program.command, ...args] };
}

function run({ command: [file, ...first], cwd, env }: Contestant, args: readonly string[]): void {
  spawnSync(file!, [...first, ...args], { cwd, env, stdio: 'ignore' });
}

function start({ command: [file, ...first], cwd, env }: Contestant, args: readonly string[]): ChildProcess {
  return spawn(file!, [...first, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The log of the first attempt of the latest run. */
function logOf({ env }: Contestant): string {
  const runs = join(env!['XDG_STATE_HOME']!, 'workflow/runs');
  return join(runs, readdirSync(runs).sort().at(-1)!, '1.log');
}

function hasLog(program: Contestant): boolean {
  try {
    return existsSync(logOf(program)) && readFileSync(logOf(program)).length > 0;
  } catch {
    return false;
  }
}
