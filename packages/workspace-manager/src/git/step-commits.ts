// Keeps what each step of a run did in a git worktree apart, when the workflow asks for it: a row of commits under a reference of
// ours, `refs/workflow/<id>/steps`. The worktree's own head, index and files stay as the step left them.
// Not here: what a run did as a whole (commit-work.ts).

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { commonDirOf } from '../find-source.ts';
import { readRegularFile } from '../regular-file.ts';
import { askGit } from '../git-program.ts';
import type { Work } from '../work/work.ts';
import type { MadeWorkspace } from '../providers/provider.ts';
import { recordedTree } from './commit-work.ts';

/** Returns the reference under which the steps of a workspace stand. */
export function stepsReference(id: string): string {
  return `refs/workflow/${id}/steps`;
}

/** Records what differs since the last step; returns what the user should know. */
export async function recordStepCommit(workspace: MadeWorkspace, description: string): Promise<readonly string[]> {
  const { from, base, id } = workspace;
  if (base === null || commonDirOf(from) === null) return [];
  const reference = stepsReference(id);
  const last = (await ask(from, ['rev-parse', '--verify', '--quiet', reference])) ?? base;
  const recorded = await recordedTree(workspace, async (git, tree) => {
    const before = (await git(['rev-parse', '--verify', `${last}^{tree}`])).stdout.trim();
    if (before === tree) return null;
    const { code, stdout, stderr } = await git(['commit-tree', tree, '-p', last, '-m', description]);
    return code === 0 ? { commit: stdout.trim() } : { problem: stderr.trim() };
  });
  if (recorded === null) return [];
  if ('problem' in recorded) return [`what the step did could not be kept apart: ${recorded.problem}`];
  const { code, stderr } = await askGit(from, ['update-ref', reference, recorded.commit]);
  return code === 0 ? [] : [`what the step did could not be kept apart: ${stderr.trim()}`];
}

/** Returns the commits of one step; null when no step was kept apart. */
export async function commitsOfStep(about: {
  readonly workspace: { readonly id: string; readonly from: string; readonly base: string | null };
  readonly runId: string;
  readonly step: string;
}): Promise<readonly Work[] | null> {
  const { workspace, runId, step } = about;
  const { from, id, base } = workspace;
  if (base === null) return null;
  const format = '--format=%H %P %s';
  const log = await ask(from, [
    'log',
    '--reverse',
    '--first-parent',
    '--no-show-signature',
    format,
    `${base}..${stepsReference(id)}`,
    '--',
  ]);
  if (log === null) return null;
  const lines = log.split('\n').filter((line) => line.includes(` wf ${runId} ${step}: `));
  return lines.map((line): Work => {
    const [revision = '', parent = ''] = line.split(' ');
    return { kind: 'commit', revision, base: parent, from };
  });
}

/** Forgets the row. */
export async function forgetStepCommits(from: string, id: string): Promise<void> {
  const reference = stepsReference(id);
  const commonDir = commonDirOf(from);
  if (commonDir !== null && mayExist(commonDir, reference)) await ask(from, ['update-ref', '-d', reference]);
}

/** False only where git keeps references in files and none of them has this one: most workspaces have none, and a process costs more than a look. */
function mayExist(commonDir: string, reference: string): boolean {
  if (existsSync(join(commonDir, 'reftable')) || existsSync(join(commonDir, reference))) return true;
  return readRegularFile(join(commonDir, 'packed-refs'))?.includes(` ${reference}\n`) ?? false;
}

async function ask(from: string, args: readonly string[]): Promise<string | null> {
  if (commonDirOf(from) === null) return null;
  const { code, stdout } = await askGit(from, args, { stdoutMax: Infinity });
  return code === 0 ? stdout.trim() : null;
}
