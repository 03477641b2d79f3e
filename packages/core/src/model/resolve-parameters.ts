// Settles the parameters of a run: which value each has, where it came from, and what is wrong with it.
// Not here: the rules of single values (check-value.ts), where given values are looked for (given-values.ts and the host).

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { suggest } from '../diagnostic/suggest.ts';
import type { SpanPart, TomlDocument } from '../parse/document.ts';
import type { Catalog } from './catalog.ts';
import { checkValue } from './check-value.ts';
import type { GivenValue } from './given-values.ts';
import type { Json } from './json.ts';
import { describeOrigin, type ValueOrigin } from './origin.ts';
import { shortenLine } from './shorten.ts';
import type { ParameterModel, WorkflowModel } from './workflow.ts';

/** The parameters of a run. */
export interface ResolvedParameters {
  /** Every parameter of the workflow; null for one that has no value. */
  readonly values: { readonly [name: string]: Json };
  /** Where each value came from; parameters without one are missing. */
  readonly origins: { readonly [name: string]: ValueOrigin };
  /** Names of those whose value must not be seen. */
  readonly secrets: readonly string[];
}

export type ParameterResolution =
  | { readonly ok: true; readonly parameters: ResolvedParameters }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Settles the parameters. `given` is in order of strength, the weakest first; defaults are weaker than all of it. */
export function resolveParameters(request: {
  readonly document: TomlDocument;
  readonly model: WorkflowModel;
  readonly given: readonly GivenValue[];
  readonly catalog: Catalog;
}): ParameterResolution {
  const { document, model, given, catalog } = request;
  const types = new Map(catalog.parameterTypes.map((type) => [type.name, type]));
  const declared = new Map(model.parameters.map((parameter) => [parameter.name, parameter]));
  const diagnostics: Diagnostic[] = [];
  const strongest = new Map<string, GivenValue>();
  // A misspelt name counts as given: one slip, one diagnostic.
  const meant = new Set<string>();
  for (const value of given) {
    if (declared.has(value.name)) strongest.set(value.name, value);
    else {
      const near = suggest(value.name, declared.keys());
      if (near !== null) meant.add(near);
      diagnostics.push(unknown(document, value, near, [...declared.keys()]));
    }
  }

  const values: [string, Json][] = [];
  const origins: [string, ValueOrigin][] = [];
  for (const parameter of model.parameters) {
    const value = strongest.get(parameter.name) ?? defaultOf(parameter);
    if (value === null) {
      if (parameter.required && !meant.has(parameter.name)) diagnostics.push(missing(document, parameter));
      values.push([parameter.name, null]);
      continue;
    }
    const checked = checkValue(parameter, value.value, types);
    if (!checked.ok) {
      const message = `${sourceOf(value, parameter)}: the parameter \`${parameter.name}\` ${hideValue(checked.problem, parameter)}`;
      const at = value.origin.kind === 'default' ? 'default' : null;
      diagnostics.push(diagnostic(document, parameter.name, { code: checked.code, message, help: checked.help, at }));
      continue;
    }
    values.push([parameter.name, checked.value]);
    origins.push([parameter.name, shownOrigin(value.origin, parameter)]);
  }
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const secrets = model.parameters.filter(isSecret).map((parameter) => parameter.name);
  return { ok: true, parameters: { values: Object.fromEntries(values), origins: Object.fromEntries(origins), secrets } };
}

function defaultOf(parameter: ParameterModel): GivenValue | null {
  if (parameter.default === undefined) return null;
  return { name: parameter.name, value: parameter.default, origin: { kind: 'default', detail: '' } };
}

function isSecret(parameter: ParameterModel): boolean {
  return parameter.type === 'secret';
}

function unknown(document: TomlDocument, value: GivenValue, near: string | null, names: readonly string[]): Diagnostic {
  const listed =
    names.length === 0 ? 'the workflow has no parameters' : `the workflow has ${names.map((name) => `\`${name}\``).join(', ')}`;
  const name = shortenLine(value.name);
  const source = value.origin.kind === 'param' ? `--param ${name}` : describeOrigin(value.origin);
  const message = `${source}: the workflow has no parameter \`${name}\``;
  const help = near === null ? listed : `did you mean \`${near}\`?`;
  return { code: 'param-unknown', severity: 'error', message, help, span: document.spanOf(['parameters'], 'key'), related: [] };
}

function missing(document: TomlDocument, parameter: ParameterModel): Diagnostic {
  const { name, values, env, description } = parameter;
  const choices = values === null ? 'VALUE' : values.join('|');
  const variable = env === null ? '' : `, or set $${env}`;
  const message = `the parameter \`${name}\` needs a value${description === null ? '' : ` (${firstLine(description)})`}`;
  return diagnostic(document, name, {
    code: 'param-required',
    message,
    help: `give it by \`--param ${name}=${choices}\`${variable}`,
    at: null,
  });
}

/** How the source of a wrong value is called; values of secrets are not shown. */
function sourceOf(value: GivenValue, parameter: ParameterModel): string {
  return shortenLine(describeOrigin(shownOrigin(value.origin, parameter)));
}

function shownOrigin(origin: ValueOrigin, parameter: ParameterModel): ValueOrigin {
  return origin.kind === 'param' && isSecret(parameter) ? { kind: 'param', detail: parameter.name } : origin;
}

function hideValue(problem: string, parameter: ParameterModel): string {
  return isSecret(parameter) ? problem.replace(/, not .*$/s, '') : problem;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.replace(/\.$/, '');
}

function diagnostic(
  document: TomlDocument,
  name: string,
  about: { code: string; message: string; help: string | null; at: string | null },
): Diagnostic {
  const { code, message, help, at } = about;
  const part: SpanPart = at === null ? 'key' : 'value';
  const path = at === null ? ['parameters', name] : ['parameters', name, at];
  return { code, severity: 'error', message, help, span: document.spanOf(path, part), related: [] };
}
