// The actions that wait for a person, as `uses` names them.
// Not here: what they ask (question.ts), the waiting itself (scheduler).

import type { ActionSignature } from '../model/catalog.ts';
import type { ActionInputModel, OutputModel } from '../model/workflow.ts';
import { ANSWER_OUTPUTS } from './question.ts';

const MEANINGS: { readonly [N in (typeof ANSWER_OUTPUTS)[number]]: string } = {
  by: 'Who answered, as name@host; several with commas',
  message: 'What they said',
  approved: '`true`, or `false` after a rejection',
};

/** Signatures of `human/approve`, `human/form` and `human/edit`. */
export const humanActions: readonly ActionSignature[] = [
  {
    ...signature('human/approve', 'Waits until somebody approves or rejects. No process runs meanwhile.'),
    inputs: [
      input('message', 'What is to be decided', { required: true }),
      input('fields', 'What else is asked for, as `fields.NAME = { type = "string" }`; keys as of a parameter', { type: 'json' }),
      ...whoAndWhen(),
      input('approvals', 'How many people have to approve; the first rejection counts', { type: 'integer', default: 1 }),
    ],
  },
  {
    ...signature('human/form', 'Waits until somebody fills in a form; its fields become outputs. No process runs meanwhile.'),
    inputs: [
      input('message', 'What the form is for', { required: true }),
      input('fields', 'What is asked for, as `fields.NAME = { type = "string" }`; keys as of a parameter', {
        type: 'json',
        required: true,
      }),
      ...whoAndWhen(),
    ],
  },
  {
    ...signature('human/edit', 'Waits until somebody has edited files of the workspace. No process runs meanwhile.'),
    inputs: [
      input('message', 'What is to be done to the files', { required: true }),
      input('files', 'Files and folders to edit, relative to the workspace; files that are not there yet can be made', {
        type: 'list',
        required: true,
      }),
      input('must_change', 'Whether there is no answer before something in them has changed', {
        type: 'boolean',
        default: false,
      }),
      ...whoAndWhen(),
    ],
    outputs: [
      ...ANSWER_OUTPUTS.map((name) => output(name, MEANINGS[name])),
      output('files', 'Those of the files and folders in which something has changed, as a JSON list'),
      output('changed', '`true` when something has changed, else `false`'),
    ],
  },
];

function whoAndWhen(): ActionInputModel[] {
  return [
    input('by', 'Login names of those who may answer, such as ["ada", "grace@build-7"]; anybody when missing', { type: 'list' }),
    input('not_starter', 'Whether whoever started the run may not answer', { type: 'boolean', default: false }),
    input('on_timeout', 'What becomes of it when the `timeout` of the step is over', {
      type: 'enum',
      values: ['fail', 'reject', 'accept'],
      default: 'fail',
    }),
  ];
}

function signature(reference: string, description: string): Omit<ActionSignature, 'inputs'> {
  const outputs = ANSWER_OUTPUTS.map((name) => output(name, MEANINGS[name]));
  return { reference, kind: 'wait', description, version: null, openInputs: false, outputs };
}

function input(name: string, description: string, more: Partial<ActionInputModel> = {}): ActionInputModel {
  return { name, type: 'string', required: false, default: undefined, secret: false, description, values: null, ...more };
}

function output(name: string, description: string): OutputModel {
  return { name, from: 'file', pattern: null, value: null, required: true, description };
}
