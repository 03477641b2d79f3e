// Makes the parameters of a recipe those of its workflow.
// Not here: arguments that another recipe gives (expand-recipe.ts).

import type { ParameterModel } from '@workflow-platform/core';
import type { Draft } from './draft.ts';
import { evaluate, isWords, type Scope } from './evaluate.ts';
import { NotConvertible } from './finding.ts';
import type { JustExpression, JustModule, JustParameter, JustRecipe } from './justfile.ts';
import type { Places } from './places.ts';
import { expressionOf, knownText, type Value } from './value.ts';

/** Adds the parameters to the draft and returns what each name is worth in the recipe. */
export function rootParameters(
  recipe: JustRecipe,
  { module, places, draft }: { module: JustModule; places: Places; draft: Draft },
): ReadonlyMap<string, Value> {
  const bindings = new Map<string, Value>();
  for (const parameter of recipe.parameters) {
    if (parameter.option !== null)
      draft.remark(
        `\`${parameter.option}\` of just is the parameter \`${parameter.name}\``,
        `\`--param ${parameter.name}=VALUE\``,
      );
    const scope: Scope = { draft, module, places, bindings, name: parameter.name };
    bindings.set(parameter.name, parameter.kind === 'singular' ? single(parameter, scope) : several(parameter, scope));
  }
  return bindings;
}

function single({ name, default: fallback, pattern, help }: JustParameter, scope: Scope): Value {
  const keys: Partial<ParameterModel> = { description: help, ...patternKeys(pattern, fallback) };
  if (fallback === null) return [read(scope.draft.parameter(name, { ...keys, required: true }))];
  const variable = environmentOf(fallback);
  if (variable !== null) {
    const text = variable.fallback === null ? null : knownText(evaluate(variable.fallback, scope));
    if (variable.fallback === null) return [read(scope.draft.parameter(name, { ...keys, env: variable.name, required: true }))];
    if (text !== null) return [read(scope.draft.parameter(name, { ...keys, env: variable.name, default: text }), isWords(text))];
  }
  const value = evaluate(fallback, { ...scope, name: `${name}-default` });
  const text = knownText(value);
  if (text !== null) return [read(scope.draft.parameter(name, { ...keys, default: text }), isWords(text))];
  const parameter = scope.draft.parameter(name, keys);
  scope.draft.remark(`\`${name}\` given as an empty text counts as not given`, null);
  return [{ kind: 'expression', source: `params.${parameter} || ${expressionOf(value)}` }];
}

function read(name: string, words = false): Value[number] {
  return { kind: 'expression', source: `params.${name}`, ...(words ? { words: name } : {}) };
}

function several({ name, kind, default: fallback, help }: JustParameter, scope: Scope): Value {
  const text = fallback === null ? null : knownText(evaluate(fallback, scope));
  if (fallback !== null && text === null)
    throw new NotConvertible(
      `the default of \`${name}\` is only known in a run`,
      `let a step find it out where \`params.${name}\` is empty`,
    );
  const words = text?.split(/\s+/).filter((word) => word !== '') ?? [];
  const keys: Partial<ParameterModel> = { type: 'list', description: help };
  if (kind === 'plus' && fallback === null) keysOfPlus(keys);
  else Object.assign(keys, { default: words });
  return [{ kind: 'rest', parameter: scope.draft.parameter(name, keys) }];
}

function keysOfPlus(keys: Partial<ParameterModel>): void {
  Object.assign(keys, { required: true, min: 1 });
}

/** `env('NAME')`, with its fallback or null. */
function environmentOf(expression: JustExpression): { name: string; fallback: JustExpression | null } | null {
  if (typeof expression === 'string' || expression.operator !== 'call') return null;
  const [called, name, fallback = null] = expression.operands;
  if (typeof called !== 'string' || !/^env(_var)?(_or_default)?$/.test(called)) return null;
  if (typeof name !== 'string' || !/^[A-Za-z_]\w*$/.test(name)) return null;
  return { name, fallback };
}

/** Alternatives of plain words are an enum. */
function patternKeys(pattern: string | null, fallback: JustExpression | null): Partial<ParameterModel> {
  if (pattern === null) return {};
  const inner = /^\^?(?:\(\??:?)?([\w.-]+(?:\|[\w.-]+)+)\)?\$?$/.exec(pattern)?.[1];
  const values = inner?.split('|');
  if (values === undefined || pattern.includes('.') || (typeof fallback === 'string' && !values.includes(fallback)))
    return { pattern };
  return { type: 'enum', values: [...new Set(values)] };
}
