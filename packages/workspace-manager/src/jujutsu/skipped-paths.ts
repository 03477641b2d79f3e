// Files that Jujutsu passes over when it records a workspace: their names are no text. They would be lost with the workspace.

import { UserError } from '@workflow-platform/events';

import type { ProcessResult } from '../run-process.ts';

/** Throws when a command that recorded the workspace says that it left files out. */
export function refuseSkipped(
  { id, folder }: { readonly id: string; readonly folder: string },
  { stderr }: Pick<ProcessResult, 'stderr'>,
): void {
  const lines = stderr.split('\n');
  const at = lines.findIndex((line) => /^Warning: .*not valid UTF-8/.test(line));
  if (at === -1) return;
  // `  FOLDER: "NAME"`, one a line.
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith('  '));
  const names = rest.slice(0, end === -1 ? rest.length : end).map((line) => line.trim());
  throw new UserError(
    'workspace-edits-not-kept',
    `cannot record all of workspace \`${id}\` at ${folder}: Jujutsu leaves out files whose names are no UTF-8 (${names.join(', ')})`,
    { hint: 'rename them, or move them away, then try again; the workspace was left as it is' },
  );
}
