// Reads one line of an action's stdout, strictly: what an engine half understood could end in a wrong result.
// Not here: what a whole conversation must look like (the engine).

import type { ActionMessage, LogLevel } from './messages.ts';
import { OUTPUT_NAME, RESET_TIME } from './messages.ts';

/** Returns the message of a line, or says what is wrong with it. */
export function parseMessage(line: string): { ok: true; message: ActionMessage } | { ok: false; problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, problem: 'it is not JSON; an action writes only messages to stdout, other text belongs on stderr' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, problem: 'it is not a JSON object' };
  const fields = value as { readonly [key: string]: unknown };
  const problem = problemOf(fields);
  return problem === null ? { ok: true, message: fields as unknown as ActionMessage } : { ok: false, problem };
}

const statuses: ReadonlySet<unknown> = new Set(['success', 'failure', 'quota']);

const levels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];

function problemOf(fields: { readonly [key: string]: unknown }): string | null {
  switch (fields['type']) {
    case 'output':
      if (typeof fields['name'] !== 'string' || !OUTPUT_NAME.test(fields['name'])) {
        return '`name` must be a text of letters, digits, `_` and `-` that does not begin with a digit or `-`';
      }
      if (typeof fields['value'] !== 'string') return '`value` must be a text; write other data as JSON text';
      return unknownKey(fields, ['type', 'name', 'value']);
    case 'log':
      if (!levels.includes(fields['level'] as LogLevel)) return `\`level\` must be one of ${levels.join(', ')}`;
      if (typeof fields['message'] !== 'string') return '`message` must be a text';
      return unknownKey(fields, ['type', 'level', 'message']);
    case 'artifact':
      if (typeof fields['name'] !== 'string' || fields['name'] === '') return '`name` must be a text that is not empty';
      if (typeof fields['path'] !== 'string' || fields['path'] === '') return '`path` must be a text that is not empty';
      return unknownKey(fields, ['type', 'name', 'path']);
    case 'session':
      if (typeof fields['id'] !== 'string' || fields['id'] === '') return '`id` must be a text that is not empty';
      return unknownKey(fields, ['type', 'id']);
    case 'usage':
      return problemOfUsage(fields);
    case 'result':
      if (!statuses.has(fields['status'])) return '`status` must be success, failure or quota';
      if ('message' in fields && typeof fields['message'] !== 'string') return '`message` must be a text';
      if (fields['status'] !== 'quota') {
        if ('kind' in fields && fields['kind'] !== 'output') return '`kind` must be output where it is given';
        return unknownKey(fields, ['type', 'status', 'message', 'kind']);
      }
      if ('resetAt' in fields && !(typeof fields['resetAt'] === 'string' && RESET_TIME.test(fields['resetAt'])))
        return '`resetAt` must be a time such as 2026-11-26T15:00:00Z';
      return unknownKey(fields, ['type', 'status', 'resetAt', 'message']);
    default:
      return '`type` must be one of output, log, artifact, session, usage, result';
  }
}

const counts = ['input_tokens', 'cached_tokens', 'output_tokens'] as const;

function problemOfUsage(fields: { readonly [key: string]: unknown }): string | null {
  if ('model' in fields && typeof fields['model'] !== 'string') return '`model` must be a text';
  for (const name of counts) {
    const value = fields[name];
    if (name in fields && !(Number.isInteger(value) && (value as number) >= 0)) return `\`${name}\` must be a number of tokens`;
  }
  const cost = fields['cost_usd'];
  if ('cost_usd' in fields && !(typeof cost === 'number' && cost >= 0)) return '`cost_usd` must be a number of US dollars';
  return unknownKey(fields, ['type', 'model', ...counts, 'cost_usd']);
}

function unknownKey(fields: { readonly [key: string]: unknown }, known: readonly string[]): string | null {
  const key = Object.keys(fields).find((name) => !known.includes(name));
  return key === undefined ? null : `it has a key \`${key}\`, which a message of this type does not have`;
}
