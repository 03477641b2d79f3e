// What both diff summaries tell: the changed files with their line counts, from a patch or from counts.
// Not here: how the changes are found (git-diff-summary.ts, jj-diff-summary.ts).

import type { OutputModel } from '@workflow-platform/core';
import type { ActionContext } from '@workflow-platform/plugin-sdk';
import { output } from './builtin-action.ts';

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied';
  /** Null for a binary file. */
  readonly insertions: number | null;
  readonly deletions: number | null;
  /** Where a renamed or copied file came from. */
  readonly from?: string;
}

/** The outputs of a diff summary. */
export const diffSummaryOutputs: readonly OutputModel[] = [
  output('files', 'The changed files as JSON: `[{ path, status, insertions, deletions, from? }]`, sorted by path'),
  output('files_changed', 'How many files changed'),
  output('insertions', 'Lines added'),
  output('deletions', 'Lines removed'),
  output('changed', '`true` or `false`'),
  output('summary', 'One sentence, such as `3 files changed, 10 insertions, 2 deletions`'),
];

/** Writes the outputs and a list for the log. */
export function tellDiffSummary(context: ActionContext, files: readonly ChangedFile[]): void {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const insertions = sum(sorted.map((file) => file.insertions));
  const deletions = sum(sorted.map((file) => file.deletions));
  const summary = `${count(sorted.length, 'file')} changed, ${count(insertions, 'insertion')}, ${count(deletions, 'deletion')}`;
  context.output('files', sorted as unknown as readonly { readonly [key: string]: string | number | null }[]);
  context.output('files_changed', sorted.length);
  context.output('insertions', insertions);
  context.output('deletions', deletions);
  context.output('changed', sorted.length > 0);
  context.output('summary', summary);
  for (const file of sorted) {
    const lines = file.insertions === null ? 'binary' : `+${file.insertions} -${file.deletions ?? 0}`;
    context.log(`${file.status.padEnd(8)} ${file.path} (${lines})`);
  }
  context.log(summary);
}

function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
