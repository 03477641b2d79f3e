// Finds what a git worktree holds beyond its base and makes one commit of it: the commits that were made there, and on top what
// nobody committed. Files that git ignores are no work.
//
// Invariant: no program that the repository's settings name is started, and the worktree's own `.git` file is not believed.
// Not here: naming the commit so that it stays (git-worktree.ts).

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';

import { commonDirOf } from '../find-source.ts';
import { findObstacles, refusePipes } from '../obstacles.ts';
import { readRegularFile } from '../regular-file.ts';
import { knownAdminDir } from '../git-registry.ts';
import type { MadeWorkspace } from '../providers/provider.ts';
import type { ProcessResult } from '../run-process.ts';
import type { CommitWork } from '../work/work.ts';
import { refuseNested } from './nested-repositories.ts';
import { withPrivateGit } from './private-git.ts';
import type { AskGit, PrivateGitRequest } from './private-git.ts';
import { stageAll } from './stage-all.ts';

/** What stands in a worktree. */
export interface WorktreeState {
  readonly work: CommitWork | null;
  /** Commit that it stands on. */
  readonly head: string;
  /** Branch that the worktree is on, which keeps its commits itself; null for a detached head. */
  readonly branch: string | null;
  /** True when the work is more than what was committed. */
  readonly hasEdits: boolean;
}

/** Looks at the worktree and commits, under no name yet, what is not committed. */
export async function commitWork(workspace: MadeWorkspace): Promise<WorktreeState> {
  const { folder, from, base, id } = workspace;
  const commonDir = commonDirOf(from);
  if (commonDir === null || base === null) return { work: null, head: base ?? '', branch: null, hasEdits: false };
  const { head, branch, index } = headOf({ commonDir, folder, base });
  const request: PrivateGitRequest = { commonDir, workTree: folder, head, index };
  return withPrivateGit(request, async (git) => {
    const tree = await recordTree(git, workspace);
    const difference = ['diff-tree', '-r', '--raw', '-z', '--no-renames', head, tree];
    const edits = await ask(git, difference, workspace, { stdoutMax: Infinity });
    await refuseNested(git, { workspace, tree, edits });
    const hasEdits = edits !== '';
    if (!hasEdits) {
      return { work: head === base ? null : { kind: 'commit', revision: head, base, from }, head, branch, hasEdits };
    }
    const message = `workspace ${id}: what was not committed`;
    const revision = await ask(git, ['commit-tree', tree, '-p', head, '-m', message], workspace);
    return { work: { kind: 'commit', revision, base, from }, head, branch, hasEdits };
  });
}

/** Records the worktree's files as a tree and lets `use` make something of it. */
export async function recordedTree<T>(workspace: MadeWorkspace, use: (git: AskGit, tree: string) => Promise<T>): Promise<T> {
  const { folder, from, base } = workspace;
  const commonDir = commonDirOf(from);
  assert(commonDir !== null && base !== null, 'a worktree has a repository and a base');
  const { head, index } = headOf({ commonDir, folder, base });
  return withPrivateGit({ commonDir, workTree: folder, head, index }, async (git) => use(git, await recordTree(git, workspace)));
}

/** Counts the files of a worktree that differ from its base; writes nothing. */
export async function countChanged({ id, folder, from, base }: MadeWorkspace): Promise<number | null> {
  const commonDir = commonDirOf(from);
  if (commonDir === null || base === null) return null;
  refusePipes({ id, folder }, await findObstacles(folder));
  const { index } = headOf({ commonDir, folder, base });
  return withPrivateGit({ commonDir, workTree: folder, head: base, index }, async (git) => {
    const { code, stdout } = await git([
      'status',
      '--porcelain',
      '-z',
      '--no-renames',
      '--untracked-files=all',
      '--ignore-submodules=dirty',
    ]);
    return code === 0 ? stdout.split('\0').length - 1 : null;
  });
}

async function recordTree(git: AskGit, workspace: MadeWorkspace): Promise<string> {
  const obstacles = await findObstacles(workspace.folder);
  refusePipes(workspace, obstacles);
  must(await stageAll(git, { hasRepositories: obstacles.repositories.length > 0 }), workspace);
  return ask(git, ['write-tree'], workspace);
}

interface WorktreeHead {
  readonly head: string;
  readonly branch: string | null;
  readonly index: string | null;
}

function headOf(place: { readonly commonDir: string; readonly folder: string; readonly base: string }): WorktreeHead {
  const { commonDir, folder, base } = place;
  const adminDir = knownAdminDir(commonDir, folder);
  // The repository forgot the worktree; what is in the folder is looked at all the same.
  if (adminDir === null) return { head: base, branch: null, index: null };
  const text = readRegularFile(join(adminDir, 'HEAD'))?.trim() ?? '';
  const index = join(adminDir, 'index');
  const [, branch = null] = /^ref: refs\/heads\/(.+)$/.exec(text) ?? [];
  const head = branch === null ? text : (tipOf(commonDir, branch) ?? base);
  return { head: /^[0-9a-f]{40,64}$/.test(head) ? head : base, branch, index: existsSync(index) ? index : null };
}

function tipOf(commonDir: string, branch: string): string | null {
  const ref = `refs/heads/${branch}`;
  const loose = readRegularFile(join(commonDir, ref));
  if (loose !== null) return loose.trim();
  const lines = readRegularFile(join(commonDir, 'packed-refs'))?.split('\n') ?? [];
  return lines.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0] ?? null;
}

async function ask(
  git: AskGit,
  args: readonly string[],
  workspace: MadeWorkspace,
  options?: Parameters<AskGit>[1],
): Promise<string> {
  return must(await git(args, options), workspace);
}

function must({ code, stdout, stderr }: ProcessResult, { id, folder }: MadeWorkspace): string {
  if (code === 0) return stdout.trim();
  const reason =
    stderr
      .trim()
      .split('\n')
      .find((line) => /^(?:fatal|error): /.test(line)) ??
    stderr.trim().split('\n')[0] ??
    '';
  if (/No space left on device|Disk quota exceeded/.test(stderr)) {
    throw new UserError('disk-full', `no room left on the disk to keep the edits of workspace \`${id}\``, {
      hint: 'free some space, then try again; the workspace was left as it is',
    });
  }
  throw new UserError('workspace-edits-not-kept', `cannot keep the edits of workspace \`${id}\` at ${folder}: ${reason}`, {
    hint: 'change that, or save what you need and delete the folder; it was left as it is',
  });
}
