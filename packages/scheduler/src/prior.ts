// What a step was before a retry reopened it: its result and what it had read, so that the result can count again.
// Not here: whether it does (decide/reuse.ts).

import { isInside, type ReuseObstacle } from '@workflow-platform/events';
import type { RunState, StepState } from './run-state.ts';
import { inputsOf, obstacleOf, readsAnything, type StepInputs } from './step-inputs.ts';
import { bodyOf, type ExpandedPhase, type OpenPhase, settledPhase, stepsIn, type StepResult } from './step-phase.ts';

export interface Prior {
  /** Null for a step that had not succeeded; then only what is in it may count again. */
  readonly result: Extract<StepResult, { readonly kind: 'succeeded' }> | null;
  readonly attempt: number;
  readonly inputs: StepInputs;
  readonly obstacle: ReuseObstacle | null;
  /** Its steps or items; they leave the run when it begins anew. */
  readonly body: OpenPhase | ExpandedPhase | null;
  /** What its steps and items were, at any depth, by reference. Empty for a loop: its turns build on each other. */
  readonly inner: ReadonlyMap<string, Prior>;
  /** Failures in it that did not fail the run. */
  readonly allowedFailures: readonly string[];
  /** It is decided that the step is carried out again. */
  isDeclined: boolean;
}

/** Returns what a step is now, with all that is in it. To be asked before anything around it changes. */
export function priorOf(state: RunState, step: StepState): Prior {
  const inner = new Map<string, Prior>();
  noteInner(state, step, inner);
  return notePrior(state, step, inner);
}

/** Notes that a step is carried out now. In a run that was never reopened everything it reads stays as it is. */
export function beginAnew(state: RunState, step: StepState): void {
  step.prior = null;
  step.ranWith = state.isReopened && readsAnything(state.plan, step) ? inputsOf(state, step) : null;
}

/**
 * Notes what steps had read that keep their results while a resume reopens what they need: one that runs whatever became of another
 * has read what that one was then.
 */
export function rememberInputs(state: RunState): void {
  for (const step of state.steps.values()) {
    const isOpen = step.ranWith === null && settledPhase(step)?.result.kind === 'succeeded';
    if (isOpen && readsAnything(state.plan, step)) step.ranWith = inputsOf(state, step);
  }
}

/** Notes of a group, loop or list, and of those in it, that they go on while something that they need is done again. */
export function markMixed(step: StepState): void {
  step.ranWith = 'mixed';
  for (const inner of stepsIn(bodyOf(step))) if (settledPhase(inner) === null && bodyOf(inner) !== null) markMixed(inner);
}

function noteInner(state: RunState, step: StepState, inner: Map<string, Prior>): void {
  const body = bodyOf(step);
  if (body?.kind === 'open' && body.turn?.iteration !== null) return;
  for (const each of stepsIn(body)) {
    noteInner(state, each, inner);
    // One map serves all depths: references are unique in a run.
    inner.set(each.ref, notePrior(state, each, inner));
  }
}

function notePrior(state: RunState, step: StepState, inner: ReadonlyMap<string, Prior>): Prior {
  // It has not begun since an earlier retry: what it was before that one still is what it was.
  if (step.prior !== null) return { ...step.prior, isDeclined: false };
  const result = settledPhase(step)?.result;
  return {
    result: result?.kind === 'succeeded' ? result : null,
    attempt: step.attempt,
    inputs: step.ranWith === 'mixed' ? new Map() : (step.ranWith ?? inputsOf(state, step)),
    obstacle: step.ranWith === 'mixed' ? 'mixed' : obstacleOf(state.plan, step),
    body: bodyOf(step),
    inner,
    allowedFailures: state.allowedFailures.filter((ref) => isInside(ref, step.ref)),
    isDeclined: false,
  };
}
