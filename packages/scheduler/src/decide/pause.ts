// Where does the run stop for a look, and how does it go on? By break points, which are the run's and not the workflow's.
// Not here: what is asked there (events: pause.ts), how a person answers a step that asks by itself (answer.ts).

import {
  type BreakPoints,
  type Failure,
  pauseChoices,
  type PauseChoice,
  pauseQuestion,
  type RunEvent,
  unreachable,
} from '@workflow-platform/events';
import { checkAnswer, readQuestion } from '@workflow-platform/core';
import type { RunState, StepState } from '../run-state.ts';
import type { PausedPhase } from '../step-phase.ts';
import type { Answer } from './answer.ts';
import { fail } from './finish.ts';
import { isEnding } from './is-ending.ts';
import { refuse } from './refuse.ts';

/** Decides that the run stops before a step that would begin now; nothing where it has no break point, or is past it, or is cancelled. */
export function decidePauseBefore({ breakPoints, cancelCount }: RunState, step: StepState): RunEvent[] {
  if (breakPoints.before.length === 0 || step.isPastBreakPoint || cancelCount > 0) return [];
  return isBreakPoint(breakPoints, step) ? [{ type: 'step.paused', step: step.ref, at: 'before' }] : [];
}

/** Decides that a step fails whose last attempt has, or that the run stops there; not where the workflow allows the failure. */
export function failOrPause(state: RunState, step: StepState, failure: Failure): RunEvent[] {
  const isStop = state.breakPoints.onFailure && state.cancelCount === 0 && step.spec.plan.onFailure !== 'continue';
  return isStop ? [{ type: 'step.paused', step: step.ref, at: 'failure' }] : fail(state, step, failure);
}

/** Decides by what a person says at a break point. */
export function decideUnpause(state: RunState, step: StepState, phase: PausedPhase, answer: Answer, nowMs: number): RunEvent[] {
  // A cancel that nobody was there to carry out yet.
  if (phase.failed !== null && isEnding(state, step))
    return refuse(state, answer, 'step-not-waiting', `step \`${step.ref}\` is being ended`);
  const choice = choiceOf(phase, answer);
  if ('problem' in choice) return refuse(state, answer, 'answer-invalid', choice.problem);
  const { by, message, request } = answer;
  const mark = request === undefined ? {} : { request: request.id };
  const unpaused: RunEvent = { type: 'step.unpaused', step: step.ref, choice: choice.value, by, message, ...mark };
  return [unpaused, ...followUp(state, step, { phase, choice: choice.value, by, message }, nowMs)];
}

interface Said {
  readonly phase: PausedPhase;
  readonly choice: PauseChoice;
  readonly by: string;
  readonly message: string;
}

function followUp(state: RunState, step: StepState, { phase, choice, by, message }: Said, nowMs: number): RunEvent[] {
  const failure = phase.failed?.failure ?? { kind: 'rejected', by, message };
  switch (choice) {
    case 'continue':
      return phase.failed === null ? [] : fail(state, step, failure, {}, true);
    case 'skip':
      return [{ type: 'step.skipped', step: step.ref, reason: { kind: 'person', by, message } }];
    case 'retry':
      return [{ type: 'step.retry-scheduled', step: step.ref, attempt: step.attempt + 1, atMs: nowMs }];
    case 'fail':
      return fail(state, step, failure);
    default:
      return unreachable(choice);
  }
}

function choiceOf(
  { at }: PausedPhase,
  { approved, fields }: Answer,
): { readonly value: PauseChoice } | { readonly problem: string } {
  if (!approved) return { value: 'fail' };
  const checked = checkAnswer(readQuestion(pauseQuestion(at).inputs).question, fields);
  if (!checked.ok) return { problem: `${checked.problem}${checked.help === null ? '' : ` (${checked.help})`}` };
  const value = pauseChoices[at].find((choice) => choice === checked.fields['then']);
  return { value: value ?? pauseChoices[at][0] };
}

/** Named as in the file, a `foreach` stops once and not at each of its items; an item may be named by its reference. */
function isBreakPoint({ before }: BreakPoints, step: StepState): boolean {
  return before.includes(step.ref) || (step.item === null && before.includes(pathOf(step)));
}

function pathOf({ spec, scope }: StepState): string {
  const { owner } = scope;
  return owner === null ? spec.plan.id : `${pathOf(owner)}.${spec.plan.id}`;
}
