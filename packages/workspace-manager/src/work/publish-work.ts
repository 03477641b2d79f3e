// Gives work a name of its own in its repository, and notes that it was applied.

import { dirname } from 'node:path';

import { UserError, unreachable } from '@workflow-platform/events';
import type { WorkspaceIdentity } from '@workflow-platform/events';

import { jj, reasonIn } from '../jujutsu/jj-program.ts';
import { settingsIn } from '../jujutsu/settings.ts';
import { readRecord, writeRecord } from '../record.ts';
import { askGit } from '../git-program.ts';
import { workspacePlaces } from '../workspace-paths.ts';
import type { Work } from './work.ts';

/** Makes a branch, or a bookmark of Jujutsu, at the end of the work. One that is there already is not moved. */
export async function publishWork(work: Work, name: string): Promise<void> {
  switch (work.kind) {
    case 'change': {
      const { author } = await settingsIn(work.from);
      const create = ['--ignore-working-copy', ...author, 'bookmark', 'create', `--revision=${work.revision}`, '--', name];
      const made = await jj(work.from, create);
      if (made.code !== 0) throw notPublished(name, reasonIn(made));
      return;
    }
    case 'commit': {
      const { code, stderr } = await askGit(work.from, ['branch', '--no-track', '--', name, work.revision]);
      if (code !== 0)
        throw notPublished(
          name,
          stderr
            .trim()
            .split('\n')[0]
            ?.replace(/^fatal: /, '') ?? '',
        );
      return;
    }
    case 'files':
      throw new UserError('no-branches', `${work.from} is in no repository, so there are no branches`, {
        hint: 'leave --branch out to bring the files into your folder',
        exitCode: 2,
      });
    default:
      return unreachable(work);
  }
}

/** Notes when the work of a workspace was brought into the user's checkout. */
export function noteApplied({ path, id }: WorkspaceIdentity, { runId, nowMs }: { runId: string; nowMs: number }): void {
  const { recordFile } = workspacePlaces(dirname(path), id);
  const record = readRecord(recordFile);
  if (record === null || record === 'unreadable') return;
  if (record.phase === 'ready' && record.owner?.runId === runId) {
    writeRecord(recordFile, { ...record, appliedMs: nowMs });
    return;
  }
  const kept = (record.kept ?? []).map((entry) => (entry.owner?.runId === runId ? { ...entry, appliedMs: nowMs } : entry));
  writeRecord(recordFile, { ...record, kept });
}

function notPublished(name: string, reason: string): UserError {
  return new UserError('branch-not-made', `\`${name}\` could not be made: ${reason}`, { hint: 'choose another name' });
}
