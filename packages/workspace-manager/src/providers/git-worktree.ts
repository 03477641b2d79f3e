// A workspace as a linked git worktree on a detached HEAD: commits made in it land in the repository, its checkout stays
// untouched. No branch is made, so any number can be added at once.

import { dirname, join } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';

import { diskFull, freeBytes } from '../disk-full.ts';
import type { GitSource, Source } from '../find-source.ts';
import { commitWork, countChanged } from '../git/commit-work.ts';
import { findKeptCommit, restoreCommit } from '../git/restore-commit.ts';
import { forgetStepCommits, recordStepCommit } from '../git/step-commits.ts';
import { askGit, gitCommand, withoutOwnFilters } from '../git-program.ts';
import { adminDirOf, forgetWorktree, registeredCommit, registeredFolder } from '../git-registry.ts';
import { stepDescription } from '../jujutsu/record-step.ts';
import type { ProcessResult } from '../run-process.ts';
import { readRegularFile } from '../regular-file.ts';
import { specialContentOf } from '../special-content.ts';
import type { KeptWork } from '../work/work.ts';
import { BuildRaceError, keptIsGone } from './provider.ts';
import type { BuildContext, BuildResult, MadeWorkspace, WorkspaceProvider } from './provider.ts';

/** Makes workspaces as git worktrees. */
export const gitWorktree: WorkspaceProvider = {
  kind: 'git',
  buildsInPlace: true,
  check: () => {},
  build,
  keepOut,
  settle: async () => {},
  problemOf,
  refresh: async () => [],
  snapshot: (workspace, step) => recordStepCommit(workspace, stepDescription(step)),
  work: async (workspace) => (await commitWork(workspace)).work,
  countChanged,
  save,
  collect: () => {},
  keptWork: ({ revision, base }, from) => (base === null ? null : { kind: 'commit', revision, base, from }),
  deregister: async (from, folder) => forgetWorktree(from, folder),
};

async function build(asked: BuildContext): Promise<BuildResult> {
  const { checkout } = gitSource(asked.source);
  const kept = asked.kept === null ? null : await findKeptCommit(checkout, asked.kept);
  const context = kept === null ? asked : { ...asked, base: kept.head };
  const { site, base, run } = context;
  // Asked at the same time. Only who starts from the checkout's own head can be surprised by what is not committed there.
  const changes = base === null ? countUncommitted(checkout) : Promise.resolve(0);
  const parallel = ['-c', 'checkout.workers=0'];
  const argv = gitCommand([...parallel, 'worktree', 'add', '--detach', '--quiet', '--', site, base ?? 'HEAD']);
  const [added, changed] = await Promise.all([run({ argv, cwd: checkout }), changes]);
  if (added.code !== 0) throw await explainFailure(added, context);
  const warnings = changed > 0 ? [leftOut(checkout, changed)] : [];
  const told = asked.kept === null ? [] : kept === null ? [keptIsGone(asked.kept)] : await restoreCommit(kept, { site, run });
  const start = kept === null ? headOf(site) : kept.base;
  return { base: start, isRestored: kept !== null, warnings: [...told, ...warnings, ...(await warnAboutContent(site))] };
}

const counting = new Map<string, Promise<number>>();

/** Counts the files of a checkout that differ from its head. Whoever asks while somebody else is being answered gets the same answer. */
export function countUncommitted(checkout: string): Promise<number> {
  const known = counting.get(checkout);
  if (known !== undefined) return known;
  const answer = askForUncommitted(checkout).finally(() => counting.delete(checkout));
  counting.set(checkout, answer);
  return answer;
}

async function askForUncommitted(checkout: string): Promise<number> {
  const args = ['status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=all'];
  const { code, stdout } = await askGit(checkout, args, { settings: await withoutOwnFilters(checkout) });
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
    const { code } = await askGit(site, ['config', '--get', 'filter.lfs.smudge']);
    if (code !== 0)
      warnings.push('files kept with Git LFS are only pointers in the workspace: git-lfs is not set up (`git lfs install`)');
  }
  return warnings;
}

