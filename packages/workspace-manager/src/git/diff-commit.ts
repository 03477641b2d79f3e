// Shows what a commit changed since its base. No program that the repository's settings name takes part.

import { UserError } from '@workflow-platform/events';

import { commonDirOf } from '../find-source.ts';
import type { ChangedFile, DiffOptions, WorkDiff } from '../work/diff-work.ts';
import type { CommitWork } from '../work/work.ts';
import { withPrivateGit } from './private-git.ts';

/** How git is asked for each form. */
export const FORMS = { stat: ['--stat'], patch: ['--patch', '--binary'] } as const;

/** Returns the difference. */
export async function diffCommit({ revision, base, from }: CommitWork, { form, colour }: DiffOptions): Promise<WorkDiff> {
  const commonDir = commonDirOf(from);
  if (commonDir === null) throw goneRepository(from);
  return withPrivateGit({ commonDir, workTree: from, head: revision, index: null, needsIndex: false }, async (git) => {
    const how = ['--no-ext-diff', '--no-textconv', '--find-renames', `--color=${colour ? 'always' : 'never'}`];
    const [text, names] = await Promise.all([
      git(['diff', ...how, ...FORMS[form], base, revision], { stdoutMax: Infinity }),
      git(['diff', '--no-ext-diff', '--no-renames', '--name-status', '-z', base, revision], { stdoutMax: Infinity }),
    ]);
    if (text.code !== 0 || names.code !== 0) throw lost(revision, from);
    return { text: text.stdout, files: readNameStatus(names.stdout) };
  });
}

/** Reads what `--name-status -z` prints: status and path in turns. */
export function readNameStatus(text: string): readonly ChangedFile[] {
  const fields = text.split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const letter = fields[at];
    files.push({ path: fields[at + 1] ?? '', status: letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified' });
  }
  return files;
}

function goneRepository(from: string): UserError {
  return new UserError('workspace-no-repository', `${from} is no git repository any more`, {
    hint: 'the work was kept in it; restore the repository',
  });
}

function lost(revision: string, from: string): UserError {
  return new UserError('work-lost', `${from} does not have commit ${revision} any more`, {
    hint: 'somebody deleted its reference, and git has collected it since',
  });
}
