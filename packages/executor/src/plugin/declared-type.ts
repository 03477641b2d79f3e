// Parameter types that a manifest declares: a base, allowed values, an RE2 pattern. Declarative, so that reading a file stays
// pure and as quick with plugins as without.

import { compilePattern } from '@workflow-platform/core';
import type { Json, ParameterType } from '@workflow-platform/core';
import type { Fields } from './fields.ts';

const bases = ['string', 'integer', 'number', 'boolean', 'list'] as const;

/** Reads `[types.NAME]` of a manifest; null when it has mistakes, which are reported. */
export function readDeclaredType(name: string, fields: Fields): ParameterType | null {
  const description = fields.text('description') ?? '';
  const base = fields.choice('base', bases) ?? 'string';
  const values = fields.texts('values');
  const source = fields.text('pattern');
  const compiled = source === null ? null : compilePattern(source);
  fields.end();
  if (compiled !== null && !compiled.ok) {
    fields.wrong('pattern', `is no RE2 pattern: ${compiled.problem.message}`, compiled.problem.help ?? undefined);
    return null;
  }
  if (base !== 'string' && base !== 'list' && (values ?? source) !== null) {
    fields.wrong(values === null ? 'pattern' : 'values', `does not go with \`base = "${base}"\``);
    return null;
  }
  const checkText = (text: string): string | null => {
    if (values !== null && !values.includes(text)) return `must be one of ${values.join(', ')}`;
    return compiled === null || compiled.pattern.matchesAll(text) ? null : `must match \`${source}\``;
  };
  const text = { type: 'string', ...(values === null ? {} : { enum: values }) } as const;
  return {
    name,
    description,
    // No `pattern`: JSON Schema has its own dialect of regular expressions, in which an RE2 pattern may mean something else.
    schema:
      base === 'list'
        ? { type: 'array', items: text, description }
        : { ...(base === 'string' ? text : { type: base }), description },
    parse: (value) => parseAs(base, value, checkText),
  };
}

type Parsed = ReturnType<ParameterType['parse']>;

function parseAs(base: (typeof bases)[number], value: Json, checkText: (text: string) => string | null): Parsed {
  switch (base) {
    case 'string': {
      if (typeof value !== 'string') return { ok: false, problem: 'must be a text' };
      const problem = checkText(value);
      return problem === null ? { ok: true, value } : { ok: false, problem };
    }
    case 'list': {
      const items = typeof value === 'string' ? listOfText(value) : value;
      if (!Array.isArray(items) || !items.every((item) => typeof item === 'string'))
        return { ok: false, problem: 'must be a list of texts' };
      const problem = items.map(checkText).find((one) => one !== null);
      return problem === undefined || problem === null
        ? { ok: true, value: items }
        : { ok: false, problem: `each item ${problem}` };
    }
    case 'boolean': {
      const flag = value === 'true' ? true : value === 'false' ? false : value;
      return typeof flag === 'boolean' ? { ok: true, value: flag } : { ok: false, problem: 'must be true or false' };
    }
    default: {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      const isRight = typeof number === 'number' && (base === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number));
      return isRight
        ? { ok: true, value: number }
        : { ok: false, problem: base === 'integer' ? 'must be an integer' : 'must be a number' };
    }
  }
}

/** A JSON list, or texts between commas. */
function listOfText(text: string): Json {
  if (!text.startsWith('[')) return text === '' ? [] : text.split(',').map((item) => item.trim());
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
