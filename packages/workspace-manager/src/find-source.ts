// Finds the repository or folder that a workspace is made from, by looking at files only: no process is started.
// Not here: which provider makes the workspace (decide-provider.ts).

import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { readRegularFile } from './regular-file.ts';

/** What a workspace is made from. All paths are physical. */
export type Source =
  | GitSource
  /** `root` is the main checkout of a Jujutsu repository; `checkout` may be another workspace of it. */
  | { readonly kind: 'jj'; readonly root: string; readonly checkout: string }
  | { readonly kind: 'folder'; readonly root: string; readonly checkout: string };

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

/**
 * Returns what the folder `from` belongs to: the nearest repository above it, or the folder itself. Inside a workspace nothing
 * above the workspace counts: a plain copy must not be taken for part of a repository that its cache folder happens to lie in.
 */
export function findSource(from: string, workspacesRoot: string): Source {
  const start = physicalFolder(from);
  const workspace = workspaceAround(start, workspacesRoot);
  for (let folder = start; ; folder = dirname(folder)) {
    const isJujutsu = isFolder(join(folder, '.jj'));
    const git = gitFoldersOf(folder);
    if (git !== null) return { kind: 'git', ...git, checkout: folder, isSharedWithJujutsu: isJujutsu };
    if (isJujutsu) return { kind: 'jj', root: mainCheckoutOf(folder), checkout: folder };
    if (folder === workspace) return { kind: 'folder', root: folder, checkout: folder };
    if (folder === dirname(folder)) return { kind: 'folder', root: start, checkout: start };
  }
}

/** Returns the workspace that a folder is in: `<root>/<namespace>/<id>`. */
function workspaceAround(folder: string, workspacesRoot: string): string | null {
  const root = existsSync(workspacesRoot) ? realpathSync(workspacesRoot) : workspacesRoot;
  const [namespace = '..', id] = relative(root, folder).split(sep);
  return namespace === '..' || namespace === '' || id === undefined ? null : join(root, namespace, id);
}

/** Returns the folder that all worktrees of the repository at `root` share, or null when there is none any more. */
export function commonDirOf(root: string): string | null {
  // A bare repository is its own.
  return gitFoldersOf(root)?.commonDir ?? (isFolder(join(root, 'objects')) ? root : null);
}

/** Returns the `.git` folder of a checkout's own: of a linked worktree, the one that holds its index; null when it has none. */
export function gitDirOf(checkout: string): string | null {
  const dotGit = join(checkout, '.git');
  if (isFolder(dotGit)) return realpathSync(dotGit);
  const text = readRegularFile(dotGit);
  const gitDir = text === null ? null : gitDirIn(text, checkout);
  return gitDir !== null && isFolder(gitDir) ? realpathSync(gitDir) : null;
}

/** Returns the store that a folder's `.jj` belongs to, as a physical path; null when it has none. */
export function jujutsuRepoOf(folder: string): string | null {
  const place = join(folder, '.jj', 'repo');
  try {
    if (isFolder(place)) return realpathSync(place);
    const pointer = readRegularFile(place);
    if (pointer === null) return null;
    const repo = realpathSync(resolve(folder, '.jj', pointer.trimEnd()));
    return isFolder(repo) ? repo : null;
  } catch {
    return null;
  }
}

/** Returns the folder that a `.git` file points at, or null when the text is no such file's. */
export function gitDirIn(text: string, folder: string): string | null {
  const match = /^gitdir: ([^\n]+?)\s*$/.exec(text);
  return match?.[1] === undefined ? null : resolve(folder, match[1]);
}

function mainCheckoutOf(workspace: string): string {
  const repo = jujutsuRepoOf(workspace);
  return repo?.endsWith(join(sep, '.jj', 'repo')) ? dirname(dirname(repo)) : workspace;
}

function gitFoldersOf(folder: string): { readonly root: string; readonly commonDir: string } | null {
  const dotGit = join(folder, '.git');
  if (isFolder(dotGit)) return { root: folder, commonDir: realpathSync(dotGit) };
  const text = readRegularFile(dotGit);
  const gitDir = text === null ? null : gitDirIn(text, folder);
  if (gitDir === null) return null;
  const pointer = readRegularFile(join(gitDir, 'commondir'));
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
