// What does the end of an attempt mean? Success counts even for one that was told to stop; a failure then has our reason.
// Not here: whether there is another attempt (retry.ts).

import type { Failure, RunEvent, StopReason } from '@workflow-platform/events';
import type { RunState } from '../run-state.ts';
import type { AttemptResult } from '../signal.ts';
import { succeed } from './finish.ts';

/** Decides what the end of an attempt leaves. A signal about another attempt than the running one is late, and ignored. */
export function decideAttemptEnd(state: RunState, stepRef: string, attempt: number, result: AttemptResult): RunEvent[] {
  const step = state.steps.get(stepRef);
  if (step?.phase.kind !== 'running' || step.phase.attempt !== attempt) return [];
  if (result.kind === 'succeeded') {
    const { exitCode, durationMs, outputs } = result;
    return succeed(state, step, { attempt, exitCode, durationMs, outputs });
  }
  const { exitCode, durationMs } = result;
  const failure = failureOf(result.failure, step.phase.stopping);
  return [{ type: 'step.attempt-failed', step: stepRef, attempt, failure, exitCode, durationMs }];
}

/** The signal or exit code of a command that we stopped says less than why we stopped it. */
function failureOf(reported: Failure, stopping: StopReason | null): Failure {
  if (stopping?.kind === 'timeout' || stopping?.kind === 'idle-timeout')
    return { kind: stopping.kind, limitMs: stopping.limitMs };
  return reported;
}
