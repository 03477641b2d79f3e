// What a workspace costs, made and removed, beside the bare commands that do the same: a git worktree, a Jujutsu workspace
// and a copy. BENCH_FOLDER says where (`/dev/shm`: without the disk).
//   node bench/workspace.ts [FILES…] [git|copy|jj|jj-git]…
// Not here: many at once (workspaces-at-once.ts), whole runs (steps.ts).

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager, namespaceOf } from '@workflow-platform/workspace-manager';
import type { WorkspaceManager } from '@workflow-platform/workspace-manager';

import { MAKER_HEAD, measureMakers } from './lib/make-and-remove.ts';
import type { MakerPiece } from './lib/make-and-remove.ts';
import { describeMachine } from './lib/measure.ts';
import { spawnAndWait } from './lib/spawn-and-wait.ts';
import { hasJujutsu, makeSource } from './lib/workspace-sources.ts';
import type { SourceKind } from './lib/workspace-sources.ts';

const words = process.argv.slice(2);
const asked = words.filter((word) => /^\d/.test(word)).map(Number);
const kinds = words.filter((word) => !/^\d/.test(word));
const sizes = asked.length > 0 ? asked : [10, 2000, 10_000, 50_000];
const scratch = mkdtempSync(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'bench-workspace-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const bare = join(scratch, 'bare');
const root = join(scratch, 'root');

process.stdout.write(`${describeMachine()}\n`);
for (const kind of ['git', 'copy', ...(hasJujutsu() ? (['jj', 'jj-git'] as const) : [])] as const) {
  if (kinds.length > 0 && !kinds.includes(kind)) continue;
  process.stdout.write(`\n### ${titleOf(kind)}\n\n${MAKER_HEAD}\n`);
  for (const files of sizes) {
    const source = makeSource(join(scratch, `${kind}-${files}`), kind, files);
    await measureMakers(String(files), roundsFor(files), piecesFor(kind, source));
    rmSync(source, { recursive: true });
    rmSync(root, { recursive: true, force: true });
  }
}

function titleOf(kind: SourceKind): string {
  switch (kind) {
    case 'git':
      return 'A git worktree';
    case 'copy':
      return 'A copy';
    case 'jj':
      return 'A Jujutsu workspace';
    case 'jj-git':
      return 'A Jujutsu workspace that is a git worktree, too';
  }
}

function roundsFor(files: number): number {
  return files >= 50_000 ? 3 : files >= 10_000 ? 6 : files >= 1000 ? 12 : 40;
}

function piecesFor(kind: SourceKind, source: string): readonly MakerPiece[] {
  const manager = createWorkspaceManager({ root, acquireLock });
  switch (kind) {
    case 'git': {
      const git = (name: string, options: readonly string[]): MakerPiece => ({
        name,
        make: () => spawnAndWait(['git', '-C', source, ...options, 'worktree', 'add', '--quiet', '--detach', bare]),
        // Not by force: so it, too, looks for what is not committed.
        remove: () => spawnAndWait(['git', '-C', source, 'worktree', 'remove', bare]),
      });
      return [
        git('git worktree add, remove', []),
        git('the same, `checkout.workers=0`', ['-c', 'checkout.workers=0']),
        ours('**git, a given revision**', manager, source, 'git', 'HEAD'),
        ours('**git, the head: looks for what is not committed, too**', manager, source, 'git', null),
      ];
    }
    case 'copy':
      return [
        {
          name: 'cp -a, rm -rf',
          make: () => spawnAndWait(['cp', '-a', source, bare]),
          remove: () => spawnAndWait(['rm', '-rf', bare]),
        },
        ours('**copy**', manager, source, 'copy', null),
      ];
    case 'jj':
    case 'jj-git':
      // Bare commands work from a clean main checkout, which they record first.
      return [
        {
          name: 'jj workspace add, forget, rm -rf',
          make: () => spawnAndWait(['jj', '-R', source, '--no-pager', 'workspace', 'add', bare]),
          async remove() {
            await spawnAndWait(['jj', '-R', source, '--no-pager', 'workspace', 'forget', 'bare']);
            await spawnAndWait(['rm', '-rf', bare]);
          },
        },
        ours('**jj, the current change’s parents**', manager, source, 'jj', null),
        ours('**jj, a given revision**', manager, source, 'jj', '@-'),
      ];
  }
}

function ours(
  name: string,
  manager: WorkspaceManager,
  source: string,
  provider: 'jj' | 'git' | 'copy',
  base: string | null,
): MakerPiece {
  const namespace = join(root, namespaceOf(source));
  let workspace: Awaited<ReturnType<WorkspaceManager['ensure']>>['workspace'] | null = null;
  return {
    name,
    async make() {
      ({ workspace } = await manager.ensure({ runId: 'r1', id: 'w1', from: source, provider, base, include: [] }));
    },
    async remove() {
      if (workspace !== null) await manager.remove(workspace);
    },
    async settle() {
      while (readdirSync(namespace).some((entry) => entry.startsWith('.trash-'))) await delay(5);
    },
  };
}
