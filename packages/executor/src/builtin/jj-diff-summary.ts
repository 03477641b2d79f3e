// `jj/diff-summary`: which files changed in a Jujutsu change, or between two.

import { ActionError } from '@workflow-platform/plugin-sdk';
import type { BuiltinAction } from './builtin-action.ts';
import { input, textInput } from './builtin-action.ts';
import type { ChangedFile } from './diff-summary.ts';
import { diffSummaryOutputs, tellDiffSummary } from './diff-summary.ts';
import { JJ_SETTINGS } from './foreign-programs.ts';
import { runTool } from './run-tool.ts';

/** The action `jj/diff-summary`. */
export const jjDiffSummary: BuiltinAction = {
  signature: {
    reference: 'jj/diff-summary',
    kind: 'builtin',
    description: 'Lists the files that changed in a Jujutsu repository, with their line counts.',
    version: null,
    inputs: [
      input('from', 'Revision to compare with; by default the parents of `to`'),
      input('base', 'Revision that the work started from: compares with where the two parted; not together with `from`'),
      input('to', 'Revision to look at; by default `@`, the working copy'),
    ],
    openInputs: false,
    outputs: diffSummaryOutputs,
  },
  async run(inputs, context) {
    const [from, base, to] = [textInput(inputs, 'from'), textInput(inputs, 'base'), textInput(inputs, 'to') || '@'];
    if (from !== '' && base !== '') throw new ActionError('`from` and `base` cannot both be given');
    const start = base === '' ? from : `heads(::(${base}) & ::(${to}))`;
    // Values stand behind `=` so that none can be taken for an option.
    const range = start === '' ? [`--revisions=${to}`] : [`--from=${start}`, `--to=${to}`];
    const patch = await runTool('jj', [...JJ_SETTINGS, 'diff', '--git', '--context=0', ...range], context.workspace);
    tellDiffSummary(context, parseGitPatch(patch.toString()));
  },
};

/** Reads the files and their line counts from a patch in git's format. */
export function parseGitPatch(patch: string): ChangedFile[] {
  const files: { -readonly [Key in keyof ChangedFile]: ChangedFile[Key] }[] = [];
  let file: (typeof files)[number] | undefined;
  // Lines that belong to the current hunk: they begin with `+` and `-` like headers do, but are content.
  let oldLeft = 0;
  let newLeft = 0;
  for (const line of patch.split('\n')) {
    if (file !== undefined && (oldLeft > 0 || newLeft > 0)) {
      if (line.startsWith('+')) {
        newLeft--;
        file.insertions = (file.insertions ?? 0) + 1;
      } else if (line.startsWith('-')) {
        oldLeft--;
        file.deletions = (file.deletions ?? 0) + 1;
      } else if (!line.startsWith('\\')) {
        newLeft--;
        oldLeft--;
      }
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) {
      oldLeft = Number(hunk[1] ?? 1);
      newLeft = Number(hunk[2] ?? 1);
    } else if (line.startsWith('diff --git ')) {
      file = { path: pathOfHeader(line), status: 'modified', insertions: 0, deletions: 0 };
      files.push(file);
    } else if (file !== undefined) {
      if (line.startsWith('new file mode')) file.status = 'added';
      else if (line.startsWith('deleted file mode')) file.status = 'deleted';
      else if (line.startsWith('rename from '))
        Object.assign(file, { status: 'renamed', from: line.slice('rename from '.length) });
      else if (line.startsWith('copy from ')) Object.assign(file, { status: 'copied', from: line.slice('copy from '.length) });
      else if (line.startsWith('rename to ')) file.path = line.slice('rename to '.length);
      else if (line.startsWith('copy to ')) file.path = line.slice('copy to '.length);
      else if (line.startsWith('+++ b/')) file.path = line.slice('+++ b/'.length);
      else if (line.startsWith('Binary files ')) Object.assign(file, { insertions: null, deletions: null });
    }
  }
  return files;
}

/** `diff --git a/X b/X`: the same path twice unless it was renamed, which later lines tell. */
function pathOfHeader(line: string): string {
  const rest = line.slice('diff --git a/'.length);
  return rest.slice(0, (rest.length - ' b/'.length) / 2);
}
