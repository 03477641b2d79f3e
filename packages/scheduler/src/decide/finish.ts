// How does a step end, and how does the run? Groups and `foreach` steps end as what is in them ended.
// Not here: whether a loop goes on (iterate.ts), whether a failed attempt is tried again (retry.ts).

import type { Failure, RunEvent, SkipReason } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';
import { type ExpandedPhase, failedAttempt, holdsCancelled, settledPhase, type Tally } from '../step-phase.ts';
import { decideBreak } from './break.ts';

/** Decides that a step succeeded, and by that perhaps its turn is over. */
export function succeed(
  state: RunState,
  step: StepState,
  how: { readonly attempt: number; readonly exitCode: number | null; readonly durationMs: number; readonly outputs: Outputs },
): RunEvent[] {
  const { exitCode, outputs } = how;
  return [
    { type: 'step.succeeded', step: step.ref, ...how },
    ...decideBreak(state, step, { kind: 'succeeded', exitCode, outputs }),
  ];
}

/** Decides that a step failed for good. `isOverlooked`: a person has said that the run goes on in spite of it. */
export function fail(
  state: RunState,
  step: StepState,
  failure: Failure,
  outputs: Outputs = {},
  isOverlooked = false,
): RunEvent[] {
  const allowed = isOverlooked || step.spec.plan.onFailure === 'continue';
  const exitCode = failedAttempt(step)?.exitCode ?? null;
  return [
    { type: 'step.failed', step: step.ref, failure, allowed, outputs },
    ...decideBreak(state, step, { kind: 'failed', failure, exitCode, allowed, outputs }),
  ];
}

/** Decides the end of a group or `foreach` in which something went wrong; null when nothing did. */
export function finishBadly(state: RunState, step: StepState, tally: Tally, outputs: Outputs = {}): RunEvent[] | null {
  if (tally.failed.length > 0) return fail(state, step, { kind: 'children', failed: [...tally.failed] }, outputs);
  if (tally.hasCancelled) return [{ type: 'step.cancelled', step: step.ref }];
  if (tally.leftOutFor !== null) return leaveUnfinished(step, { kind: 'fail-fast', step: tally.leftOutFor });
  return null;
}

/** Decides that a group that had begun is not carried on with. */
export function leaveUnfinished(step: StepState, reason: SkipReason): RunEvent[] {
  if (reason.kind === 'cancelled') return [{ type: 'step.cancelled', step: step.ref }];
  return [{ type: 'step.skipped', step: step.ref, reason }];
}

/** Decides how a `foreach` ends whose items are all settled. Its outputs are JSON lists with one place for each item. */
export function decideForeachEnd(state: RunState, step: StepState, body: ExpandedPhase, nowMs: number): RunEvent[] {
  const { tally } = body;
  const outputs = collectOutputs(body.items);
  // Those that a person let pass are none of the list, unlike those that the workflow allows.
  const counted = step.spec.plan.onFailure === 'continue' ? tally.allowed : [];
  const failed = tally.failed.length > 0 ? tally.failed : counted;
  if (failed.length > 0) return fail(state, step, { kind: 'children', failed: [...failed] }, outputs);
  const badEnd = finishBadly(state, step, tally, outputs);
  if (badEnd !== null) return badEnd;
  return succeed(state, step, { attempt: 0, exitCode: null, durationMs: Math.max(0, nowMs - body.startedAtMs), outputs });
}

/** Returns how the run ends, as far as its steps are concerned. */
export function runOutcome(state: RunState): 'succeeded' | 'failed' | 'cancelled' {
  const isUnfinished = state.cancelCount > 0 && state.root.tally.unsettled > 0;
  // The turn of a loop that it was in may be long over.
  if (isUnfinished || (state.hasCancelledSteps && state.root.steps.some(holdsCancelled))) return 'cancelled';
  return state.failed.length > 0 || state.root.tally.leftOutFor !== null ? 'failed' : 'succeeded';
}

/** Decides the end of the run. `problem` is what went wrong apart from steps. */
export function finishRun(
  state: RunState,
  problem: { readonly kind: 'workspace' | 'artifacts' | 'engine'; readonly message: string } | null,
): RunEvent[] {
  const outcome = runOutcome(state);
  return [
    {
      type: 'run.finished',
      status: outcome === 'succeeded' && problem !== null ? 'failed' : outcome,
      failed: [...state.failed],
      allowedFailures: [...state.allowedFailures],
      ...(problem === null ? {} : { failure: problem }),
    },
  ];
}

type Outputs = { readonly [name: string]: string };

function collectOutputs(items: readonly StepState[]): Outputs {
  const names = new Set<string>();
  const results = items.map((item) => {
    const result = settledPhase(item)?.result;
    const outputs: Outputs = result?.kind === 'succeeded' || result?.kind === 'failed' ? result.outputs : {};
    for (const name of Object.keys(outputs)) names.add(name);
    return outputs;
  });
  return Object.fromEntries([...names].map((name) => [name, JSON.stringify(results.map((outputs) => outputs[name] ?? null))]));
}
