// Many workspaces at once while somebody works in the main checkout, beside as many bare commands at once: how many come to
// be, whether the main checkout is untouched, and what it costs. BENCH_FOLDER says where (`/dev/shm`: without the disk).
//   node bench/workspaces-at-once.ts [FILES [COUNT [ROUNDS]]] [git|copy|jj|jj-git]…
// Not here: one at a time (workspace.ts).

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager, namespaceOf } from '@workflow-platform/workspace-manager';
import { rolldown } from 'rolldown';

import { guardCheckout } from './lib/checkout-guard.ts';
import { cpuTimeMs } from './lib/cpu-time.ts';
import { cacheFolder, describeMachine } from './lib/measure.ts';
import { spawnAndWait } from './lib/spawn-and-wait.ts';
import { hasJujutsu, makeSource } from './lib/workspace-sources.ts';
import type { SourceKind } from './lib/workspace-sources.ts';

/** One way of making many workspaces of a source. */
interface Contestant {
  readonly name: string;
  /** Begins the making of each; those that reject did not come to be. `place` is a fresh folder. */
  readonly make: (source: string, place: string) => readonly Promise<unknown>[];
  /** Folder of the workspace with this number. */
  readonly folderOf: (source: string, place: string, index: number) => string;
}

interface Round {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly whole: number;
  readonly changed: readonly string[];
}

const kinds = process.argv.slice(2).filter((word) => !/^\d/.test(word));
const [files = 10_000, count = 20, rounds = 3] = process.argv
  .slice(2)
  .filter((word) => /^\d/.test(word))
  .map(Number);
const scratch = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'bench-at-once-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const program = await bundle();
const numbers = Array.from({ length: count }, (_, index) => index);

process.stdout.write(
  `${describeMachine()}\n\n### ${count} workspaces of ${files} files at once, in a checkout that is worked in\n`,
);
await tellNodeStart();
for (const kind of ['git', 'copy', ...(hasJujutsu() ? (['jj', 'jj-git'] as const) : [])] as const) {
  if (kinds.length === 0 || kinds.includes(kind)) await compare(kind);
}

async function compare(kind: SourceKind): Promise<void> {
  const template = makeSource(join(scratch, `template-${kind}`), kind, files);
  const contestants = contestantsFor(kind);
  const results = new Map<Contestant, Round[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) results.get(contestant)?.push(await measureOnce(contestant, kind, template));
  }
  rmSync(template, { recursive: true });
  process.stdout.write(
    '\n| | came to be | main checkout | least ms | ratio | CPU ms | ratio |\n| --- | ---: | --- | ---: | ---: | ---: | ---: |\n',
  );
  const least = (of: readonly Round[], what: 'wallMs' | 'cpuMs'): number => Math.min(...of.map((round) => round[what]));
  const base = results.get(contestants[0] as Contestant) ?? [];
  for (const [{ name }, all] of results) {
    const whole = all.reduce((sum, round) => sum + round.whole, 0);
    const changed = [...new Set(all.flatMap((round) => round.changed))].join(', ');
    const cells = (['wallMs', 'cpuMs'] as const).flatMap((what) => [
      least(all, what).toFixed(0),
      `${(least(all, what) / least(base, what)).toFixed(2)} x`,
    ]);
    process.stdout.write(`| ${name} | ${whole} of ${count * rounds} | ${changed || 'untouched'} | ${cells.join(' | ')} |\n`);
  }
}

/** What of the processes is Node's own. */
async function tellNodeStart(): Promise<void> {
  const cpuBeforeMs = cpuTimeMs();
  const startedMs = performance.now();
  await Promise.all(numbers.map(() => spawnAndWait([process.execPath, '-e', '0'])));
  const [wallMs, cpuMs] = [performance.now() - startedMs, cpuTimeMs() - cpuBeforeMs];
  process.stdout.write(`\n${count} times \`node -e 0\` at once: ${wallMs.toFixed(0)} ms, CPU ${cpuMs.toFixed(0)} ms.\n`);
}

