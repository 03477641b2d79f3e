// Records what becomes of quotas, and which steps wait for them.
// Not here: when that happens (decide/quota.ts).

import { assert, type RunEvent } from '@workflow-platform/events';
import { createBreaker, quotaOf, waitLimitMs } from '../breaker.ts';
import type { RunState, StepState } from '../run-state.ts';
import { isUnstarted } from '../step-phase.ts';
import { alarm } from './attempt.ts';
import { freeSlot, makeReady } from './ready.ts';

/** Records that a quota is used up, or that there is more again. */
export function applyQuotaEvent(
  state: RunState,
  event: Extract<RunEvent, { readonly type: 'quota.opened' | 'quota.closed' }>,
  atMs: number,
): void {
  const { token } = event;
  if (event.type === 'quota.closed') return close(state, token, atMs);
  const breaker = state.quotas.get(token) ?? createBreaker(token);
  state.quotas.set(token, breaker);
  // A better time for the same wait is no other wait.
  if (breaker.openings === 0 || breaker.untilMs <= atMs) breaker.openings += 1;
  breaker.untilMs = event.untilMs;
  breaker.isTold = event.told;
  breaker.isHeard = 'runId' in event.by;
  breaker.probe = null;
}

/** Records that a step waits for quota. */
export function applyParked(
  state: RunState,
  step: StepState,
  event: Extract<RunEvent, { readonly type: 'step.parked' }>,
  atMs: number,
): void {
  const { phase } = step;
  const illegal = `\`step.parked\` cannot happen to step \`${step.ref}\` while it is ${phase.kind}`;
  const isBegun = phase.kind === 'attempt-failed' || phase.kind === 'backing-off';
  assert(isBegun || ((phase.kind === 'ready' || phase.kind === 'considered') && isUnstarted(step)), illegal);
  assert(event.attempt === step.attempt + 1, illegal);
  const breaker = state.quotas.get(event.token);
  const quota = quotaOf(step);
  assert(breaker !== undefined && quota !== null, `step \`${step.ref}\` waits for \`${event.token}\`, which is not used up`);
  // Until it begins, the workspace may change: what was seen of it is looked at again.
  if (!isBegun) step.facts = null;
  freeSlot(state, step);
  step.quotaSinceMs ??= atMs;
  step.phase = { kind: 'parked', token: event.token, isBegun };
  const entry = { step, phase: step.phase, limitMs: waitLimitMs(step, quota, atMs) };
  breaker.parked.push(entry);
  breaker.limits.push(entry);
}

/** Forgets the times of quotas: whoever takes up a finished run wants it tried now, by one step first. */
export function forgetQuotaTimes(state: RunState): void {
  for (const breaker of state.quotas.values()) {
    breaker.parked.clear();
    breaker.limits.clear();
    Object.assign(breaker, { untilMs: 0, isTold: false, isHeard: false, probe: null });
  }
}

function close(state: RunState, token: string, atMs: number): void {
  const breaker = state.quotas.get(token);
  assert(breaker !== undefined, `the quota of \`${token}\` is not used up`);
  state.quotas.delete(token);
  if (breaker.probe !== null) breaker.probe.step.quotaSinceMs = null;
  for (let entry = breaker.parked.pop(); entry !== undefined; entry = breaker.parked.pop()) {
    const { step, phase } = entry;
    if (step.phase !== phase || phase.kind !== 'parked') continue;
    step.quotaSinceMs = null;
    if (!phase.isBegun) {
      makeReady(state.agendas, step);
      continue;
    }
    step.phase = { kind: 'backing-off', attempt: step.attempt + 1, atMs };
    alarm(state, 'retries', step, atMs);
  }
}
