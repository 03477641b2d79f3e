// Decides what happens because of a signal, and then what follows from the state alone. Changes nothing: the same state, signal,
// time and chance give the same events.
// Not here: the single decisions (decide/), recording them (apply.ts).

import { type RunEvent, unreachable } from '@workflow-platform/events';
import { decideAnswer } from './decide/answer.ts';
import { decideAttemptEnd } from './decide/attempt-end.ts';
import { decideCancel, decideWithoutWorkspace } from './decide/cancel.ts';
import { decideLeaveOut } from './decide/fail-fast.ts';
import { decideForeachEnd, finishRun } from './decide/finish.ts';
import { decideIdle } from './decide/idle.ts';
import { refuse } from './decide/refuse.ts';
import { decideTurnEnd } from './decide/iterate.ts';
import { decideObserved } from './decide/observed.ts';
import { decideQuotaFreed, decideQuotas, decideQuotaSeen, nextProbe } from './decide/quota.ts';
import { decideResume } from './decide/resume.ts';
import { decideAfterFailedAttempt } from './decide/retry.ts';
import { hasRoom } from './decide/room.ts';
import { decideSession } from './decide/session.ts';
import { decideStart, nextToStart, startAgain } from './decide/start.ts';
import { decideTimeout, reachedDeadline } from './decide/timeout.ts';
import type { RunState, StepState } from './run-state.ts';
import type { Signal } from './signal.ts';
import { isUnstarted } from './step-phase.ts';
import { isWorkspaceDue } from './workspace-due.ts';

/**
 * Returns the events that come next: those of the signal itself, or, when it has none, one more consequence of what was recorded
 * before. Record them with apply() and ask again with `tick` until nothing follows; advance() does just that.
 */
export function decide(state: RunState, signal: Signal, nowMs: number, chance: () => number): RunEvent[] {
  const events = decideSignal(state, signal, nowMs);
  return events.length > 0 ? events : decideNext(state, nowMs, chance);
}

/** Returns the events of the signal itself. A request that was acknowledged has none. */
export function decideSignal(state: RunState, signal: Signal, nowMs: number): RunEvent[] {
  const { phase } = state;
  if ('request' in signal && signal.request !== undefined && state.requests.has(signal.request.id)) return [];
  switch (signal.kind) {
    case 'start':
      return phase.kind === 'created' ? [{ type: 'run.started', engine: signal.engine }] : [];
    case 'resume':
      return decideResume(state, signal);
    case 'tick':
      return [];
    case 'workspace-ready': {
      if (!isWorkspaceDue(state)) return [];
      const { workspace, prepared = [] } = signal;
      // Nobody ever makes the checkout itself: a run that has worked there finds it again.
      const isReused = signal.reused || (workspace.provider === 'none' && state.workspace !== null);
      if (isReused) return [{ type: 'workspace.reused', workspace }, ...prepared];
      const restored = signal.restored === undefined ? {} : { restored: signal.restored };
      return [{ type: 'workspace.created', workspace, ...restored }, ...prepared];
    }
    case 'workspace-failed':
      return phase.kind === 'preparing' ? finishRun(state, { kind: 'workspace', message: signal.message }) : [];
    case 'workspace-cancelled':
      return isWorkspaceDue(state) ? decideWithoutWorkspace(state) : [];
    case 'observed':
      // What an engine saw that is gone is looked at again.
      return state.holdsWorkspace ? decideObserved(state, signal) : [];
    case 'attempt-ended':
      return decideAttemptEnd(state, signal.step, signal.attempt, signal.result);
    case 'attempt-idle':
      return decideIdle(state, signal.step, signal.attempt, signal.idleMs);
    case 'quota-seen':
      return decideQuotaSeen(state, signal, nowMs);
    case 'quota-freed':
      return decideQuotaFreed(state, signal.token);
    case 'attempt-session':
      return decideSession(state, signal.step, signal.attempt, signal.session);
    case 'answered':
      return decideAnswer(state, signal, nowMs);
    case 'cancel':
      return decideCancel(state, signal);
    case 'unreadable-request':
      return refuse(state, signal, 'request-unreadable', 'its file holds no request that this version can read');
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
  if (deadline !== undefined) return decideTimeout(state, deadline, nowMs);
  const quotas = decideQuotas(state, nowMs);
  if (quotas.length > 0) return quotas;
  const retry = hasRoom(state) ? agendas.retries.peek() : undefined;
  if (retry !== undefined && retry.atMs <= nowMs) return startAgain(state, retry.step, nowMs);
  const probe = hasRoom(state) ? nextProbe(state, nowMs) : undefined;
  if (probe !== undefined) return isUnstarted(probe) ? decideStart(state, probe, nowMs) : startAgain(state, probe, nowMs);
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
