// Shows what Jujutsu changes changed since their base. Records nothing.

import { UserError } from '@workflow-platform/events';

import type { ChangedFile, DiffOptions, WorkDiff } from '../work/diff-work.ts';
import type { ChangeWork } from '../work/work.ts';
import { jj, reasonIn } from './jj-program.ts';

const ASIDE = '--ignore-working-copy';

/** Returns the difference. */
export function diffChange(work: ChangeWork, options: DiffOptions): Promise<WorkDiff> {
  return diffRevisions(work.from, `(${work.base})..${work.revision}`, options);
}

/** Returns the difference that a row of changes makes. */
export async function diffRevisions(from: string, revset: string, { form, colour }: DiffOptions): Promise<WorkDiff> {
  const shown = form === 'stat' ? '--stat' : '--git';
  const [text, names] = await Promise.all([
    jj(from, [ASIDE, `--color=${colour ? 'always' : 'never'}`, 'diff', `--revisions=${revset}`, shown], {
      stdoutMax: Infinity,
    }),
    jj(from, [ASIDE, 'diff', `--revisions=${revset}`, '--template=status ++ " " ++ path ++ "\\0"'], { stdoutMax: Infinity }),
  ]);
  if (text.code !== 0 || names.code !== 0) {
    throw new UserError('work-lost', `jj cannot show ${revset} of ${from}: ${reasonIn(text.code === 0 ? names : text)}`, {
      hint: 'the change may have been abandoned and collected since: `jj op log` tells',
    });
  }
  return { text: text.stdout, files: readFiles(names.stdout) };
}

function readFiles(text: string): readonly ChangedFile[] {
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line): ChangedFile => {
      const space = line.indexOf(' ');
      const status = line.slice(0, space);
      return {
        path: line.slice(space + 1),
        status: status === 'removed' ? 'deleted' : status === 'added' || status === 'copied' ? 'added' : 'modified',
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
