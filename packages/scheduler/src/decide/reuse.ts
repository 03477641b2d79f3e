// Does the result of a step that a retry had reopened count again? Asked when its needs are settled, before anything of it begins.
// Values are compared themselves, not digests of them: they are in the state anyway, and one can be told which of them changed.
// Not here: which steps a retry reopens (affected.ts), what a step reads (step-inputs.ts).

import type { InputChange, Json, RerunReason, RunEvent } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';
import { inputsOf, type StepInputs } from '../step-inputs.ts';
import { decideBreak } from './break.ts';

/** Decides that the earlier result counts, or why it does not; null when there is none that could, or it is decided already. */
export function decideReuse(state: RunState, step: StepState): RunEvent[] | null {
  const { prior } = step;
  if (prior === null || prior.result === null || prior.isDeclined) return null;
  const reason = rerunReason(prior.obstacle, prior.inputs, () => inputsOf(state, step));
  if (reason !== null) return [{ type: 'step.reuse-declined', step: step.ref, reason }];
  const { exitCode, outputs } = prior.result;
  return [
    { type: 'step.reused', step: step.ref, attempt: prior.attempt, exitCode, outputs },
    ...decideBreak(state, step, prior.result),
  ];
}

function rerunReason(
  obstacle: Extract<RerunReason, { readonly kind: 'unknown' }>['obstacle'] | null,
  before: StepInputs,
  readNow: () => StepInputs,
): RerunReason | null {
  if (obstacle !== null) return { kind: 'unknown', obstacle };
  const changes = changesBetween(before, readNow());
  return changes.length === 0 ? null : { kind: 'inputs', changes };
}

/** Returns the values that differ, in the order of the file. */
export function changesBetween(before: StepInputs, after: StepInputs): InputChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed = [...names].filter((name) => !isSame(before.get(name), after.get(name)));
  return changed.map((name) => ({ name, before: short(before.get(name)), after: short(after.get(name)) }));
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

const LENGTH_MAX = 200;

/** Outputs may be long, and are in the journal already. */
function short(value: Json | undefined): Json {
  if (value === undefined) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= LENGTH_MAX ? value : `${text.slice(0, LENGTH_MAX)}…`;
}
