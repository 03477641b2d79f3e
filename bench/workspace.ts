// What a workspace costs, made and removed, beside the bare commands that do the same: a git worktree and a copy.
//   node bench/workspace.ts [FILES]
// Not here: whole runs (steps.ts).

import { execFileSync } from 'node:child_process';
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
    (provider: 'git' | 'copy', revision: string | null): Piece['work'] =>
    async () => {
      const { workspace } = await manager.ensure({ ...base, provider, base: revision });
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
  ]);
}

function makeRepository(folder: string, files: number): string {
  for (let i = 0; i < files; i++) {
    const inside = join(folder, `folder-${i % 50}`);
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `file-${i}.txt`), `${i}\n`.repeat(400));
  }
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=b@example.org', ...args], { cwd: folder });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'all');
  // So that a bare copy has not twice the files.
  git('gc', '--quiet');
  return folder;
}
