// Reads from the inputs of `human/edit` what is to be edited.
// Not here: the rest of the question (read-question.ts), which files have changed (the command line).

import type { Json } from '../model/json.ts';
import { problemOfRelativePath } from '../model/inside-path.ts';
import { isOpenText, type NoteProblem, type QuestionEdit } from './question.ts';

const FILES_MAX = 200;

/** Returns it, or null for a question without files. A text is a list in JSON, or a path a line: what steps have as outputs. */
export function readEdit(inputs: { readonly [name: string]: Json }, note: NoteProblem): QuestionEdit | null {
  const given = inputs['files'];
  if (given === undefined) return null;
  const { must_change: mustChange } = inputs;
  const edit = (files: readonly string[]): QuestionEdit => ({ files, mustChange: mustChange === true || mustChange === 'true' });
  if (isOpenText(given)) return edit([]);
  const paths = typeof given === 'string' ? pathsOf(given) : given;
  if (!Array.isArray(paths) || paths.length === 0 || !paths.every((path) => typeof path === 'string' && path.trim() !== '')) {
    note(
      ['files'],
      '`files` must name at least one file or folder',
      'for example `files = ["PLAN.md"]`, relative to the workspace',
    );
    return edit([]);
  }
  const files = [...new Set(paths as readonly string[])];
  if (files.length > FILES_MAX)
    note(['files'], `\`files\` names ${files.length} files, and may name ${FILES_MAX}`, 'name folders instead');
  for (const path of files) {
    const problem = isOpenText(path) ? null : problemOfRelativePath(path);
    if (problem !== null) note(['files'], `\`${path}\` in \`files\`: ${problem.message}`, problem.help);
  }
  return edit(files);
}

function pathsOf(text: string): Json {
  if (text.trimStart().startsWith('[')) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return null;
    }
  }
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
