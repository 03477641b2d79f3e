// `file/template`: fills the `${{ values.NAME }}` of a text and writes the result to a file of the workspace.

import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseText, resolveText, textOf } from '@workflow-platform/core';
import type { ExpressionScope, Json } from '@workflow-platform/core';
import { ActionError } from '@workflow-platform/plugin-sdk';
import { existingInside, possibleInside } from '../inside.ts';
import type { BuiltinAction } from './builtin-action.ts';
import { input, output, textInput } from './builtin-action.ts';

/** The action `file/template`. */
export const fileTemplate: BuiltinAction = {
  signature: {
    reference: 'file/template',
    kind: 'builtin',
    description: 'Writes a file of the workspace from a template with `${{ values.NAME }}` in it.',
    version: null,
    inputs: [
      input('template', 'Path of the template inside the workspace', { type: 'path', required: true }),
      input('to', 'Path of the file to write inside the workspace; folders are made', { type: 'path', required: true }),
      input('values', 'What `values.NAME` means in the template', { type: 'json' }),
    ],
    openInputs: false,
    outputs: [output('path', 'The file that was written'), output('changed', '`false` when it already had this content')],
  },
  async run(inputs, context) {
    const from = textInput(inputs, 'template');
    const to = textInput(inputs, 'to');
    const source = existingInside(context.workspace, from);
    if (source === null || !statSync(source).isFile()) throw new ActionError(`there is no template \`${from}\` in the workspace`);
    const target = possibleInside(context.workspace, to);
    if (target === null) throw new ActionError(`\`${to}\` is outside of the workspace`);
    const text = fill(readFileSync(source, 'utf8'), inputs['values'] ?? {}, from);
    const isChanged = readOrNull(target) !== text;
    if (isChanged) {
      mkdirSync(dirname(target), { recursive: true });
      // By rename, so that nobody ever sees half of it and a link in its place is replaced, not followed.
      const draft = `${target}.${process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex')}.tmp`;
      writeFileSync(draft, text, { flag: 'wx' });
      renameSync(draft, target);
    }
    context.output('path', to);
    context.output('changed', isChanged);
    context.log(`${isChanged ? 'wrote' : 'left as it was:'} ${to}`);
  },
};

function fill(template: string, values: Json, name: string): string {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw new ActionError('`values` must be a table');
  const [problem] = parseText(template).problems;
  if (problem !== undefined) throw new ActionError(`${name}: ${problem.message}`);
  const scope: ExpressionScope = {
    context: (context, references) => {
      if (context !== 'values') return undefined;
      const missing = references.find(({ path }) => typeof path[0] === 'string' && path[0] !== '*' && !hasKey(values, path[0]));
      if (missing !== undefined)
        throw new ActionError(`${name}: there is no value \`${String(missing.path[0])}\` for it in \`values\``);
      return values;
    },
    call: (functionName) => {
      throw new ActionError(`${name}: ${functionName}() does not work in a template file`);
    },
  };
  try {
    return resolveText(textOf(template), scope);
  } catch (error) {
    throw error instanceof ActionError
      ? error
      : new ActionError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function hasKey(values: Json, key: string): boolean {
  return Object.keys(values as object).some((name) => name.toLowerCase() === key.toLowerCase());
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
