// Forgets the reference under which the commit of a workspace was kept. Only references of ours: a branch is its maker's.

import { UserError } from '@workflow-platform/events';

import { askGit } from '../git-program.ts';
import type { KeptEntry } from '../record.ts';

/** Deletes the reference; fine when it is gone already. */
export async function forgetCommit({ from, name, revision }: KeptEntry): Promise<void> {
  if (!name.startsWith('refs/workflow/')) return;
  const { code, stderr } = await askGit(from, ['update-ref', '-d', name, revision]);
  if (code === 0 || /unable to resolve|cannot lock ref .* unable to resolve reference/.test(stderr)) return;
  throw new UserError('work-not-discarded', `git cannot forget ${name}: ${stderr.trim().split('\n')[0] ?? ''}`, {});
}
