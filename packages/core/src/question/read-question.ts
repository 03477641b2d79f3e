// Reads a question from the inputs of `human/approve`, `human/form` and `human/edit`.
// Not here: the single field (read-field.ts), types of inputs that are written out (validate/inputs-have-their-type.ts).

import type { Json } from '../model/json.ts';
import {
  isOpenText,
  type NoteProblem,
  type OnTimeout,
  type Question,
  type QuestionField,
  type QuestionProblem,
} from './question.ts';
import { readEdit } from './read-edit.ts';
import { readField } from './read-field.ts';

/** The question, and what is wrong with it: one with problems is not to be asked. */
export interface QuestionReading {
  readonly question: Question;
  readonly problems: readonly QuestionProblem[];
}

/**
 * Reads the inputs of a step that asks. What holds a `${{ }}` is taken as it is: before the run nobody knows its value, and in
 * the run there is none left.
 */
export function readQuestion(inputs: { readonly [name: string]: Json }): QuestionReading {
  const problems: QuestionProblem[] = [];
  const note = (path: readonly string[], message: string, help: string | null = null): void => {
    problems.push({ path, message, help });
  };
  const edit = readEdit(inputs, note);
  const fields = edit === null ? readFields(inputs['fields'], note) : [CHANGED_FILES];
  const approvals = readApprovals(inputs['approvals'], note);
  if (approvals > 1 && edit === null && fields.length > 0)
    note(['approvals'], 'several people cannot fill in one form', 'ask for the fields in a step of their own, `human/form`');
  const onTimeout = readOnTimeout(inputs['on_timeout'], note);
  if (onTimeout === 'accept' && edit?.mustChange === true)
    note(['on_timeout'], '`accept` would be an answer without a change, and something has to change', 'take `must_change` out');
  const open = fields.find((field) => field.required && field.default === undefined);
  if (onTimeout === 'accept' && open !== undefined)
    note(
      ['on_timeout'],
      `\`accept\` answers with the defaults, and the field \`${open.name}\` has none`,
      `give it a \`default\`, or take \`required\` out`,
    );
  const question = {
    message: typeof inputs['message'] === 'string' ? inputs['message'] : '',
    fields,
    edit,
    by: readNames(inputs['by'], note),
    notStarter: isTrue(inputs['not_starter']),
    approvals,
    onTimeout,
  };
  return { question, problems };
}

/** Which files were changed is said along with the answer, by whoever looked at them. */
const CHANGED_FILES: QuestionField = {
  name: 'files',
  type: 'json',
  description: null,
  required: false,
  default: [],
  values: null,
  items: null,
  pattern: null,
  min: null,
  max: null,
};

function readFields(given: Json | undefined, note: NoteProblem): readonly QuestionField[] {
  if (given === undefined || isOpenText(given)) return [];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    note(['fields'], '`fields` must be a table of fields', 'for example `fields.note = { type = "string" }`');
    return [];
  }
  const fields: QuestionField[] = [];
  for (const [name, value] of Object.entries(given)) fields.push(...readField(name, value, note));
  return fields;
}

function readApprovals(given: Json | undefined, note: NoteProblem): number {
  if (given === undefined || isOpenText(given)) return 1;
  const count = typeof given === 'string' && /^[0-9]+$/.test(given) ? Number(given) : given;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 1) return count;
  note(['approvals'], '`approvals` must be a whole number from 1');
  return 1;
}

function readOnTimeout(given: Json | undefined, note: NoteProblem): OnTimeout {
  if (given === undefined || isOpenText(given)) return 'fail';
  if (given === 'fail' || given === 'reject' || given === 'accept') return given;
  note(['on_timeout'], '`on_timeout` must be "fail", "reject" or "accept"');
  return 'fail';
}

function readNames(given: Json | undefined, note: NoteProblem): readonly string[] | null {
  if (given === undefined || given === null || isOpenText(given)) return null;
  const names: readonly Json[] =
    typeof given === 'string' ? given.split(',').map((name) => name.trim()) : Array.isArray(given) ? given : [];
  const isFine = names.length > 0 && names.every((name) => typeof name === 'string' && name.trim() !== '');
  // Nobody could ever answer; and a list that came out empty by mistake must not mean everybody.
  if (!isFine) note(['by'], '`by` must name at least one person', 'for example `by = ["ada", "grace@build-7"]`');
  return names.filter((name): name is string => typeof name === 'string');
}

function isTrue(given: Json | undefined): boolean {
  return given === true || given === 'true';
}
