// Writes stubs for a workflow as a first draft: each step with the outputs that it declares, what it asks a person, and what its
// expressions ask about the workspace.
// Not here: reading them (read-stubs.ts).

import {
  compileExpression,
  listSources,
  readQuestion,
  renderTomlKey,
  renderTomlValue,
  resolveTemplate,
} from '@workflow-platform/core';
import type {
  ActionSignature,
  ExpressionScope,
  Json,
  Plan,
  PlanStep,
  PlanWaitStep,
  QuestionField,
  TomlValue,
} from '@workflow-platform/core';
import { outputsOfStep } from './stub-outputs.ts';
import { nameOfPlace, stepPlaces, type StepPlace } from './stub-places.ts';

/** Returns the text of a stubs file with which every step succeeds. */
export function draftStubs(plan: Plan, actions: readonly ActionSignature[]): string {
  const head = [
    `# What each step of ${plan.workflow.id} would give, for \`workflow run --dry-run --stubs FILE\`.`,
    '# A step may also fail (`exit_code = 1`), take its time (`duration = "90s"`), or do so at some attempts only',
    '# (`attempts = [{ exit_code = 1 }, {}]`). `"turns[2].fix"` is one turn of a loop, `"turns[*].fix"` is all of them.',
  ];
  const drafts = stepPlaces(plan).map((place) => draftStub(place, plan, actions));
  return [head.join('\n'), ...drafts.filter((draft) => draft !== null)].join('\n\n') + '\n';
}

/** Returns one entry of a stubs file, without a newline at its end; null for a group that asks nothing. */
export function draftStub(place: StepPlace, plan: Plan, actions: readonly ActionSignature[]): string | null {
  const { step } = place;
  const lines = [headerOf(nameOfPlace(place))];
  if (step.kind === 'attempt') {
    const { given } = outputsOfStep(step, actions);
    if (given !== null && given.length > 0)
      lines.push(`outputs = ${renderTomlValue(Object.fromEntries(given.map((name) => [name, ''])))}`);
  }
  if (step.kind === 'wait') {
    lines.push('approved = true');
    const fields = neededFields(step);
    if (fields.length > 0) lines.push(`fields = ${renderTomlValue(Object.fromEntries(fields))}`);
  }
  for (const [name, paths] of asked(step, plan)) {
    const answer = name === 'file' ? '' : name === 'exists';
    lines.push(`${name} = ${renderTomlValue(Object.fromEntries([...paths].map((path) => [path, answer])))}`);
  }
  return step.kind === 'group' && lines.length === 1 ? null : lines.join('\n');
}

/** Fields that a person has to fill in, as far as they are known before the run, and a file that has to change. */
function neededFields(step: PlanWaitStep): readonly (readonly [name: string, value: TomlValue])[] {
  const known = Object.entries(step.asks).filter(([, template]) => textSources(template as unknown as Json).length === 0);
  const inputs = Object.fromEntries(known.map(([name, template]) => [name, resolveTemplate(template, nothing)]));
  const { fields, edit } = readQuestion(inputs).question;
  if (edit?.mustChange === true) return [['files', edit.files.slice(0, 1)]];
  return fields
    .filter((field) => field.required && field.default === undefined)
    .map((field) => [field.name, draftValue(field)] as const);
}

const nothing: ExpressionScope = {
  context: () => undefined,
  call: () => null,
};

function draftValue({ type, values }: QuestionField): TomlValue {
  if (type === 'integer' || type === 'number') return 0;
  if (type === 'boolean') return true;
  return type === 'list' ? [] : (values?.[0] ?? '');
}

/** The header of a stub. */
export function headerOf(name: string): string {
  return `[steps.${renderTomlKey(name)}]`;
}

/** Paths by the name of the function that asks about them, where they are literal. */
function asked(step: PlanStep, plan: Plan): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const source of [...sourcesOf(step), ...(step.kind === 'attempt' ? textSources(plan.env) : [])]) {
    const compiled = compileExpression(source);
    if (!compiled.ok) continue;
    for (const { name, literalArguments } of compiled.expression.calls) {
      const [path] = literalArguments;
      if (!['exists', 'file', 'changed'].includes(name) || typeof path !== 'string') continue;
      // What stands beside the workflow is in its plan.
      if (name === 'file' && plan.files[path] !== undefined) continue;
      found.set(name, (found.get(name) ?? new Set()).add(path));
    }
  }
  return found;
}

function sourcesOf(step: PlanStep): readonly string[] {
  const { when, breakWhen, foreach } = step;
  const repeat = step.kind === 'group' ? step.repeat : null;
  const own = [when, breakWhen, ...listSources(foreach), foreach?.key, repeat?.until, repeat?.while];
  const texts = step.kind === 'group' ? step.outputs : step;
  return [...own.filter((source) => typeof source === 'string'), ...textSources(texts as unknown as Json)];
}

/** Expressions of all texts in a part of a plan. */
function textSources(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('expression' in value && typeof value['expression'] === 'string') return [value['expression']];
  return Object.values(value as { readonly [key: string]: Json }).flatMap(textSources);
}
