// A workspace as a linked git worktree on a detached HEAD: commits made in it land in the repository, its checkout stays
// untouched. No branch is made, so any number can be added at once.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';

import { diskFull, freeBytes } from '../disk-full.ts';
import type { GitSource, Source } from '../find-source.ts';
import { adminDirOf, forgetWorktree, registeredFolder } from '../git-registry.ts';
import { runProcess } from '../run-process.ts';
import type { ProcessResult } from '../run-process.ts';
import { specialContentOf } from '../special-content.ts';
import { BuildRaceError } from './provider.ts';
import type { BuildContext, BuildResult, MadeWorkspace, WorkspaceProvider } from './provider.ts';

/** Makes workspaces as git worktrees. */
export const gitWorktree: WorkspaceProvider = {
  kind: 'git',
  buildsInPlace: true,
  check: () => {},
  build,
  keepOut,
  problemOf,
  refresh: async () => [],
  snapshot: async () => [],
  preserve,
  deregister: async (from, folder) => forgetWorktree(from, folder),
};

// No hook and no file system monitor of the repository runs on our behalf.
const OURS = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'] as const;

async function build(context: BuildContext): Promise<BuildResult> {
  const { source, site, base, run } = context;
  const { checkout } = gitSource(source);
  const parallel = ['-c', 'checkout.workers=0'];
  // Asked at the same time. Only who starts from the checkout's own head can be surprised by what is not committed there.
  const changes = base === null ? countUncommitted(checkout) : Promise.resolve(0);
  const argv = ['git', ...OURS, ...parallel, 'worktree', 'add', '--detach', '--quiet', '--', site, base ?? 'HEAD'] as const;
  const [added, changed] = await Promise.all([run({ argv: [...argv], cwd: checkout }), changes]);
  if (added.code !== 0) throw await explainFailure(added, context);
  const warnings = changed > 0 ? [leftOut(checkout, changed)] : [];
  return { base: headOf(site), warnings: [...warnings, ...(await warnAboutContent(site))] };
}

/** Counts the files of a checkout that differ from its head. */
export async function countUncommitted(checkout: string): Promise<number> {
  const argv = ['git', ...OURS, 'status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=all'] as const;
  const { code, stdout } = await runProcess({ argv: [...argv], cwd: checkout });
  return code === 0 ? stdout.split('\0').length - 1 : 0;
}

/** Returns the sentence about files that are not committed. */
export function leftOut(checkout: string, changed: number): string {
  const [what, are, them] = changed === 1 ? ['1 changed file', 'is', 'it'] : [`${changed} changed files`, 'are', 'them'];
  return `${checkout} has ${what} that ${are} not committed; the workspace starts from the last commit without ${them}`;
}

async function warnAboutContent(site: string): Promise<readonly string[]> {
  const warnings: string[] = [];
  const { hasSubmodules, usesLfs } = specialContentOf(site);
  if (hasSubmodules) {
    warnings.push('submodules are not checked out in the workspace; a step can do it with `git submodule update --init`');
  }
  if (usesLfs) {
    const { code } = await runProcess({ argv: ['git', 'config', '--get', 'filter.lfs.smudge'], cwd: site });
    if (code !== 0)
      warnings.push('files kept with Git LFS are only pointers in the workspace: git-lfs is not set up (`git lfs install`)');
  }
  return warnings;
}

