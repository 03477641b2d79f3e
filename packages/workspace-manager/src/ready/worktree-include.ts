// What `.worktreeinclude` of the checkout's top folder names: patterns as in `.gitignore` for ignored files that every new
// worktree gets. Other tools read it too; git itself tells what matches, so it means here what it means there.
// Not here: bringing files along (include.ts).

import { lstatSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { jujutsuRepoOf } from '../find-source.ts';
import type { Source } from '../find-source.ts';
import { askGit } from '../git-program.ts';

const NAME = '.worktreeinclude';
const METADATA = /^\.(?:git|jj)(?:\/|$)/;

/** Paths in the checkout, none below another, and what the user should know. */
export interface ListedFiles {
  readonly paths: readonly string[];
  readonly warnings: readonly string[];
}

/** Returns what is ignored in the checkout and named by its `.worktreeinclude`. */
export async function worktreeIncluded(source: Source): Promise<ListedFiles> {
  const { checkout } = source;
  const file = lstatSync(join(checkout, NAME), { throwIfNoEntry: false });
  if (file === undefined) return { paths: [], warnings: [] };
  if (!file.isFile()) return { paths: [], warnings: [`${join(checkout, NAME)} is a link or no file, and is not read`] };
  const repository = repositoryOf(source);
  if (repository === null) return { paths: [], warnings: [] };
  try {
    const [ignored, named] = await Promise.all([
      list(checkout, [...repository], '--exclude-standard'),
      list(checkout, [...repository], `--exclude-from=${NAME}`),
    ]);
    return { paths: common(ignored, named), warnings: [] };
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return { paths: [], warnings: [`${join(checkout, NAME)} is not read: ${cause.message}`] };
  }
}

/** Returns the arguments that make git look at the checkout; null where there is no repository for it. */
function repositoryOf(source: Source): readonly string[] | null {
  switch (source.kind) {
    case 'git':
      return [];
    case 'jj': {
      const store = jujutsuRepoOf(source.checkout);
      const target = store === null ? null : readText(join(store, 'store', 'git_target'));
      if (store === null || target === null) return null;
      return [`--git-dir=${resolve(join(store, 'store'), target.trim())}`, `--work-tree=${source.checkout}`];
    }
    default:
      return null;
  }
}

/** Folders of which all is meant stand for their content, with a slash at the end. */
async function list(checkout: string, repository: readonly string[], which: string): Promise<readonly string[]> {
  const args = [...repository, 'ls-files', '-z', '--others', '--ignored', '--directory', which];
  const { code, stdout, stderr } = await askGit(checkout, args, { stdoutMax: Infinity });
  if (code !== 0) throw new UserError('workspace-git-failed', stderr.trim().split('\n')[0] ?? `git says ${code}`);
  return stdout.split('\0').filter((path) => path !== '' && !METADATA.test(path));
}

/** Returns what stands in both lists, by itself or as a part of a folder. */
function common(one: readonly string[], other: readonly string[]): readonly string[] {
  const [inOne, inOther] = [new Set(one), new Set(other)];
  const both = new Set([...one.filter((path) => holds(inOther, path)), ...other.filter((path) => holds(inOne, path))]);
  return [...both]
    .filter((path) => !foldersAbove(path).some((folder) => both.has(folder)))
    .map((path) => path.replace(/\/$/, ''))
    .sort();
}

function holds(paths: ReadonlySet<string>, path: string): boolean {
  return paths.has(path) || foldersAbove(path).some((folder) => paths.has(folder));
}

function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.push(`${folder}/`);
  return folders;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
