// Which ready step starts? The earliest in the file that has room, once its condition holds and its facts are there.
// Not here: the condition itself (skip.ts), items (expand.ts), another attempt (retry.ts).

import { type RunEvent, unreachable } from '@workflow-platform/events';
import { readQuestion, resolveTemplate, withInputs } from '@workflow-platform/core';
import type { PlanWaitStep } from '@workflow-platform/core';
import { isContainer, takesRoom } from '../apply/ready.ts';
import { attemptEvaluation } from '../evaluate.ts';
import type { RunState, StepState } from '../run-state.ts';
import { isBeforeStart } from '../start-at.ts';
import { StepScope } from '../step-scope.ts';
import { decideExpand } from './expand.ts';
import { fail } from './finish.ts';
import { missingBefore, missingToAsk, requestObservation } from './observe.ts';
import { decidePauseBefore } from './pause.ts';
import { decideHeld } from './quota.ts';
import { decideReuse } from './reuse.ts';
import { hasRoom } from './room.ts';
import { decideSkip } from './skip.ts';

/** Returns the ready step that is to be decided about next, or undefined. */
export function nextToStart(state: RunState): StepState | undefined {
  if (!state.holdsWorkspace) return undefined;
  return state.agendas.readySlotless.peek() ?? (hasRoom(state) ? state.agendas.ready.peek() : undefined);
}

/** Decides about a step that could start: it starts, is skipped, fails by its own expressions, or needs facts first. */
export function decideStart(state: RunState, step: StepState, nowMs: number): RunEvent[] {
  if (isBeforeStart(state, step))
    return [{ type: 'step.skipped', step: step.ref, reason: { kind: 'start-at', step: state.startAt ?? '' } }];
  const reuse = step.hasBadNeeds && !step.spec.isFailFastExempt ? null : decideReuse(state, step);
  if (reuse !== null) return reuse;
  // Items share the decision of their `foreach`.
  if (step.item === null) {
    const decision = decideSkip(state, step);
    switch (decision.kind) {
      case 'skip':
        return [{ type: 'step.skipped', step: step.ref, reason: decision.reason }];
      case 'observe':
        return requestObservation(step, 'when', decision.queries);
      case 'fail':
        return fail(state, step, decision.failure);
      case 'run':
        break;
      default:
        return unreachable(decision);
    }
  }
  const pause = decidePauseBefore(state, step);
  if (pause.length > 0) return pause;
  const { plan } = step.spec;
  const held = takesRoom(step) ? decideHeld(state, step, nowMs) : null;
  if (held !== null) return held;
  if (isContainer(step) && plan.foreach !== null) return decideExpand(state, step, plan.foreach);
  const queries = missingBefore(step);
  if (queries.length > 0) return requestObservation(step, 'before', queries);
  switch (plan.kind) {
    case 'attempt':
      return startAttempt(state, step);
    case 'group':
      return [{ type: 'step.group-started', step: step.ref }];
    case 'wait':
      return startWait(state, step, plan, nowMs);
    default:
      return unreachable(plan);
  }
}

/** Decides that another attempt begins at a step which was tried before, if there is quota for it. */
export function startAgain(state: RunState, step: StepState, nowMs: number): RunEvent[] {
  return decideHeld(state, step, nowMs) ?? startAttempt(state, step);
}

function startAttempt(state: RunState, step: StepState): RunEvent[] {
  const { plan } = step.spec;
  const terminal = plan.kind === 'attempt' && plan.interactive === true ? ({ interactive: true } as const) : {};
  const [attempt, attemptNo] = [step.attempt + 1, state.attemptCount + 1];
  return [{ type: 'step.attempt-started', step: step.ref, attempt, attemptNo, ...terminal }];
}

function startWait(state: RunState, step: StepState, plan: PlanWaitStep, nowMs: number): RunEvent[] {
  const scope = withInputs(new StepScope(state, { step, purpose: 'when' }), plan.inputs);
  const inputs = attemptEvaluation(() =>
    Object.fromEntries(Object.entries(plan.asks).map(([name, template]) => [name, resolveTemplate(template, scope)])),
  );
  if (inputs.kind === 'missing') return requestObservation(step, 'when', inputs.queries);
  if (inputs.kind === 'failed') return fail(state, step, inputs.failure);
  const { question, problems } = readQuestion(inputs.value);
  const [problem] = problems;
  if (problem !== undefined)
    return fail(state, step, { kind: 'expression', source: `inputs.${problem.path.join('.')}`, message: problem.message });
  const queries = missingToAsk(step, question);
  if (queries.length > 0) return requestObservation(step, 'ask', queries);
  const untilMs = plan.timeoutMs === null ? null : nowMs + plan.timeoutMs;
  return [{ type: 'step.waiting', step: step.ref, action: plan.action, inputs: inputs.value, untilMs }];
}
