// Which outputs a step could give, and which it must.
// Not here: outputs that are computed from others (walk.ts computes them as a run does).

import type { ActionSignature, PlanAttemptStep } from '@workflow-platform/core';

export interface StepOutputs {
  /** Names, those that are not computed; null where the step may give any. */
  readonly given: readonly string[] | null;
  readonly required: readonly string[];
  /** Names of those whose value the file computes. */
  readonly computed: readonly string[];
}

/** Returns what is declared of a step's outputs, by itself and by the action that it uses. */
export function outputsOfStep(step: PlanAttemptStep, actions: readonly ActionSignature[]): StepOutputs {
  const signature = signatureOf(step, actions);
  const own = step.outputs.filter(({ from }) => from !== 'value');
  const computed = step.outputs.filter(({ from }) => from === 'value').map(({ name }) => name);
  const ofAction = (signature?.outputs ?? []).filter(({ name }) => step.outputs.every((output) => output.name !== name));
  const declared = [...own, ...ofAction];
  const isOpen = step.outputs.length === 0 && signature === null;
  return {
    given: isOpen ? null : declared.map(({ name }) => name),
    required: declared.filter(({ required }) => required).map(({ name }) => name),
    computed,
  };
}

function signatureOf({ action }: PlanAttemptStep, actions: readonly ActionSignature[]): ActionSignature | null {
  if (action.kind !== 'builtin' && action.kind !== 'plugin') return null;
  const reference = action.kind === 'builtin' ? action.action : `plugin:${action.plugin}/${action.action}`;
  return actions.find((signature) => signature.reference === reference) ?? null;
}
