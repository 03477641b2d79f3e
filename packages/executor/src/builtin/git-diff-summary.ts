// `git/diff-summary`: which files changed between two revisions, or between one and the working tree, new files included.

import { createReadStream, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '@workflow-platform/plugin-sdk';
import type { BuiltinAction } from './builtin-action.ts';
import { input, textInput } from './builtin-action.ts';
import type { ChangedFile } from './diff-summary.ts';
import { diffSummaryOutputs, tellDiffSummary } from './diff-summary.ts';
import { runGit, withoutOwnFilters } from './foreign-programs.ts';

/** The action `git/diff-summary`. */
export const gitDiffSummary: BuiltinAction = {
  signature: {
    reference: 'git/diff-summary',
    kind: 'builtin',
    description: 'Lists the files that changed in a git repository, with their line counts.',
    version: null,
    inputs: [
      input('from', 'Revision to compare with; by default HEAD'),
      input(
        'base',
        'Branch or revision that the work started from: compares with where the two parted; not together with `from`',
      ),
      input('to', 'Revision to look at; by default the working tree with its untracked files'),
    ],
    openInputs: false,
    outputs: diffSummaryOutputs,
  },
  async run(inputs, context) {
    const [from, base, to] = [textInput(inputs, 'from'), textInput(inputs, 'base'), textInput(inputs, 'to')];
    if (from !== '' && base !== '') throw new ActionError('`from` and `base` cannot both be given');
    const folder = context.workspace;
    const toCommit = to === '' ? null : await commitOf(folder, to);
    const fromCommit =
      base === ''
        ? await commitOf(folder, from || 'HEAD')
        : (await runGit(folder, ['merge-base', await commitOf(folder, base), toCommit ?? (await commitOf(folder, 'HEAD'))]))
            .toString()
            .trim();
    const range = toCommit === null ? [fromCommit] : [fromCommit, toCommit];
    // What is changed inside a submodule is not looked for: that would be git there, with the settings of that repository.
    const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=dirty'];
    const args = ['diff', '--raw', '--numstat', '-z', '-M', ...plain, ...range, '--'];
    const raw = await runGit(folder, args, await withoutOwnFilters(folder));
    const files = parseRawAndNumstat(raw.toString());
    tellDiffSummary(context, toCommit === null ? [...files, ...(await untracked(folder))] : files);
  },
};

async function commitOf(folder: string, revision: string): Promise<string> {
  try {
    return (await runGit(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]))
      .toString()
      .trim();
  } catch (error) {
    if (error instanceof ActionError && error.message.includes('exit status'))
      throw new ActionError(`there is no revision \`${revision}\``);
    throw error;
  }
}

/** Reads `git diff --raw --numstat -z`: first all raw records, then all counts, each ended by NUL. */
function parseRawAndNumstat(text: string): ChangedFile[] {
  const fields = text.split('\0');
  const statuses = new Map<string, { status: ChangedFile['status']; from?: string }>();
  const files: ChangedFile[] = [];
  for (let at = 0; at < fields.length - 1;) {
    const field = fields[at++]!;
    if (field.startsWith(':')) {
      const letter = field.slice(field.lastIndexOf(' ') + 1)[0]!;
      const first = fields[at++]!;
      if (letter === 'R' || letter === 'C')
        statuses.set(fields[at++]!, { status: letter === 'R' ? 'renamed' : 'copied', from: first });
      else statuses.set(first, { status: letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified' });
      continue;
    }
    const [insertions = '', deletions = '', name = ''] = field.split('\t');
    let path = field.slice(insertions.length + deletions.length + 2);
    if (name === '') {
      // Of a rename: the old and the new name stand in fields of their own.
      at++;
      path = fields[at++]!;
    }
    files.push({
      path,
      ...(statuses.get(path) ?? { status: 'modified' }),
      insertions: number(insertions),
      deletions: number(deletions),
    });
  }
  return files;
}

function number(text: string): number | null {
  return text === '-' ? null : Number(text);
}

async function untracked(folder: string): Promise<ChangedFile[]> {
  const root = (await runGit(folder, ['rev-parse', '--show-toplevel'])).toString().replace(/\n$/, '');
  const names = (await runGit(root, ['ls-files', '--others', '--exclude-standard', '-z'])).toString().split('\0').slice(0, -1);
  const files: ChangedFile[] = [];
  for (const path of names) {
    files.push({ path, status: 'added', insertions: await countLines(join(root, path)), deletions: 0 });
  }
  return files;
}

/** Counts lines as git does; null for a binary file. */
async function countLines(path: string): Promise<number | null> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile()) return stats?.isSymbolicLink() ? 1 : null;
  let lines = 0;
  let last = 10;
  let isFirst = true;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    if (isFirst && chunk.subarray(0, 8000).includes(0)) return null;
    isFirst = false;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
    last = chunk.at(-1) ?? last;
  }
  return last === 10 ? lines : lines + 1;
}
