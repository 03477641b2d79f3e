// Decides what happens because of a signal, and then what follows from the state alone. Changes nothing: the same state, signal,
// time and chance give the same events.
// Not here: the single decisions (decide/), recording them (apply.ts).

import { type RunEvent, unreachable } from '@workflow-platform/events';
import { decideAnswer } from './decide/answer.ts';
import { decideAttemptEnd } from './decide/attempt-end.ts';
import { decideCancel } from './decide/cancel.ts';
import { decideLeaveOut } from './decide/fail-fast.ts';
import { decideForeachEnd, finishRun } from './decide/finish.ts';
import { decideIdle } from './decide/idle.ts';
import { decideTurnEnd } from './decide/iterate.ts';
import { decideObserved } from './decide/observed.ts';
import { decideAfterFailedAttempt } from './decide/retry.ts';
import { decideStart, hasRoom, nextToStart, startAttempt } from './decide/start.ts';
import { decideTimeout, reachedDeadline } from './decide/timeout.ts';
import type { RunState, StepState } from './run-state.ts';
import type { Signal } from './signal.ts';

/**
 * Returns the events that come next: those of the signal itself, or, when it has none, one more consequence of what was recorded
 * before. Record them with apply() and ask again with `tick` until nothing follows; advance() does just that.
 */
export function decide(state: RunState, signal: Signal, nowMs: number, chance: () => number): RunEvent[] {
  const events = decideSignal(state, signal, nowMs);
  return events.length > 0 ? events : decideNext(state, nowMs, chance);
}

function decideSignal(state: RunState, signal: Signal, nowMs: number): RunEvent[] {
  const { phase } = state;
  switch (signal.kind) {
    case 'start':
      return phase.kind === 'created' ? [{ type: 'run.started', engine: signal.engine }] : [];
    case 'resume':
      if (phase.kind === 'created') return [{ type: 'run.started', engine: signal.engine }];
      if (phase.kind === 'finished' && phase.status === 'succeeded') return [];
      return [{ type: 'run.resumed', engine: signal.engine, by: signal.by }];
    case 'tick':
      return [];
    case 'workspace-ready': {
      if (phase.kind !== 'preparing') return [];
      return [{ type: signal.reused ? 'workspace.reused' : 'workspace.created', workspace: signal.workspace }];
    }
    case 'workspace-failed':
      return phase.kind === 'preparing' ? finishRun(state, { kind: 'workspace', message: signal.message }) : [];
    case 'observed':
      return decideObserved(state, signal);
    case 'attempt-ended':
      return decideAttemptEnd(state, signal.step, signal.attempt, signal.result);
    case 'attempt-idle':
      return decideIdle(state, signal.step, signal.attempt, signal.idleMs);
    case 'answered':
      return decideAnswer(state, signal, nowMs);
    case 'cancel':
      return decideCancel(state, signal.by, signal.reason);
    case 'finalized': {
      if (phase.kind !== 'working' || state.root.tally.unsettled > 0) return [];
      const { problems } = signal;
      return finishRun(state, problems.length === 0 ? null : { kind: 'artifacts', message: problems.join('; ') });
    }
    default:
      return unreachable(signal);
  }
}

/** What ends comes before what starts, and time limits before new work. */
function decideNext(state: RunState, nowMs: number, chance: () => number): RunEvent[] {
  const { agendas, phase } = state;
  if (phase.kind === 'finished') return [];
  const stop = agendas.stops.peek();
  if (stop !== undefined && stop.phase.kind === 'running') {
    return [{ type: 'step.stop-requested', step: stop.step.ref, attempt: stop.phase.attempt, reason: stop.reason }];
  }
  const leaveOut = agendas.leaveOuts.peek();
  if (leaveOut !== undefined) return decideLeaveOut(leaveOut.step, leaveOut.reason);
  if (phase.kind === 'created') {
    const isCalledOff = state.cancelCount > 0 && state.root.tally.unsettled === 0;
    return isCalledOff ? finishRun(state, null) : [];
  }
  if (phase.kind === 'preparing') return [];
  const due = agendas.due.peek();
  if (due !== undefined) return decideDue(state, due, nowMs, chance);
  const deadline = reachedDeadline(state, nowMs);
  if (deadline !== undefined) return decideTimeout(state, deadline);
  const retry = hasRoom(state) ? agendas.retries.peek() : undefined;
  if (retry !== undefined && retry.atMs <= nowMs) return startAttempt(state, retry.step);
  const ready = nextToStart(state);
  return ready === undefined ? [] : decideStart(state, ready, nowMs);
}

function decideDue(state: RunState, step: StepState, nowMs: number, chance: () => number): RunEvent[] {
  const { phase } = step;
  switch (phase.kind) {
    case 'considered':
      return decideStart(state, step, nowMs);
    case 'attempt-failed':
      return decideAfterFailedAttempt(state, step, phase, nowMs, chance);
    case 'open':
      return decideTurnEnd(state, step, phase, nowMs);
    case 'expanded':
      return decideForeachEnd(state, step, phase, nowMs);
    default:
      throw new Error(`broken invariant: nothing is due for step \`${step.ref}\` while it is ${phase.kind}`);
  }
}
