// Has it been silent for too long?
// Not here: how silence is noticed (the host reports it).

import type { RunEvent } from '@workflow-platform/events';
import type { RunState } from '../run-state.ts';

/** Decides whether an attempt that has written nothing for `idleMs` is told to stop. */
export function decideIdle(state: RunState, stepRef: string, attempt: number, idleMs: number): RunEvent[] {
  const step = state.steps.get(stepRef);
  if (step?.phase.kind !== 'running' || step.phase.attempt !== attempt || step.phase.stopping !== null) return [];
  const { plan } = step.spec;
  const limitMs = plan.kind === 'attempt' ? plan.idleTimeoutMs : null;
  if (limitMs === null || idleMs < limitMs) return [];
  return [{ type: 'step.stop-requested', step: stepRef, attempt, reason: { kind: 'idle-timeout', limitMs } }];
}
