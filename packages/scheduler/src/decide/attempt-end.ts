// What does the end of an attempt mean? Success counts even for one that was told to stop; a failure then has our reason.
// Not here: whether there is another attempt (retry.ts).

import type { Failure, RunEvent, StopReason } from '@workflow-platform/events';
import { isProbe, quotaOf } from '../breaker.ts';
import type { RunState } from '../run-state.ts';
import type { AttemptResult } from '../signal.ts';
import { succeed } from './finish.ts';
import { decideTold } from './session.ts';

/** Decides what the end of an attempt leaves. A signal about another attempt than the running one is late, and ignored. */
export function decideAttemptEnd(state: RunState, stepRef: string, attempt: number, result: AttemptResult): RunEvent[] {
  const step = state.steps.get(stepRef);
  if (step?.phase.kind !== 'running' || step.phase.attempt !== attempt) return [];
  const { token = '' } = quotaOf(step) ?? {};
  const told = decideTold(state, stepRef, attempt, result.told);
  const closed: RunEvent[] = isProbe(state, step) && gotThrough(result) ? [{ type: 'quota.closed', token }] : [];
  if (result.kind === 'succeeded') {
    const { exitCode, durationMs, outputs } = result;
    return [...told, ...closed, ...succeed(state, step, { attempt, exitCode, durationMs, outputs })];
  }
  const { exitCode, durationMs } = result;
  const failure = result.onItsOwn === true ? result.failure : failureOf(result.failure, step.phase.stopping);
  return [...told, ...closed, { type: 'step.attempt-failed', step: stepRef, attempt, failure, exitCode, durationMs }];
}

/** Whether it did its work, well or badly. Of what was stopped, lost, never started or taken from a cache nothing can be told. */
function gotThrough(result: AttemptResult): boolean {
  if (result.kind === 'succeeded') return result.isCached !== true;
  return result.failure.kind === 'exit' || result.failure.kind === 'output';
}

/** The signal or exit code of a command that we stopped says less than why we stopped it. */
function failureOf(reported: Failure, stopping: StopReason | null): Failure {
  // Some agents wait for quota themselves, in silence.
  if (reported.kind === 'quota') return reported;
  if (stopping?.kind === 'timeout' || stopping?.kind === 'idle-timeout')
    return { kind: stopping.kind, limitMs: stopping.limitMs };
  return reported;
}
