// Which ready step starts? The earliest in the file that has room, once its condition holds and its facts are there.
// Not here: the condition itself (skip.ts), items (expand.ts), another attempt (retry.ts).

import { type RunEvent, unreachable } from '@workflow-platform/events';
import { resolveTemplate } from '@workflow-platform/core';
import type { PlanWaitStep } from '@workflow-platform/core';
import { isContainer } from '../apply/ready.ts';
import { attemptEvaluation } from '../evaluate.ts';
import type { RunState, StepState } from '../run-state.ts';
import { StepScope } from '../step-scope.ts';
import { decideExpand } from './expand.ts';
import { fail } from './finish.ts';
import { missingBefore, requestObservation } from './observe.ts';
import { decideSkip } from './skip.ts';

/** Returns the ready step that is to be decided about next, or undefined. */
export function nextToStart(state: RunState): StepState | undefined {
  return state.agendas.readySlotless.peek() ?? (hasRoom(state) ? state.agendas.ready.peek() : undefined);
}

/** Returns whether another attempt may run. */
export function hasRoom(state: RunState): boolean {
  return state.slotsTaken < state.plan.maxParallel;
}

/** Decides about a step that could start: it starts, is skipped, fails by its own expressions, or needs facts first. */
export function decideStart(state: RunState, step: StepState, nowMs: number): RunEvent[] {
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
  const { plan } = step.spec;
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

/** Decides that the next attempt of the step begins. */
export function startAttempt(state: RunState, step: StepState): RunEvent[] {
  const { attemptCount } = state;
  return [{ type: 'step.attempt-started', step: step.ref, attempt: step.attempt + 1, attemptNo: attemptCount + 1 }];
}

function startWait(state: RunState, step: StepState, plan: PlanWaitStep, nowMs: number): RunEvent[] {
  const scope = new StepScope(state, { step, purpose: 'when' });
  const inputs = attemptEvaluation(() =>
    Object.fromEntries(Object.entries(plan.inputs).map(([name, template]) => [name, resolveTemplate(template, scope)])),
  );
  if (inputs.kind === 'missing') return requestObservation(step, 'when', inputs.queries);
  if (inputs.kind === 'failed') return fail(state, step, inputs.failure);
  const untilMs = plan.timeoutMs === null ? null : nowMs + plan.timeoutMs;
  return [{ type: 'step.waiting', step: step.ref, action: plan.action, inputs: inputs.value, untilMs }];
}
