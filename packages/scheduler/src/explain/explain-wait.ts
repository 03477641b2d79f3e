// What a step waits for now.
// Not here: how it came to that (explain-steps.ts).

import { hasRoom } from '../decide/room.ts';
import type { RunState, StepState } from '../run-state.ts';
import { settledPhase, stepsIn, type StepPhase } from '../step-phase.ts';
import { isContainer, takesRoom } from '../apply/ready.ts';
import type { WaitExplanation } from './explanation.ts';

/** Explains what the step waits for; nothing when it is settled, or the run is over. */
export function explainWait(state: RunState, step: StepState): WaitExplanation[] {
  const { phase } = step;
  if (state.phase.kind === 'finished') return [];
  switch (phase.kind) {
    case 'waiting':
      return waitOfUnready(state, step);
    case 'ready':
    case 'considered':
      return waitOfReady(state, step);
    case 'observing':
      return [...waitForWorkspace(state), { kind: 'look', queries: phase.queries }];
    case 'backing-off': {
      const wait: WaitExplanation = { kind: 'backoff', attempt: phase.attempt, untilMs: phase.atMs };
      return [wait, ...waitForWorkspace(state), ...waitForRoom(state)];
    }
    case 'parked': {
      const untilMs = state.quotas.get(phase.token)?.untilMs ?? null;
      return [{ kind: 'quota', token: phase.token, untilMs }, ...waitForWorkspace(state)];
    }
    case 'paused':
      return [{ kind: 'break-point', at: phase.at }];
    case 'awaiting-answer':
      return [{ kind: 'answer', untilMs: phase.untilMs }];
    case 'between-turns':
      return [{ kind: 'turn', iteration: phase.iteration, atMs: phase.atMs }];
    case 'running': {
      const limitMs = step.spec.plan.kind === 'attempt' ? step.spec.plan.timeoutMs : null;
      return [{ kind: 'attempt', attempt: phase.attempt, startedAtMs: phase.startedAtMs, limitMs }];
    }
    case 'open':
    case 'expanded':
      return waitForInside(phase);
    default:
      return [];
  }
}

function waitOfUnready(state: RunState, step: StepState): WaitExplanation[] {
  const { item, scope, spec } = step;
  if (item !== null) {
    const maxParallel = spec.plan.foreach?.maxParallel ?? null;
    return maxParallel === null ? waitForWorkspace(state) : [{ kind: 'items', foreach: item.of.ref, maxParallel }];
  }
  const open = spec.needs.map((need) => scope.steps[need] as StepState).filter((need) => settledPhase(need) === null);
  const breaking = scope.steps.find(({ phase }) => phase.kind === 'observing' && phase.purpose === 'break');
  return [
    ...(open.length === 0 ? [] : [{ kind: 'needs', steps: open.map(({ ref }) => ref) } as const]),
    ...(breaking === undefined ? [] : [{ kind: 'break', step: breaking.ref } as const]),
  ];
}

function waitOfReady(state: RunState, step: StepState): WaitExplanation[] {
  return [...waitForWorkspace(state), ...(takesRoom(step) && !isContainer(step) ? waitForRoom(state) : [])];
}

function waitForWorkspace(state: RunState): WaitExplanation[] {
  return state.holdsWorkspace ? [] : [{ kind: 'workspace' }];
}

function waitForRoom(state: RunState): WaitExplanation[] {
  if (!state.holdsWorkspace || hasRoom(state)) return [];
  const taken = [...state.steps.values()].filter(({ hasSlot }) => hasSlot).map(({ ref }) => ref);
  return [{ kind: 'room', maxParallel: state.plan.maxParallel, taken }];
}

function waitForInside(body: Extract<StepPhase, { kind: 'open' | 'expanded' }>): WaitExplanation[] {
  const open = stepsIn(body).filter((inner) => settledPhase(inner) === null);
  return open.length === 0 ? [] : [{ kind: 'inside', steps: open.map(({ ref }) => ref) }];
}
