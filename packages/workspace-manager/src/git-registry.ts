// What a git repository keeps about its linked worktrees, read and cleared without starting git.
// Not here: making worktrees (providers/git-worktree.ts).

import { existsSync, lstatSync, readdirSync, realpathSync, rmSync, rmdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { commonDirOf, gitDirIn } from './find-source.ts';
import { readRegularFile } from './regular-file.ts';

const COMMIT = /^[0-9a-f]{40,64}$/;

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

/** Returns the commit that the repository has a worktree at `folder` on, on no branch; null when it knows none there. */
export function registeredCommit(from: string, folder: string): string | null {
  const commonDir = commonDirOf(from);
  const registry = commonDir === null ? null : join(commonDir, 'worktrees');
  if (registry === null || !existsSync(registry)) return null;
  const entry = readdirSync(registry).find((name) => registeredFolder(join(registry, name)) === join(folder, '.git'));
  const head = entry === undefined ? null : readRegularFile(join(registry, entry, 'HEAD'));
  return head !== null && COMMIT.test(head.trim()) ? head.trim() : null;
}

/** Returns the repository's own folder for the worktree at `folder`; null when its `.git` file is gone or points nowhere. */
export function adminDirOf(folder: string): string | null {
  // A link is none: git makes a file.
  const isLink = lstatSync(join(folder, '.git'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  const text = isLink ? null : readRegularFile(join(folder, '.git'));
  const adminDir = text === null ? null : gitDirIn(text, folder);
  return adminDir !== null && existsSync(adminDir) ? realpathSync(adminDir) : null;
}

/**
 * Returns the repository's own folder for the worktree at `folder` by what the repository says of it, whatever a step did to the
 * worktree's `.git` file; null when it knows none there.
 */
export function knownAdminDir(commonDir: string, folder: string): string | null {
  const registry = join(commonDir, 'worktrees');
  const names = existsSync(registry) ? readdirSync(registry) : [];
  // Named after the folder, as a rule.
  const likely = names.toSorted((a, b) => Number(b.startsWith(basename(folder))) - Number(a.startsWith(basename(folder))));
  return likely.map((name) => join(registry, name)).find((entry) => registeredFolder(entry) === join(folder, '.git')) ?? null;
}

/** Returns the `.git` file that an entry of the registry points at. */
export function registeredFolder(adminDir: string): string | null {
  const text = readRegularFile(join(adminDir, 'gitdir'))?.trim();
  if (text === undefined) return null;
  // Relative where git was told so, as Jujutsu does.
  const place = resolve(adminDir, text);
  const parent = dirname(place);
  return join(existsSync(parent) ? realpathSync(parent) : parent, basename(place));
}
