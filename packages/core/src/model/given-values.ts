// Values given for the parameters of a run: from the command line, a file of values, the environment.
// Not here: whether they fit (resolve-parameters.ts).

import { parseToml } from '../parse/toml-parser.ts';
import { isTomlDateTime } from '../parse/date-time.ts';
import type { TomlValue } from '../parse/document.ts';
import type { Json } from './json.ts';
import type { ValueOrigin } from './origin.ts';
import type { WorkflowModel } from './workflow.ts';

/** A value as somebody gave it: text, or data from a file. */
export interface GivenValue {
  readonly name: string;
  readonly value: Json;
  readonly origin: ValueOrigin;
}

/** Given values, or what is wrong with the place they should come from. */
export type GivenValues =
  | { readonly ok: true; readonly given: readonly GivenValue[] }
  | { readonly ok: false; readonly problem: string; readonly help: string };

/** Reads the argument of `--param`: `NAME=VALUE`. */
export function parseParamOption(argument: string): GivenValues {
  const at = argument.indexOf('=');
  if (at <= 0)
    return {
      ok: false,
      problem: `\`--param ${argument}\` is not of the form NAME=VALUE`,
      help: 'for example `--param depth=deep`',
    };
  const name = argument.slice(0, at).trim();
  return { ok: true, given: [{ name, value: argument.slice(at + 1), origin: { kind: 'param', detail: argument } }] };
}

/** Reads a file of values: an object in JSON, or TOML when the name says so. */
export function parseParamsFile(text: string, fileName: string): GivenValues {
  const values = fileName.endsWith('.toml') ? readToml(text, fileName) : readJson(text);
  if ('problem' in values) return { ok: false, ...values };
  const origin: ValueOrigin = { kind: 'params-file', detail: fileName };
  return { ok: true, given: values.entries.map(([name, value]) => ({ name, value, origin })) };
}

/** Returns the values that the environment has for parameters which name a variable. An empty variable counts as none. */
export function givenByEnvironment(
  model: WorkflowModel,
  environment: { readonly [name: string]: string | undefined },
): GivenValue[] {
  return model.parameters.flatMap(({ name, env }) => {
    const value = env === null || !Object.hasOwn(environment, env) ? undefined : environment[env];
    return env === null || value === undefined || value === ''
      ? []
      : [{ name, value, origin: { kind: 'env' as const, detail: env } }];
  });
}

type Entries = { entries: readonly (readonly [string, Json])[] } | { problem: string; help: string };

function readJson(text: string): Entries {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return {
      problem: `it is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      help: 'a file of values holds one JSON object, or TOML when its name ends in .toml',
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: 'it holds no JSON object', help: 'write `{ "NAME": VALUE, … }`' };
  }
  return { entries: Object.entries(value) };
}

function readToml(text: string, fileName: string): Entries {
  const { root, diagnostics } = parseToml(text, fileName);
  const [first] = diagnostics;
  if (first !== undefined) {
    const line = text.slice(0, first.span.start).split('\n').length;
    return { problem: `line ${line}: ${first.message}`, help: first.help ?? 'mend the file' };
  }
  return { entries: Object.entries(root).map(([name, value]) => [name, dataOf(value)]) };
}

/** Dates become their text, and so do numbers that JSON can't hold. */
function dataOf(value: TomlValue): Json {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return value;
  if (isTomlDateTime(value)) return value.text;
  if (Array.isArray(value)) return value.map((item: TomlValue) => dataOf(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, dataOf(item)]));
}
