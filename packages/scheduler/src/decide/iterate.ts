// Does the loop go on? Asked when every step of a turn is settled; of a plain group, how it ends.
// Not here: `foreach` (expand.ts, finish.ts), when the steps of a turn start (start.ts).

import type { RunEvent } from '@workflow-platform/events';
import { resolveText, truthy } from '@workflow-platform/core';
import type { PlanGroupStep } from '@workflow-platform/core';
import { attemptEvaluation, evaluate } from '../evaluate.ts';
import type { RunState, Scope, StepState } from '../run-state.ts';
import type { OpenPhase } from '../step-phase.ts';
import { StepScope } from '../step-scope.ts';
import { breakFailure } from './break.ts';
import { fail, finishBadly, leaveUnfinished, succeed } from './finish.ts';
import { missingBefore, requestObservation } from './observe.ts';

/** A loop whose turns carry nothing out comes round no more often than this, or it would spin without end. */
export const IDLE_TURN_DELAY_MS = 1000;

/** Decides what follows a turn, or the end of a plain group. */
export function decideTurnEnd(state: RunState, step: StepState, phase: OpenPhase, nowMs: number): RunEvent[] {
  const { turn } = phase;
  if (turn === null) return beginTurn(step, 1);
  const badEnd = finishBadly(state, step, turn.tally);
  if (badEnd !== null) return badEnd;
  if (turn.broke !== null) {
    const failure = breakFailure(state, turn.broke);
    return failure === null ? finishGroup(state, step, phase, turn, nowMs) : fail(state, step, failure);
  }

  const answer = goesOn(state, step, turn);
  if (answer.kind === 'events') return answer.events;
  if (answer.kind === 'ends') return finishGroup(state, step, phase, turn, nowMs);
  if (turn.ending !== null) return leaveUnfinished(step, turn.ending.reason);

  const iteration = (turn.iteration ?? 0) + 1;
  const delayMs = turn.isBusy ? answer.delayMs : Math.max(answer.delayMs, IDLE_TURN_DELAY_MS);
  if (delayMs > 0) return [{ type: 'step.iteration-scheduled', step: step.ref, iteration, atMs: nowMs + delayMs }];
  return beginTurn(step, iteration);
}

/** Decides that a turn begins, after what it is to be compared with is noted. */
export function beginTurn(step: StepState, iteration: number): RunEvent[] {
  const queries = missingBefore(step);
  if (queries.length > 0) return requestObservation(step, 'before', queries);
  return [{ type: 'step.iteration-started', step: step.ref, iteration }];
}

type Answer =
  | { readonly kind: 'goes-on'; readonly delayMs: number }
  | { readonly kind: 'ends' }
  /** It fails, or facts are missing. */
  | { readonly kind: 'events'; readonly events: RunEvent[] };

function goesOn(state: RunState, step: StepState, turn: Scope): Answer {
  const { repeat } = step.spec.plan as PlanGroupStep;
  if (repeat === null) return { kind: 'ends' };
  const conditions = [
    { source: repeat.until, endsWhen: true },
    { source: repeat.while, endsWhen: false },
  ];
  for (const { source, endsWhen } of conditions) {
    if (source === null) continue;
    const evaluation = evaluate(source, new StepScope(state, { step, inside: turn, purpose: 'until' }));
    if (evaluation.kind === 'missing') return { kind: 'events', events: requestObservation(step, 'until', evaluation.queries) };
    if (evaluation.kind === 'failed') return { kind: 'events', events: fail(state, step, evaluation.failure) };
    if (truthy(evaluation.value) === endsWhen) return { kind: 'ends' };
  }
  const stuck = noteProgress(state, step, turn);
  if (stuck !== null) return { kind: 'events', events: stuck };
  const hasCondition = repeat.until !== null || repeat.while !== null;
  const turnCount = (turn.iteration ?? 0) - step.turnsBefore;
  if (repeat.max === 0 || turnCount < repeat.max) return { kind: 'goes-on', delayMs: repeat.delayMs };
  if (!hasCondition) return { kind: 'ends' };
  return { kind: 'events', events: fail(state, step, { kind: 'iterations', max: repeat.max }) };
}

/** Longer, it would weigh on the journal; what is compared is rather a number or a short list. */
const VALUE_CHARACTERS_MAX = 16 * 1024;
/** Of that, so much is told when the loop fails. */
const TOLD_CHARACTERS_MAX = 80;

/** Decides what has to be noted of this turn, or that the loop fails as it gets nowhere; null when it may go on. */
function noteProgress(state: RunState, step: StepState, turn: Scope): RunEvent[] | null {
  const progress = (step.spec.plan as PlanGroupStep).repeat?.progress;
  const iteration = turn.iteration ?? 0;
  if (progress === undefined) return null;
  if (step.progress?.iteration === iteration) {
    const { unchanged, value } = step.progress;
    if (unchanged < progress.within) return null;
    const told = value.length <= TOLD_CHARACTERS_MAX ? value : `${value.slice(0, TOLD_CHARACTERS_MAX)}…`;
    return fail(state, step, { kind: 'no-progress', turns: unchanged, value: told });
  }
  const evaluation = evaluate(progress.of, new StepScope(state, { step, inside: turn, purpose: 'until' }));
  if (evaluation.kind === 'missing') return requestObservation(step, 'until', evaluation.queries);
  if (evaluation.kind === 'failed') return fail(state, step, evaluation.failure);
  const value = JSON.stringify(evaluation.value);
  if (value.length > VALUE_CHARACTERS_MAX) {
    const message = `${value.length} characters, which is too long to be compared from turn to turn: let it be a number or a short text`;
    return fail(state, step, { kind: 'expression', source: progress.of, message });
  }
  const unchanged = step.progress?.value === value ? step.progress.unchanged + 1 : 0;
  return [{ type: 'step.progress-noted', step: step.ref, iteration, value, unchanged }];
}

function finishGroup(state: RunState, step: StepState, phase: OpenPhase, turn: Scope, nowMs: number): RunEvent[] {
  const { outputs } = step.spec.plan as PlanGroupStep;
  const scope = new StepScope(state, { step, inside: turn, purpose: 'outputs' });
  const values: Record<string, string> = {};
  for (const { name, value } of outputs) {
    const evaluation = attemptEvaluation(() => resolveText(value, scope));
    if (evaluation.kind === 'missing') return requestObservation(step, 'outputs', evaluation.queries);
    if (evaluation.kind === 'failed') return fail(state, step, evaluation.failure);
    values[name] = evaluation.value;
  }
  const durationMs = Math.max(0, nowMs - phase.startedAtMs);
  return succeed(state, step, { attempt: 0, exitCode: null, durationMs, outputs: values });
}