async function explainFailure({ code, stderr }: ProcessResult, { source, id, site, base }: BuildContext): Promise<UserError> {
  const { checkout, root } = source;
  const lines = stderr.trim().split('\n');
  const line =
    lines.find((each) => each.startsWith('fatal:')) ?? lines.find((each) => each.startsWith('error:')) ?? lines[0] ?? '';
  const reason = line.replace(/^(fatal|error): /, '') || `exit status ${code}`;
  if (/failed to read .*worktrees\//.test(reason)) throw new BuildRaceError(reason);
  if (/missing but already registered worktree/.test(reason)) {
    // Of a workspace of this name that was removed while the repository was somewhere else.
    const commit = registeredCommit(root, site);
    if (commit !== null) await keepCommit(root, id, commit);
    forgetWorktree(root, site);
    throw new BuildRaceError(reason);
  }
  if (/No space left on device|Disk quota exceeded/.test(stderr)) return diskFull(site);
  // Git does not say why it could not write a file, and has deleted the others by now.
  if (/unable to (?:write|create) /.test(stderr) && (await sizeOfTree(checkout, base)) > freeBytes(dirname(site)))
    return diskFull(site);
  if (/dubious ownership/.test(stderr)) {
    return new UserError('workspace-repository-not-trusted', `git does not trust ${checkout}: it belongs to another user`, {
      hint: `git config --global --add safe.directory ${checkout}`,
    });
  }
  const verify = ['rev-parse', '--verify', '--quiet', '--end-of-options', base === null ? 'HEAD' : `${base}^{commit}`];
  const isKnown = (await askGit(checkout, verify)).code === 0;
  // Of a repository that is broken git says something else.
  if (!isKnown && base === null && /invalid reference/.test(reason)) {
    return new UserError('workspace-repository-empty', `${checkout} has no commit to make a workspace from`, {
      hint: 'commit something first, or use workspace provider `copy`',
    });
  }
  if (!isKnown && base !== null) {
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
  const { stdout } = await askGit(checkout, ['ls-tree', '-r', '-l', '--end-of-options', base ?? 'HEAD']);
  return stdout.split('\n').reduce((sum, line) => sum + (Number.parseInt(line.split(/\s+/)[3] ?? '', 10) || 0), 0);
}

/** All worktrees share git's exclude file, so nothing is written there: the repository's own ignores have to do. */
async function keepOut({ site, paths }: Parameters<WorkspaceProvider['keepOut']>[0]): Promise<readonly string[]> {
  return notIgnoredByGit(site, paths);
}

/** Returns a warning about the files among `paths` that git would commit. */
export async function notIgnoredByGit(site: string, paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await askGit(site, ['check-ignore', '-z', '--stdin'], { stdin: paths.join('\0') });
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

/** Gives the work a name, `refs/workflow/<id>/<commit>`: on a detached head nothing else would keep it. */
async function save(workspace: MadeWorkspace): Promise<KeptWork | null> {
  const { from, id } = workspace;
  const { work, head, branch, hasEdits } = await commitWork(workspace);
  if (work === null) {
    await forgetStepCommits(from, id);
    return null;
  }
  const { revision, base } = work;
  // A branch keeps its commits itself.
  const name = branch !== null && !hasEdits ? branch : await keepCommit(from, id, revision);
  return { kind: 'commit', revision, name, base, head, ...(branch === null ? {} : { branch }) };
}

/** Names a commit `refs/workflow/<id>/<commit>` and returns the name. */
async function keepCommit(from: string, id: string, commit: string): Promise<string> {
  const name = `refs/workflow/${id}/${commit.slice(0, 12)}`;
  // That the user trusts the repository was found when the worktree was made.
  const { code, stderr } = await askGit(from, ['update-ref', name, commit], { settings: [['safe.directory', from]] });
  if (code === 0) return name;
  throw new UserError(
    'workspace-commits-not-kept',
    `cannot keep the commits of workspace \`${id}\` as ${name}: ${stderr.trim()}`,
    {
      hint: `keep them yourself (\`git branch NAME ${commit.slice(0, 12)}\`), then remove the workspace again; it was left as it is`,
    },
  );
}

function headOf(site: string): string {
  const adminDir = adminDirOf(site);
  const head = adminDir === null ? null : readRegularFile(join(adminDir, 'HEAD'));
  assert(head !== null, `git made a worktree at ${site}`);
  return head.trim();
}

function gitSource(source: Source): GitSource {
  assert(source.kind === 'git', 'a git worktree is made from a git repository');
  return source;
}
