// Asks git which paths of a folder that need not be in any repository its `.gitignore` files name.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { runProcess } from '../run-process.ts';

/** Returns those of the paths (bytes as Latin-1 characters) that are ignored; none where there is no git. */
export async function ignoredByGit(folder: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const gitDir = mkdtempSync(join(tmpdir(), 'workflow-git-'));
  try {
    for (const name of ['objects', 'refs']) mkdirSync(join(gitDir, name));
    writeFileSync(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
    const argv = ['git', `--git-dir=${gitDir}`, `--work-tree=${folder}`, 'check-ignore', '--no-index', '-z', '--stdin'] as const;
    const stdin = Buffer.from(paths.join('\0'), 'latin1');
    const { stdout } = await runProcess({ argv: [...argv], cwd: folder, stdin, encoding: 'latin1', stdoutMax: Infinity });
    return new Set(stdout.split('\0').filter((path) => path !== ''));
  } catch (cause) {
    if (cause instanceof UserError && cause.code === 'git-missing') return new Set();
    throw cause;
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}
