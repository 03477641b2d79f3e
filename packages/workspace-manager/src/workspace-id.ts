// Which names a workspace may have: they become folder names, git worktree names and, later, Jujutsu workspace names.
// Not here: the default name of a run's workspace (whoever asks).

import { UserError } from '@workflow-platform/events';

const LENGTH_MAX = 64;

/** Throws a UserError that says what is wrong with the id. */
export function checkWorkspaceId(id: string): void {
  const problem = problemOf(id);
  if (problem === null) return;
  throw new UserError('workspace-id-invalid', `workspace id ${JSON.stringify(id)} ${problem}`, {
    hint: 'use letters, digits, `.`, `_` and `-`, beginning with a letter, a digit or `_`',
    exitCode: 2,
  });
}

function problemOf(id: string): string | null {
  if (id === '') return 'is empty';
  if (id.length > LENGTH_MAX) return `is longer than ${LENGTH_MAX} characters`;
  if (!/^[A-Za-z0-9._-]+$/.test(id)) return 'contains characters that a folder name should not have';
  if (/^[.-]/.test(id)) return `begins with \`${id.charAt(0)}\``;
  if (id.includes('..') || id.endsWith('.')) return 'contains `..` or ends with `.`';
  if (id.endsWith('.lock')) return 'ends with `.lock`, which git does not allow in names';
  if (id === 'default') return 'is the name Jujutsu gives the main working copy';
  return null;
}
