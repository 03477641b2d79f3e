// What a workspace costs, made and removed, beside the bare commands that do the same: a git worktree, a
// Jujutsu workspace and a copy.
//   node bench/workspace.ts [FILES]
// Not here: whole runs (steps.ts).

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';

import { measureInTurns } from './lib/in-turns.ts';
import type { Piece } from './lib/in-turns.ts';
import { describeMachine } from './lib/measure.ts';
import { spawnAndWait } from './lib/spawn-and-wait.ts';

const sizes = process.argv[2] === undefined ? [10, 2000] : [Number(process.argv[2])];
const scratch = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'bench-workspace-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
process.stdout.write(`${describeMachine()}\n`);

for (const files of sizes) {
  const source = makeRepository(join(scratch, `source-${files}`), files);
  const manager = createWorkspaceManager({ root: join(scratch, 'root'), acquireLock });
  const bare = join(scratch, 'bare');
  const git = ['git', '-C', source, '-c', 'checkout.workers=0'];
  const base = { runId: 'r1', id: 'w1', from: source, include: [] } as const;
  const ours =
    (provider: 'jj' | 'git' | 'copy', revision: string | null, from = source): Piece['work'] =>
    async () => {
      const { workspace } = await manager.ensure({ ...base, from, provider, base: revision });
      await manager.remove(workspace);
    };
  await measureInTurns(`A workspace of ${files} files, made and removed`, files > 1000 ? 8 : 40, [
    {
      name: 'bare: git worktree add, git worktree remove',
      work: async () => {
        await spawnAndWait([...git, 'worktree', 'add', '--quiet', '--detach', bare]);
        await spawnAndWait([...git, 'worktree', 'remove', '--force', bare]);
      },
    },
    { name: '**git, a given revision**', work: ours('git', 'HEAD') },
    { name: '**git, the head: looks for what is not committed too**', work: ours('git', null) },
    {
      name: 'bare: cp -a, rm -rf',
      work: async () => {
        await spawnAndWait(['cp', '-a', source, bare]);
        await spawnAndWait(['rm', '-rf', bare]);
      },
    },
    { name: '**copy**', work: ours('copy', null) },
    ...jujutsuPieces(files, ours),
  ]);
}

/** Not colocated, so that no git takes part. Bare commands work from a clean main checkout, which they record first. */
function jujutsuPieces(
  files: number,
  ours: (provider: 'jj', revision: string | null, from: string) => Piece['work'],
): readonly Piece[] {
  if (spawnSync('jj', ['--version']).status !== 0) {
    process.stdout.write('(no `jj` on PATH: without Jujutsu)\n');
    return [];
  }
  const source = join(scratch, `jujutsu-${files}`);
  makeFiles(source, files);
  const jj = ['jj', '-R', source, '--no-pager'] as const;
  const run = (...args: string[]): unknown => execFileSync('jj', ['-R', source, ...args], { stdio: 'ignore' });
  execFileSync('jj', ['git', 'init', '--no-colocate', source], { stdio: 'ignore' });
  run('commit', '--message', 'all');
  const place = join(scratch, 'bare-jujutsu');
  return [
    {
      name: 'bare: jj workspace add, jj workspace forget, rm -rf',
      work: async () => {
        await spawnAndWait([...jj, 'workspace', 'add', place]);
        await spawnAndWait([...jj, 'workspace', 'forget', 'bare-jujutsu']);
        await spawnAndWait(['rm', '-rf', place]);
      },
    },
    { name: '**jj, the current change’s parents**', work: ours('jj', null, source) },
    { name: '**jj, a given revision**', work: ours('jj', '@-', source) },
  ];
}

function makeFiles(folder: string, files: number): void {
  for (let i = 0; i < files; i++) {
    const inside = join(folder, `folder-${i % 50}`);
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `file-${i}.txt`), `${i}\n`.repeat(400));
  }
}

function makeRepository(folder: string, files: number): string {
  makeFiles(folder, files);
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=b@example.org', ...args], { cwd: folder });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'all');
  // So that a bare copy has not twice the files.
  git('gc', '--quiet');
  return folder;
}
