// What a git repository keeps about its linked worktrees, read and cleared without starting git.
// Not here: making worktrees (providers/git-worktree.ts).

import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync, rmSync, rmdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { commonDirOf, gitDirIn } from './find-source.ts';

/** Forgets the worktree at `folder`: does what `git worktree prune` does, for this one only. */
export function forgetWorktree(from: string, folder: string): void {
  const commonDir = commonDirOf(from);
  if (commonDir === null) return;
  const registry = join(commonDir, 'worktrees');
  if (!existsSync(registry)) return;
  for (const name of readdirSync(registry)) {
    const entry = join(registry, name);
    if (registeredFolder(entry) === join(folder, '.git')) rmSync(entry, { recursive: true, force: true });
  }
  try {
    rmdirSync(registry);
  } catch {
    // Other worktrees are there.
  }
}

/** Returns the repository's own folder for the worktree at `folder`; null when its `.git` file is gone or points nowhere. */
export function adminDirOf(folder: string): string | null {
  const stat = lstatSync(join(folder, '.git'), { throwIfNoEntry: false });
  if (!stat?.isFile()) return null;
  const adminDir = gitDirIn(readFileSync(join(folder, '.git'), 'utf8'), folder);
  return adminDir !== null && existsSync(adminDir) ? realpathSync(adminDir) : null;
}

/** Returns the `.git` file that an entry of the registry points at. */
export function registeredFolder(adminDir: string): string | null {
  const text = readText(join(adminDir, 'gitdir'))?.trim();
  if (text === undefined) return null;
  // Relative where git was told so, as Jujutsu does.
  const place = resolve(adminDir, text);
  const parent = dirname(place);
  return join(existsSync(parent) ? realpathSync(parent) : parent, basename(place));
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
