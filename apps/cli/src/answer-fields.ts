// The fields of an answer, as they were typed or stand in a file.
// Not here: whether they fit the question (core: check-answer.ts).

import { resolve } from 'node:path';
import { parseParamsFile, type Json } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { decodeText, readBytes } from '@workflow-platform/source';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

export interface FieldFlags {
  readonly field?: readonly string[];
  readonly fieldsFile?: string;
}

/** Returns the fields; what is typed wins over the file. Text is turned into the type of its field later. */
export function fieldsOfFlags(context: CliContext, { field = [], fieldsFile }: FieldFlags): { readonly [name: string]: Json } {
  const typed = field.map((assignment) => {
    const at = assignment.indexOf('=');
    return [assignment.slice(0, at), assignment.slice(at + 1)] as const;
  });
  return { ...(fieldsFile === undefined ? {} : readFieldsFile(context, fieldsFile)), ...Object.fromEntries(typed) };
}

function readFieldsFile(context: CliContext, file: string): { readonly [name: string]: Json } {
  const values = parseParamsFile(decodeText(readBytes(resolve(context.cwd, file), { what: 'file of fields' }), file), file);
  if (!values.ok) {
    throw new UserError('bad-fields-file', `${file}: ${values.problem}`, { hint: values.help, exitCode: exitCodes.usage });
  }
  return Object.fromEntries(values.given.map(({ name, value }) => [name, value]));
}