async function explainFailure({ code, stderr }: ProcessResult, { source, site, base }: BuildContext): Promise<UserError> {
  const { checkout } = source;
  const lines = stderr.trim().split('\n');
  const line =
    lines.find((each) => each.startsWith('fatal:')) ?? lines.find((each) => each.startsWith('error:')) ?? lines[0] ?? '';
  const reason = line.replace(/^(fatal|error): /, '') || `exit status ${code}`;
  if (/failed to read .*worktrees\//.test(reason)) throw new BuildRaceError(reason);
  if (/No space left on device|Disk quota exceeded/.test(stderr)) return diskFull(site);
  // Git does not say why it could not write a file, and has deleted the others by now.
  if (/unable to (?:write|create) /.test(stderr) && (await sizeOfTree(checkout, base)) > freeBytes(dirname(site)))
    return diskFull(site);
  if (/dubious ownership/.test(stderr)) {
    return new UserError('workspace-repository-not-trusted', `git does not trust ${checkout}: it belongs to another user`, {
      hint: `git config --global --add safe.directory ${checkout}`,
    });
  }
  const verify = ['git', ...OURS, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${base ?? 'HEAD'}^{commit}`] as const;
  const isKnown = (await runProcess({ argv: [...verify], cwd: checkout })).code === 0;
  if (!isKnown && base === null) {
    return new UserError('workspace-repository-empty', `${checkout} has no commit to make a workspace from`, {
      hint: 'commit something first, or use workspace provider `copy`',
    });
  }
  if (!isKnown) {
    return new UserError('workspace-base-not-found', `${checkout} has no commit \`${base}\` to make a workspace from`, {
      hint: '`git log --oneline --all` shows what there is; a remote branch may have to be fetched first',
      exitCode: 2,
    });
  }
  const hint = /git-lfs|filter '?lfs/.test(stderr)
    ? 'install git-lfs, or set GIT_LFS_SKIP_SMUDGE=1 to get pointers'
    : `look at the repository with \`git -C ${checkout} status\``;
  return new UserError('workspace-git-failed', `git cannot add a worktree of ${checkout}: ${reason}`, { hint });
}

async function sizeOfTree(checkout: string, base: string | null): Promise<number> {
  const argv = ['git', ...OURS, 'ls-tree', '-r', '-l', '--end-of-options', base ?? 'HEAD'] as const;
  const { stdout } = await runProcess({ argv: [...argv], cwd: checkout });
  return stdout.split('\n').reduce((sum, line) => sum + (Number.parseInt(line.split(/\s+/)[3] ?? '', 10) || 0), 0);
}

/** All worktrees share git's exclude file, so nothing is written there: the repository's own ignores have to do. */
async function keepOut({ site, paths }: Parameters<WorkspaceProvider['keepOut']>[0]): Promise<readonly string[]> {
  return notIgnoredByGit(site, paths);
}

/** Returns a warning about the files among `paths` that git would commit. */
export async function notIgnoredByGit(site: string, paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await runProcess({ argv: ['git', 'check-ignore', '-z', '--stdin'], cwd: site, stdin: paths.join('\0') });
  const ignored = new Set(stdout.split('\0'));
  const visible = paths.filter((path) => !ignored.has(path)).map((path) => `\`${path}\``);
  if (visible.length === 0) return [];
  return [`git does not ignore ${visible.join(', ')}: a step that commits everything would commit it`];
}

/** The worktree's `.git` file and the repository's entry for it must point at each other. */
async function problemOf(source: Source, { folder }: MadeWorkspace): Promise<string | null> {
  const adminDir = adminDirOf(folder);
  if (adminDir === null) return 'its `.git` file is gone or points nowhere';
  if (dirname(dirname(adminDir)) !== gitSource(source).commonDir) return 'its `.git` file points at another repository';
  if (registeredFolder(adminDir) !== join(folder, '.git')) return 'the repository does not know it as a worktree';
  return null;
}

/** Names the last commit made in the worktree, `refs/workflow/<id>/<commit>`: on a detached HEAD nothing else would keep it. */
async function preserve({ from, folder, id, base }: MadeWorkspace): Promise<void> {
  const adminDir = adminDirOf(folder);
  const head = adminDir === null ? null : readText(join(adminDir, 'HEAD'))?.trim();
  // A branch keeps its commits itself.
  if (head === null || head === undefined || head === base || !/^[0-9a-f]{40,64}$/.test(head)) return;
  const ref = `refs/workflow/${id}/${head.slice(0, 12)}`;
  const { code, stderr } = await runProcess({ argv: ['git', ...OURS, 'update-ref', ref, head], cwd: from });
  if (code === 0) return;
  throw new UserError(
    'workspace-commits-not-kept',
    `cannot keep the commits of workspace \`${id}\` as ${ref}: ${stderr.trim()}`,
    {
      hint: `keep them yourself (\`git branch NAME ${head.slice(0, 12)}\`), then remove the workspace again; it was left as it is`,
    },
  );
}

function headOf(site: string): string {
  const adminDir = adminDirOf(site);
  assert(adminDir !== null, `git made a worktree at ${site}`);
  return readFileSync(join(adminDir, 'HEAD'), 'utf8').trim();
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function gitSource(source: Source): GitSource {
  assert(source.kind === 'git', 'a git worktree is made from a git repository');
  return source;
}
