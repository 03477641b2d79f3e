// A git repository inside a workspace keeps its commits and edits to itself: a commit of the workspace only names its head. What
// is in one would be lost with the workspace.
// Not here: what is in the workspace itself (commit-work.ts).

import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';

import { gitDirIn } from '../find-source.ts';
import type { MadeWorkspace } from '../providers/provider.ts';
import { findObstacles, nestedRepository, textOf } from '../obstacles.ts';
import { readRegularFile } from '../regular-file.ts';
import { withPrivateGit } from './private-git.ts';
import type { AskGit } from './private-git.ts';

/** What a workspace's tree says: `tree` as it is now, `edits` in what the last commit had it otherwise (`git diff-tree --raw -z`). */
export interface NestedRequest {
  readonly workspace: MadeWorkspace;
  readonly tree: string;
  readonly edits: string;
}

/** Throws when there are repositories inside the workspace that hold something of their own. */
export async function refuseNested(git: AskGit, request: NestedRequest): Promise<void> {
  const { workspace } = request;
  for (const [path, commit] of await linksOf(git, request)) {
    // A submodule that nobody checked out is an empty folder.
    if (!existsSync(join(workspace.folder, path, '.git'))) continue;
    if (commit !== null && (await isAsCommitted(join(workspace.folder, path), commit))) continue;
    throw nestedRepository(workspace, path);
  }
}

/** Returns the repositories that the tree names, with the commit that the last commit has for them; null for one that came or moved since. */
async function linksOf(git: AskGit, { workspace, tree, edits }: NestedRequest): Promise<ReadonlyMap<string, string | null>> {
  const links = new Map<string, string | null>();
  const fields = edits.split('\0');
  for (let at = 0; at + 1 < fields.length; at += 2) {
    if (/^:\d+ 160000 /.test(fields[at] ?? '')) links.set(fields[at + 1] ?? '', null);
  }
  for (const [path, commit] of await submodulesIn(git, { workspace, tree })) if (!links.has(path)) links.set(path, commit);
  return links;
}

async function submodulesIn(
  git: AskGit,
  { workspace, tree }: Omit<NestedRequest, 'edits'>,
): Promise<readonly (readonly [string, string])[]> {
  const file = join(workspace.folder, '.gitmodules');
  if (!existsSync(file)) return [];
  const { stdout } = await git(['config', '--file', file, '-z', '--get-regexp', '\\.path$']);
  const paths = stdout.split('\0').flatMap((entry) => entry.split('\n').slice(1));
  return paths.length === 0 ? [] : linksAt(git, tree, paths);
}

/** Says whether a submodule stands on the commit, without edits and without commits of its own, and so do those in it. */
async function isAsCommitted(folder: string, commit: string): Promise<boolean> {
  const gitDir = gitDirAt(folder);
  if (gitDir === null || headIn(gitDir) !== commit) return false;
  const inner = await commitsInside(folder, { gitDir, commit });
  if (inner === null) return false;
  for (const [path, innerCommit] of inner) if (!(await isAsCommitted(join(folder, path), innerCommit))) return false;
  return true;
}

/** Returns the commits of submodules that are checked out in a submodule; null when it has edits of its own. */
async function commitsInside(
  folder: string,
  { gitDir, commit }: { readonly gitDir: string; readonly commit: string },
): Promise<readonly (readonly [string, string])[] | null> {
  const { repositories } = await findObstacles(folder);
  return withPrivateGit({ commonDir: gitDir, workTree: folder, head: commit, index: join(gitDir, 'index') }, async (git) => {
    // Not into those inside: git would follow the settings of each.
    const { code, stdout } = await git(['status', '--porcelain', '-z', '--untracked-files=all', '--ignore-submodules=dirty']);
    if (code !== 0 || stdout !== '') return null;
    return repositories.length === 0 ? [] : linksAt(git, commit, repositories.map(textOf));
  });
}

async function linksAt(git: AskGit, tree: string, paths: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const listed = await git(['ls-tree', '-z', tree, '--', ...paths]);
  return listed.stdout.split('\0').flatMap((line) => {
    const [, commit = '', path = ''] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return commit === '' ? [] : [[path, commit] as const];
  });
}

function gitDirAt(folder: string): string | null {
  const dotGit = join(folder, '.git');
  if (lstatSync(dotGit).isDirectory()) return dotGit;
  const text = readRegularFile(dotGit);
  const gitDir = text === null ? null : gitDirIn(text, folder);
  return gitDir !== null && existsSync(gitDir) ? gitDir : null;
}

function headIn(gitDir: string): string | null {
  return readRegularFile(join(gitDir, 'HEAD'))?.trim() ?? null;
}
