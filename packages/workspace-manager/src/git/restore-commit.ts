// Brings kept work back into a git worktree that was just made: HEAD is where it was, on its branch where that did not move, and what
// had not been committed is uncommitted again. What was in the index is not known any more: edits come back unstaged, new files
// untracked, but for those that git ignores, which only the index keeps in sight.
// Not here: making the commit (commit-work.ts), making the worktree (providers/git-worktree.ts).

import { UserError } from '@workflow-platform/events';

import { askGit, gitCommand } from '../git-program.ts';
import type { ProcessResult, Run } from '../run-process.ts';
import type { KeptWork } from '../work/work.ts';

/** Kept work that is still there. */
export interface KeptCommit {
  readonly revision: string;
  /** What its workspace was made from. */
  readonly base: string;
  /** What its workspace stood on. */
  readonly head: string;
  readonly branch: string | null;
}

/** Returns it; null when the repository does not have it any more. */
export async function findKeptCommit(checkout: string, kept: KeptWork): Promise<KeptCommit | null> {
  const { revision, base, head = revision } = kept;
  if (base === null) return null;
  const commits: readonly string[] = [revision, base, head];
  const { code, stdout } = await askGit(checkout, ['cat-file', '--batch-check'], { stdin: `${commits.join('\n')}\n` });
  const lines = stdout.split('\n').filter((line) => / commit \d+$/.test(line));
  return code === 0 && lines.length === commits.length ? { revision, base, head, branch: kept.branch ?? null } : null;
}

/** Brings it into the worktree at `site`, which stands on its head. Returns what the user should know. */
export async function restoreCommit(
  { revision, head, branch }: KeptCommit,
  { site, run }: { readonly site: string; readonly run: Run },
): Promise<readonly string[]> {
  const warnings = branch === null ? [] : await returnTo(branch, { site, head, run });
  if (revision === head) return warnings;
  must(await run({ argv: gitCommand(['read-tree', '-m', '-u', head, revision]), cwd: site }), site);
  const ignored = must(await list(site, ['ls-files', '-z', '--cached', '--ignored', '--exclude-standard']), site);
  const raw = must(await list(site, ['diff-tree', '-r', '--raw', '-z', '--no-renames', head, revision]), site);
  const stdin = entriesBefore(raw, new Set(ignored.split('\0')));
  const unstage = ['update-index', '-z', '--index-info'];
  must(await run({ argv: gitCommand(unstage), cwd: site, stdin: Buffer.from(stdin, 'latin1') }), site);
  return warnings;
}

/** A branch that went on, or that another worktree is on, is left alone. */
async function returnTo(
  branch: string,
  { site, head, run }: { readonly site: string; readonly head: string; readonly run: Run },
): Promise<readonly string[]> {
  const { stdout } = await askGit(site, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  if (stdout.trim() === head) {
    const { code } = await run({ argv: gitCommand(['checkout', '--quiet', branch, '--']), cwd: site });
    if (code === 0) return [];
  }
  return [`branch \`${branch}\` has moved on or is in use: the workspace is where it was, ${head.slice(0, 12)}, on no branch`];
}

/** What the index has to say of each path for HEAD to be unchanged there; names are bytes as Latin-1 characters. */
function entriesBefore(raw: string, ignored: ReadonlySet<string>): string {
  const fields = raw.split('\0');
  let entries = '';
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [mode = '', , object = ''] = (fields[at] ?? '').replace(/^:/, '').split(' ');
    const path = fields[at + 1] ?? '';
    const isNew = mode === '000000';
    if (isNew && ignored.has(path)) continue;
    entries += `${isNew ? '0' : mode} ${object}\t${path}\0`;
  }
  return entries;
}

function list(site: string, args: readonly string[]): Promise<ProcessResult> {
  return askGit(site, args, { stdoutMax: Infinity, encoding: 'latin1' });
}

function must({ code, stdout, stderr }: ProcessResult, site: string): string {
  if (code === 0) return stdout;
  const reason = stderr.trim().split('\n')[0] ?? '';
  throw new UserError('work-not-restored', `git cannot bring the kept work back into ${site}: ${reason}`, {
    hint: 'it is still kept; `workflow apply` brings it into your checkout',
  });
}
