// What starting a process costs: a C loop, Node's own spawn, and the launcher, each 1,000 times /bin/true, one after the other,
// with a small engine and with one that holds 200 MB. Prints microseconds per process, the least of three interleaved rounds.
// Run: node bench/launch.ts

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Launcher } from '@workflow-platform/executor';

const count = 1000;
const rounds = 3;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'launch-bench-')));

const source = `
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
extern char **environ;
int main(int argc, char **argv) {
  char *args[] = { "/bin/true", 0 };
  for (int i = atoi(argv[1]); i > 0; i--) { pid_t pid; int s; if (posix_spawn(&pid, args[0], 0, 0, args, environ)) return 1; waitpid(pid, &s, 0); }
  return 0;
}
`;

try {
  const contestants: { name: string; run: () => Promise<void> }[] = [];
  const binary = compileLoop();
  if (binary !== null) {
    contestants.push({ name: 'C posix_spawn loop', run: async () => void execFileSync(binary, [String(count)]) });
  } else {
    console.log('no C compiler here: without the C loop');
  }
  contestants.push({ name: 'child_process.spawn, output to /dev/null', run: () => chain(spawnOnce) });
  contestants.push({ name: 'launcher, output to a log file', run: runLauncher });
  for (const ballastMb of [0, 200]) {
    // Kept in an array and touched, so that it really is resident.
    const ballast = Array.from({ length: ballastMb }, () => Buffer.alloc(1024 * 1024, 1));
    const least = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      for (const { name, run } of contestants) {
        const startMs = performance.now();
        await run();
        const us = ((performance.now() - startMs) * 1000) / count;
        least.set(name, Math.min(least.get(name) ?? Infinity, us));
      }
    }
    console.log(
      `\nmicroseconds per process, engine of ${Math.round(process.memoryUsage.rss() / 1024 / 1024)} MB (${ballast.length} MB ballast)`,
    );
    for (const [name, us] of least) console.log(`  ${name.padEnd(42)} ${us.toFixed(0).padStart(6)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compileLoop(): string | null {
  const path = join(folder, 'loop');
  writeFileSync(`${path}.c`, source);
  return spawnSync('cc', ['-O2', '-o', path, `${path}.c`]).status === 0 ? path : null;
}

async function chain(once: () => Promise<void>): Promise<void> {
  for (let index = 0; index < count; index++) await once();
}

function spawnOnce(): Promise<void> {
  return new Promise((resolve) => spawn('/bin/true', { stdio: 'ignore', detached: true }).on('close', () => resolve()));
}

async function runLauncher(): Promise<void> {
  const launcher = new Launcher({ env: process.env, runId: 'bench', folder });
  const request = { argv: ['/bin/true'], cwd: folder, env: { WORKFLOW: '1', WORKFLOW_STEP: 'a' }, stdin: null, stdout: null };
  let attemptNo = 0;
  await chain(async () => {
    attemptNo++;
    await launcher.start({ ...request, attemptNo, log: join(folder, `${attemptNo}.log`) }).ended;
  });
  await launcher.close();
}
