// Finds the repository or folder that a workspace is made from, by looking at files only: no process is started.
// Not here: which provider makes the workspace (decide-provider.ts).

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { UserError } from '@workflow-platform/events';

/** What a workspace is made from. All paths are physical. */
export type Source = GitSource | { readonly kind: 'jj' | 'folder'; readonly root: string; readonly checkout: string };

/** A git repository, perhaps shared by Jujutsu. */
export interface GitSource {
  readonly kind: 'git';
  /** The repository's main folder: the same for all its linked worktrees. Names the workspaces. */
  readonly root: string;
  /** The checkout we stand in: the main folder or a linked worktree. Its HEAD is the default base. */
  readonly checkout: string;
  /** The `.git` folder that all worktrees share. */
  readonly commonDir: string;
  readonly isSharedWithJujutsu: boolean;
}

/** Returns what the folder `from` belongs to: the nearest repository above it, or the folder itself. */
export function findSource(from: string): Source {
  const start = physicalFolder(from);
  for (let folder = start; ; folder = dirname(folder)) {
    const isJujutsu = isFolder(join(folder, '.jj'));
    const git = gitFoldersOf(folder);
    if (git !== null) return { kind: 'git', ...git, checkout: folder, isSharedWithJujutsu: isJujutsu };
    if (isJujutsu) return { kind: 'jj', root: folder, checkout: folder };
    if (folder === dirname(folder)) return { kind: 'folder', root: start, checkout: start };
  }
}

/** Returns the folder that a `.git` file points at, or null when the text is no such file's. */
export function gitDirIn(text: string, folder: string): string | null {
  const match = /^gitdir: ([^\n]+?)\s*$/.exec(text);
  return match?.[1] === undefined ? null : resolve(folder, match[1]);
}

function gitFoldersOf(folder: string): { readonly root: string; readonly commonDir: string } | null {
  const dotGit = join(folder, '.git');
  if (isFolder(dotGit)) return { root: folder, commonDir: realpathSync(dotGit) };
  const text = readIfFile(dotGit);
  const gitDir = text === null ? null : gitDirIn(text, folder);
  if (gitDir === null) return null;
  const pointer = readIfFile(join(gitDir, 'commondir'));
  // A submodule, or a repository whose `.git` lies elsewhere: a repository of its own.
  if (pointer === null) return isFolder(gitDir) ? { root: folder, commonDir: realpathSync(gitDir) } : null;
  const commonDir = realpathSync(resolve(gitDir, pointer.trim()));
  return { root: basename(commonDir) === '.git' ? dirname(commonDir) : commonDir, commonDir };
}

function physicalFolder(path: string): string {
  try {
    const physical = realpathSync(path);
    if (isFolder(physical)) return physical;
  } catch (cause) {
    throw new UserError('source-not-found', `there is no folder ${path} to make a workspace from`, { cause, exitCode: 3 });
  }
  throw new UserError('source-not-found', `${path} is not a folder`, { exitCode: 3 });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readIfFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
