// What a host should be doing right now, derived from the state alone.
// Not here: how it is done (executor).

import type { Effect } from './effect.ts';
import { quotaTimer } from './decide/quota.ts';
import { hasRoom } from './decide/room.ts';
import { runOutcome } from './decide/finish.ts';
import type { RunState, StepState } from './run-state.ts';
import { isWorkspaceDue } from './workspace-due.ts';

/** Returns the effects that are due. Costs as much as there is running, not as there are steps. */
export function effectsDue(state: RunState): Effect[] {
  const { phase } = state;
  if (phase.kind === 'created' || phase.kind === 'finished') return [];
  const effects: Effect[] = [];
  if (isWorkspaceDue(state)) effects.push({ kind: 'workspace' });
  for (const step of state.agendas.active) {
    // Attempts go on from one engine to the next; looks wait until there is something to look at.
    if (step.phase.kind === 'running' || state.holdsWorkspace) effects.push(effectOf(step));
  }
  const timer = earliestTimer(state);
  if (timer !== null) effects.push({ kind: 'timer', atMs: timer });
  if (phase.kind === 'working' && state.root.tally.unsettled === 0)
    effects.push({ kind: 'finalization', outcome: runOutcome(state) });
  return effects;
}

/** Returns whether the run is over; a resume may still reopen it. */
export function isFinished(state: RunState): boolean {
  return state.phase.kind === 'finished';
}

/** Returns what to call the run's state in one word. */
export function runStatus(state: RunState): 'created' | 'running' | 'stopping' | 'succeeded' | 'failed' | 'cancelled' {
  switch (state.phase.kind) {
    case 'created':
      return 'created';
    case 'finished':
      return state.phase.status;
    default:
      return state.cancelCount > 0 ? 'stopping' : 'running';
  }
}

function effectOf(step: StepState): Effect {
  const { phase, spec, ref, session } = step;
  if (phase.kind === 'observing') {
    return { kind: 'observation', key: phase.key, step: ref, purpose: phase.purpose, queries: phase.queries };
  }
  if (phase.kind !== 'running' || spec.plan.kind !== 'attempt') {
    throw new Error(`broken invariant: nothing is to be done for step \`${ref}\` while it is ${phase.kind}`);
  }
  const { attempt, attemptNo, startedAtMs, stopping } = phase;
  const { plan } = spec;
  const key = `${ref}#${attempt}`;
  const { idleTimeoutMs } = plan;
  return { kind: 'attempt', key, step: ref, attempt, attemptNo, startedAtMs, plan, session, idleTimeoutMs, stopping };
}

function earliestTimer(state: RunState): number | null {
  const { deadlines, retries } = state.agendas;
  const deadline = deadlines.peek()?.atMs ?? Infinity;
  // Without room, a retry that is due waits for an attempt to end and not for a time.
  const retry = state.phase.kind === 'working' && hasRoom(state) ? (retries.peek()?.atMs ?? Infinity) : Infinity;
  const earliest = Math.min(deadline, retry, state.phase.kind === 'working' ? quotaTimer(state) : Infinity);
  return earliest === Infinity ? null : earliest;
}
