// Which names a workspace may have: they become folder names, git worktree names and Jujutsu workspace names.
// Not here: the default name of a run's workspace (whoever asks).

import { UserError } from '@workflow-platform/events';

const LENGTH_MAX = 64;
// A folder name may have 255 bytes, and ours are up to 20 longer than the id.
const LENGTH_MAX_JUJUTSU = 200;
const SHOWN_MAX = 80;

/** Throws a UserError that says what is wrong with the id. */
export function checkWorkspaceId(id: string): void {
  refuse(id, problemOf(id, LENGTH_MAX) ?? (id.endsWith('.lock') ? 'ends with `.lock`, which git does not allow in names' : null));
}

/** The same for workspaces that only Jujutsu has to know: what others have made by a name must stay within reach. */
export function checkJujutsuWorkspaceId(id: string): void {
  refuse(id, problemOf(id, LENGTH_MAX_JUJUTSU));
}

function refuse(id: string, problem: string | null): void {
  if (problem === null) return;
  throw new UserError('workspace-id-invalid', `workspace id ${shown(id)} ${problem}`, {
    hint: 'use letters, digits, `.`, `_` and `-`, beginning with a letter, a digit or `_`',
    exitCode: 2,
  });
}

function shown(id: string): string {
  return id.length > SHOWN_MAX ? `${JSON.stringify(id.slice(0, SHOWN_MAX))} …` : JSON.stringify(id);
}

function problemOf(id: string, lengthMax: number): string | null {
  if (id === '') return 'is empty';
  if (id.length > lengthMax) return `is longer than ${lengthMax} characters`;
  if (!/^[A-Za-z0-9._-]+$/.test(id)) return 'contains invalid characters';
  if (/^[.-]/.test(id)) return `begins with \`${id.charAt(0)}\``;
  if (id.includes('..') || id.endsWith('.')) return 'contains `..` or ends with `.`';
  if (id === 'default') return 'is the name Jujutsu gives the main working copy';
  return null;
}
