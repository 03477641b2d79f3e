// The parameter types that ship with the engine. Plugins add theirs to the same list, the catalog's `parameterTypes`.
// Not here: the rules of a single parameter, such as its pattern or range (check-value.ts).

import type { Catalog, ParameterType } from './catalog.ts';
import { DURATION_PATTERN, DURATION_RULE, guessDuration, parseDuration, renderDuration } from './duration.ts';
import type { Json } from './json.ts';

type Parsed = ReturnType<ParameterType['parse']>;

const accept = (value: Json): Parsed => ({ ok: true, value });
const refuse = (problem: string): Parsed => ({ ok: false, problem });

/** All built-in types. */
export const builtinParameterTypes: readonly ParameterType[] = [
  {
    name: 'string',
    description: 'Text.',
    schema: { type: 'string' },
    parse: parseString,
  },
  {
    name: 'integer',
    description: 'A whole number.',
    schema: { type: 'integer' },
    parse: parseInteger,
  },
  {
    name: 'number',
    description: 'A number, whole or not.',
    schema: { type: 'number' },
    parse: parseNumber,
  },
  {
    name: 'boolean',
    description: 'True or false.',
    schema: { type: 'boolean' },
    parse: parseBoolean,
  },
  {
    name: 'enum',
    description: 'One of the texts listed in `values`.',
    schema: { type: 'string' },
    parse: parseString,
  },
  {
    name: 'list',
    description: 'A list. On the command line: `a,b,c`, or a JSON array.',
    schema: { type: 'array' },
    parse: parseList,
  },
  {
    name: 'path',
    description: 'The path of a file or folder.',
    schema: { type: 'string', minLength: 1 },
    parse: parsePath,
  },
  {
    name: 'duration',
    description: 'A length of time, such as "10m" or "1h30m".',
    schema: { type: 'string', pattern: DURATION_PATTERN },
    parse: parseDurationValue,
  },
  {
    name: 'json',
    description: 'Any JSON value.',
    schema: {},
    parse: parseJson,
  },
  {
    name: 'secret',
    description: 'Text that must not be seen: kept out of logs, plans and the history.',
    schema: { type: 'string' },
    parse: parseString,
  },
];

/** A catalog that knows the built-in parameter types and nothing else. */
export const bareCatalog: Catalog = {
  parameterTypes: builtinParameterTypes,
  actions: [],
  validators: [],
  workflows: {},
  files: {},
};

function parseString(value: Json): Parsed {
  return typeof value === 'string' ? accept(value) : refuse(`must be text, not ${nameOf(value)}`);
}

function parseInteger(value: Json): Parsed {
  const number = typeof value === 'string' && /^\s*[+-]?[0-9]+\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return refuse(`must be a whole number, not ${nameOf(value)}`);
  return Number.isSafeInteger(number) ? accept(number === 0 ? 0 : number) : refuse('is too large to be counted exactly');
}

function parseNumber(value: Json): Parsed {
  const isNumeral = typeof value === 'string' && /^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$/.test(value);
  const number = isNumeral ? Number(value) : value;
  if (typeof number !== 'number') return refuse(`must be a number, not ${nameOf(value)}`);
  return Number.isFinite(number) ? accept(number === 0 ? 0 : number) : refuse('is too large');
}

function parseBoolean(value: Json): Parsed {
  if (typeof value === 'boolean') return accept(value);
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'true' || word === 'yes' || word === 'on' || word === '1') return accept(true);
  if (word === 'false' || word === 'no' || word === 'off' || word === '0') return accept(false);
  return refuse(`must be true or false, not ${nameOf(value)}`);
}

function parseList(value: Json): Parsed {
  if (Array.isArray(value)) return accept(value);
  if (typeof value !== 'string') return refuse(`must be a list, not ${nameOf(value)}`);
  const text = value.trim();
  if (text === '') return accept([]);
  if (!text.startsWith('[')) return accept(text.split(',').map((item) => item.trim()));
  const parsed = tryJson(text);
  return Array.isArray(parsed) ? accept(parsed) : refuse('begins with `[` but is not a JSON array');
}

function parsePath(value: Json): Parsed {
  if (typeof value !== 'string') return refuse(`must be a path, not ${nameOf(value)}`);
  if (value === '') return refuse('must be a path, not empty');
  return value.includes('\0') ? refuse('must not hold a NUL character') : accept(value);
}

function parseDurationValue(value: Json): Parsed {
  if (typeof value !== 'string') return refuse(`must be a duration such as "10m", not ${nameOf(value)}`);
  const ms = parseDuration(value.trim());
  if (ms !== null) return Number.isSafeInteger(ms) ? accept(renderDuration(ms)) : refuse('is too long');
  const guess = guessDuration(value);
  return refuse(`must be ${DURATION_RULE}, not ${nameOf(value)}${guess === null ? '' : `; did you mean "${guess}"?`}`);
}

function parseJson(value: Json): Parsed {
  if (typeof value !== 'string') return accept(value);
  const parsed = tryJson(value);
  return parsed === undefined
    ? refuse(`must be JSON, not ${nameOf(value)}; text needs quotes of its own: '"text"'`)
    : accept(parsed);
}

function tryJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A value in a message: short ones as they are. */
function nameOf(value: Json): string {
  const text = JSON.stringify(value);
  if (text.length <= 60) return text;
  return typeof value === 'string' ? `${text.slice(0, 57)}…"` : Array.isArray(value) ? 'a list' : 'a table';
}
