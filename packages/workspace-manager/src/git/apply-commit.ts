// Brings a commit into a checkout with whatever is not committed there: a merge of three trees (base, checkout, commit) that is
// made without touching anything, and then written into the checkout, whose index and branch stay as they are.
// Not here: other version control (jujutsu/, copy/).

import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { commonDirOf, gitDirOf } from '../find-source.ts';
import { findObstacles } from '../obstacles.ts';
import { runProcess } from '../run-process.ts';
import type { ProcessResult } from '../run-process.ts';
import type { ApplyOutcome, ApplyRequest } from '../work/apply-work.ts';
import type { CommitWork } from '../work/work.ts';
import { readNameStatus } from './diff-commit.ts';
import { withPrivateGit } from './private-git.ts';
import type { AskGit } from './private-git.ts';
import { stageAll } from './stage-all.ts';

/** Applies the commit. */
export async function applyCommit(work: CommitWork, { into, isDryRun }: ApplyRequest): Promise<ApplyOutcome> {
  const { checkout, root } = into;
  const commonDir = commonDirOf(root);
  const gitDir = gitDirOf(checkout);
  if (commonDir === null || gitDir === null) {
    throw new UserError('apply-elsewhere', `${checkout} is no checkout of a git repository`, { exitCode: 2 });
  }
  const head = await headOf(checkout, work.base);
  const index = join(gitDir, 'index');
  const request = { commonDir, workTree: checkout, head, index: existsSync(index) ? index : null };
  return withPrivateGit(request, async (git) => {
    const { repositories } = await findObstacles(checkout);
    must(await stageAll(git, { hasRepositories: repositories.length > 0 }), checkout);
    const ours = must(await git(['write-tree']), checkout).trim();
    const merged = await mergeTrees(git, work, { ours, checkout });
    if (merged.conflicts.length > 0)
      return { kind: 'conflict', files: merged.conflicts, why: 'changed there and here since the workspace was made' };
    const difference = await git(['diff-tree', '-r', '-z', '--no-renames', '--name-status', ours, merged.tree], {
      stdoutMax: Infinity,
    });
    const changed = readNameStatus(must(difference, checkout));
    const files = changed.map(({ path }) => path);
    const deleted = new Set(changed.filter(({ status }) => status === 'deleted').map(({ path }) => path));
    const occupied = changed.filter(({ path, status }) => status === 'added' && isOccupied(checkout, path, deleted));
    if (occupied.length > 0)
      return { kind: 'conflict', files: occupied.map(({ path }) => path), why: 'would overwrite what git ignores here' };
    const written = await git(['read-tree', ...(isDryRun ? ['--dry-run'] : []), '-u', '-m', ours, merged.tree]);
    if (written.code !== 0) return { kind: 'conflict', ...inTheWay(written, checkout) };
    return { kind: 'applied', files };
  });
}

async function headOf(checkout: string, base: string): Promise<string> {
  const argv = ['git', '-c', 'core.fsmonitor=false', 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}'] as const;
  const { code, stdout } = await runProcess({ argv: [...argv], cwd: checkout });
  return code === 0 ? stdout.trim() : base;
}

/** Both sides become commits on the base, so that git takes it for where they parted, whatever happened to branches meanwhile. */
async function mergeTrees(
  git: AskGit,
  { revision, base }: CommitWork,
  { ours, checkout }: { readonly ours: string; readonly checkout: string },
): Promise<{ readonly tree: string; readonly conflicts: readonly string[] }> {
  const side = async (tree: string): Promise<string> =>
    must(await git(['commit-tree', tree, '-p', base, '-m', 'side of a merge']), checkout).trim();
  const [mine, theirs] = [await side(ours), await side(`${revision}^{tree}`)];
  const merge = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z'] as const;
  const merged = await git([...merge, mine, theirs], { stdoutMax: Infinity });
  const [tree = '', ...conflicts] = merged.stdout.split('\0').filter((field) => field !== '');
  if (merged.code === 0) return { tree, conflicts: [] };
  if (merged.code === 1) return { tree, conflicts };
  if (/unknown option|usage:/.test(merged.stderr)) {
    throw new UserError('git-too-old', 'this git cannot merge without touching the checkout: 2.38 or later is needed', {
      hint: `take it by hand: \`git diff ${base} ${revision} | git apply --3way\``,
    });
  }
  throw failed(merged, checkout);
}

/** What stands in the place of a new file is ignored, as our tree would have it otherwise; git takes it for expendable. */
function isOccupied(checkout: string, path: string, deleted: ReadonlySet<string>): boolean {
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
    const above = path.slice(0, at);
    const stat = lstatSync(join(checkout, above), { throwIfNoEntry: false });
    if (stat !== undefined && !stat.isDirectory()) return !deleted.has(above);
  }
  // In place of a folder git looks itself.
  return lstatSync(join(checkout, path), { throwIfNoEntry: false })?.isDirectory() === false;
}

/** What git itself refuses to write over. */
function inTheWay({ stderr }: ProcessResult, checkout: string): { readonly files: readonly string[]; readonly why: string } {
  const quoted = [...stderr.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '');
  const listed = [...stderr.matchAll(/^\t(.+)$/gm)].map((match) => match[1] ?? '');
  const files = listed.length > 0 ? listed : quoted;
  if (files.length === 0) throw failed({ stderr }, checkout);
  return { files, why: 'changed at this very moment' };
}

function must(result: ProcessResult, checkout: string): string {
  if (result.code !== 0) throw failed(result, checkout);
  return result.stdout;
}

function failed({ stderr }: Pick<ProcessResult, 'stderr'>, checkout: string): UserError {
  const [reason = ''] = stderr.trim().split('\n');
  return new UserError(
    'apply-failed',
    `git cannot bring the work into ${checkout}: ${reason.replace(/^(?:fatal|error): /, '')}`,
    {
      hint: 'nothing was changed',
    },
  );
}
