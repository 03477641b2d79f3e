// Has it taken too long? Attempts are told to stop, unanswered questions end by their policy, pauses between turns end.
// Not here: the delay before another attempt (retry.ts), silence (idle.ts).

import { assert, type RunEvent } from '@workflow-platform/events';
import type { Alarm, RunState } from '../run-state.ts';
import { decideUnanswered } from './answer.ts';
import { leaveUnfinished } from './finish.ts';
import { beginTurn } from './iterate.ts';

/** Returns the earliest time limit that has been reached, or undefined. */
export function reachedDeadline(state: RunState, nowMs: number): Alarm | undefined {
  const earliest = state.agendas.deadlines.peek();
  return earliest !== undefined && earliest.atMs <= nowMs ? earliest : undefined;
}

/** Decides what a reached time limit leads to. */
export function decideTimeout(state: RunState, { step, phase }: Alarm, nowMs: number): RunEvent[] {
  const { plan } = step.spec;
  const limitMs = plan.kind === 'group' ? null : plan.timeoutMs;
  switch (phase.kind) {
    case 'running':
      assert(limitMs !== null, `step \`${step.ref}\` has no time limit`);
      return [{ type: 'step.stop-requested', step: step.ref, attempt: phase.attempt, reason: { kind: 'timeout', limitMs } }];
    case 'awaiting-answer':
      return decideUnanswered(state, step, phase, nowMs);
    case 'between-turns':
      return phase.open.turn?.ending ? leaveUnfinished(step, phase.open.turn.ending.reason) : beginTurn(step, phase.iteration);
    default:
      throw new Error(`broken invariant: step \`${step.ref}\` has no time limit while it is ${phase.kind}`);
  }
}