/** Each time from a fresh source, so that nobody pays for what others left in the repository. */
async function measureOnce(contestant: Contestant, kind: SourceKind, template: string): Promise<Round> {
  const [source, place] = [join(scratch, 'source'), join(scratch, 'place')];
  execFileSync('cp', ['-a', template, source]);
  // Copied files are other files to git's index: it is brought in order, as that of a checkout in use is.
  if (kind === 'git') execFileSync('git', ['-C', source, 'update-index', '--refresh', '-q']);
  mkdirSync(place);
  const guard = await guardCheckout(source, kind);
  const cpuBeforeMs = cpuTimeMs();
  const startedMs = performance.now();
  await Promise.allSettled(contestant.make(source, place));
  const wallMs = performance.now() - startedMs;
  const cpuMs = cpuTimeMs() - cpuBeforeMs;
  const changed = await guard.end();
  const whole = numbers.filter((index) => isWhole(contestant.folderOf(source, place, index))).length;
  execFileSync('rm', ['-rf', source, place]);
  return { wallMs, cpuMs, whole, changed };
}

function isWhole(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const areas = readdirSync(folder).filter((name) => name.startsWith('area-'));
  const found = areas.flatMap((area) => readdirSync(join(folder, area), { recursive: true }).map(String));
  return found.filter((name) => name.endsWith('.txt')).length === files;
}

function contestantsFor(kind: SourceKind): readonly Contestant[] {
  const bare = (name: string, argv: (source: string, target: string) => readonly string[]): Contestant => ({
    name,
    make: (source, place) => numbers.map((index) => spawnAndWait(argv(source, join(place, `w${index}`)))),
    folderOf: (_, place, index) => join(place, `w${index}`),
  });
  switch (kind) {
    case 'git':
      return [
        bare('git worktree add', (source, target) => ['git', '-C', source, 'worktree', 'add', '--quiet', '--detach', target]),
        ...ours('git'),
      ];
    case 'copy':
      return [bare('cp -a', (source, target) => ['cp', '-a', source, target]), ...ours('copy')];
    case 'jj':
    case 'jj-git':
      return [
        fromControl(kind),
        ...ours('jj'),
        bare('jj workspace add, from the main checkout', (source, target) => [
          'jj',
          '-R',
          source,
          '--no-pager',
          'workspace',
          'add',
          target,
        ]),
      ];
  }
}

/** Bare commands again, from an empty workspace that nobody works in. */
function fromControl(kind: 'jj' | 'jj-git'): Contestant {
  return {
    name: 'jj workspace add, from an empty workspace',
    make(source, place) {
      const control = join(place, 'control');
      const options = ['--ignore-working-copy', '--sparse-patterns=empty', '--revision=root()', '--config=git.colocate=false'];
      // Does all that is asked and then complains that it may not update a working copy.
      spawnSync('jj', ['-R', source, 'workspace', 'add', ...options, control], { stdio: 'ignore' });
      const add = ['jj', '-R', control, '--no-pager', 'workspace', 'add', '--sparse-patterns=full'];
      // From there it does not colocate by itself.
      add.push('--revision=default@-', kind === 'jj' ? '--no-colocate' : '--colocate');
      return numbers.map((index) => spawnAndWait([...add, join(place, `w${index}`)]));
    },
    folderOf: (_, place, index) => join(place, `w${index}`),
  };
}

function ours(provider: 'git' | 'copy' | 'jj'): readonly Contestant[] {
  const folderOf: Contestant['folderOf'] = (source, place, index) => join(place, namespaceOf(source), `w${index}`);
  return [
    {
      name: '**ours, one process**',
      make(source, place) {
        const manager = createWorkspaceManager({ root: place, acquireLock });
        return numbers.map((index) =>
          manager.ensure({ runId: `r${index}`, id: `w${index}`, from: source, provider, base: null, include: [] }),
        );
      },
      folderOf,
    },
    {
      name: `**ours, ${count} processes**`,
      make: (source, place) =>
        numbers.map((index) => spawnAndWait([process.execPath, program, place, source, provider, `w${index}`])),
      folderOf,
    },
  ];
}

/** The program that makes one, in one file as users have it: reading many sources would cost more than the workspace. */
async function bundle(): Promise<string> {
  const file = join(cacheFolder, 'make-workspace.mjs');
  const bundled = await rolldown({
    input: join(import.meta.dirname, 'programs/make-workspace.ts'),
    platform: 'node',
    external: [/^node:/],
    logLevel: 'warn',
  });
  await bundled.write({ file, format: 'esm', minify: true });
  await bundled.close();
  return file;
}
