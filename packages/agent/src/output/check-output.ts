// Holds an agent's answer against the JSON Schema of the step.
// Not here: finding the value in it (extract-json.ts), what is said to the agent about it (words.ts).

import { ActionError } from '@workflow-platform/plugin-sdk';
import type { Json } from '@workflow-platform/plugin-sdk';
import { extractJson } from './extract-json.ts';

export type CheckedOutput =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Returns a check. Throws an ActionError for a schema that is none, before anybody is asked. */
export async function makeOutputCheck(schema: Json): Promise<(text: string) => CheckedOutput> {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema)))
    throw new ActionError('`output_schema` must be a JSON Schema: a table, or JSON text with one');
  const validate = await compile(schema);
  return (text) => {
    const value = extractJson(text);
    if (value === undefined) return { ok: false, problems: ['there is no JSON value in it'] };
    if (validate(value)) return { ok: true, value };
    const problems = (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const more = 'allowedValues' in params ? `: ${JSON.stringify(params['allowedValues'])}` : '';
      const extra = 'additionalProperty' in params ? `: ${JSON.stringify(params['additionalProperty'])}` : '';
      return `${instancePath === '' ? 'the value' : instancePath} ${message ?? 'is wrong'}${more}${extra}`;
    });
    return { ok: false, problems: [...new Set(problems)].slice(0, PROBLEMS_MAX) };
  };
}

const PROBLEMS_MAX = 10;

async function compile(schema: Json) {
  const dialect = schemaDialect(schema);
  // Unknown keywords and formats are remarks to the agent; only what can be checked is.
  const options = { strict: false, allErrors: true, validateFormats: false } as const;
  try {
    if (dialect.includes('draft-07') || dialect.includes('draft-06')) {
      const { Ajv } = await import('ajv');
      return new Ajv(options).compile(schema as object);
    }
    const { Ajv2020 } = await import('ajv/dist/2020.js');
    return new Ajv2020(options).compile(schema as object);
  } catch (error) {
    throw new ActionError(`\`output_schema\` is no JSON Schema that can be used: ${(error as Error).message}`, { cause: error });
  }
}

function schemaDialect(schema: Json): string {
  const dialect = typeof schema === 'object' && schema !== null ? (schema as { readonly [key: string]: Json })['$schema'] : '';
  return typeof dialect === 'string' ? dialect : '';
}
