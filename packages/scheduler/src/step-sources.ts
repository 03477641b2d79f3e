// The sources of all expressions of a step, those of the steps inside it included.
// Not here: what they read (step-inputs.ts).

import { listSources } from '@workflow-platform/core';
import type { PlanAction, PlanInputs, PlanStep, Template, Text } from '@workflow-platform/core';

/** Returns them. An item of a `foreach` shares `when` and list with it: with `isItem` they are left out. */
export function sourcesOfStep(step: PlanStep, { isItem }: { readonly isItem: boolean }): string[] {
  const conditions = isItem ? [step.breakWhen] : [step.when, ...listSources(step.foreach), step.foreach?.key, step.breakWhen];
  const sources = conditions.filter((source) => typeof source === 'string');
  switch (step.kind) {
    case 'attempt': {
      const texts = [
        ...Object.values(step.env),
        step.stdin ?? '',
        step.workspace,
        ...step.outputs.map(({ value }) => value ?? ''),
      ];
      return [...sources, ...texts.flatMap(sourcesOfText), ...sourcesOfAction(step.action), ...sourcesOfInputs(step.inputs)];
    }
    case 'wait':
      return [...sources, ...sourcesOfTemplates(step.asks), ...sourcesOfInputs(step.inputs)];
    default: {
      const turns = [step.repeat?.until, step.repeat?.while, step.repeat?.progress?.of].filter(
        (source) => typeof source === 'string',
      );
      const outputs = step.outputs.flatMap(({ value }) => sourcesOfText(value));
      const inner = step.steps.flatMap((each) => sourcesOfStep(each, { isItem: false }));
      return [...sources, ...turns, ...outputs, ...inner];
    }
  }
}

/** Returns the sources of the expressions in a text. */
export function sourcesOfText(text: Text): string[] {
  return typeof text === 'string' ? [] : text.flatMap((part) => (typeof part === 'string' ? [] : [part.expression]));
}

function sourcesOfAction(action: PlanAction): string[] {
  if (action.kind === 'script') return [];
  return action.kind === 'argv' ? action.argv.flatMap(sourcesOfText) : sourcesOfTemplates(action.inputs);
}

function sourcesOfInputs(inputs: PlanInputs | null): string[] {
  return inputs === null ? [] : [...sourcesOfTemplates(inputs.values), ...sourcesOfInputs(inputs.outer)];
}

function sourcesOfTemplates(templates: { readonly [name: string]: Template }): string[] {
  return Object.values(templates).flatMap(sourcesOfTemplate);
}

function sourcesOfTemplate(template: Template): string[] {
  if ('json' in template) return [];
  if ('list' in template) return template.list.flatMap(sourcesOfTemplate);
  return 'table' in template ? sourcesOfTemplates(template.table) : sourcesOfText(template.text);
}
