// Which steps does a retry reopen? The step itself and all that comes after it, at its own level and at each level around it: what
// needs it, or the group that it is in, what was left out because it failed, and what comes after those.
// Not here: what reopening means (apply/reopen.ts), whether a reopened step is carried out again (reuse.ts).

import type { RunState, StepState } from '../run-state.ts';
import { outerOf } from '../step-order.ts';
import { bodyOf, settledPhase, stepsIn } from '../step-phase.ts';

/** Where a retry may begin, or why it may not. */
export type RetryPlace =
  | { readonly kind: 'found'; readonly step: StepState }
  /** No such step, as far as is known of the run. */
  | { readonly kind: 'unknown' }
  /** The step was in something of which only the result is left: a past turn, a list that was used again as a whole. */
  | { readonly kind: 'gone'; readonly within: string };

/** Returns where a retry of the step would begin. */
export function retryPlace(state: RunState, ref: string): RetryPlace {
  const step = state.steps.get(ref);
  if (step === undefined) {
    const within = [...state.steps.keys()].filter((outer) => isAround(state, outer, ref)).sort((a, b) => b.length - a.length)[0];
    return within === undefined ? { kind: 'unknown' } : { kind: 'gone', within };
  }
  for (let at = outerOf(step), inner = step; at !== null; inner = at, at = outerOf(at)) {
    const body = bodyOf(at);
    const isIn = body?.kind === 'expanded' ? body.items.includes(inner) : body?.turn?.steps.includes(inner) === true;
    if (!isIn) return { kind: 'gone', within: at.ref };
  }
  return { kind: 'found', step };
}

/** Returns the references of the steps that wait again, the retried one first. Each stands for all that is in it. */
export function affectedBy(step: StepState): string[] {
  const around = new Set<StepState>();
  for (let at = outerOf(step); at !== null; at = outerOf(at)) around.add(at);
  const chain = [step, ...around];
  const levels = chain.map(siblingsOf);
  const leftOut = leftOutByCause(levels.flat());
  const affected = new Set([step]);
  // What is around the step is not reset, but ends anew: what comes after that is affected as well.
  const todo = [...chain];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    // Another failure inside of what is around the step stays a failure.
    const isAround = around.has(at);
    const forIt = (leftOut.get(at.ref) ?? [])
      .filter(({ cause }) => !isAround || cause === at.ref)
      .map(({ step: other }) => other);
    for (const next of [...dependantsOf(at), ...forIt, ...endedBy(at)]) {
      if (affected.has(next) || around.has(next)) continue;
      // What a break left out stays so, unless it is open again whether there is one.
      const { broke } = next.scope;
      if (isLeftOutByBreak(next) && broke !== at && !(broke !== null && (affected.has(broke) || around.has(broke)))) continue;
      affected.add(next);
      todo.push(next);
    }
  }
  return [step, ...levels.flat().filter((each) => each !== step && affected.has(each))].map(({ ref }) => ref);
}

/** The steps beside it, itself included. */
function siblingsOf({ item, scope }: StepState): readonly StepState[] {
  return item === null ? scope.steps : stepsIn(bodyOf(item.of));
}

function dependantsOf({ item, scope, spec }: StepState): StepState[] {
  return item === null ? spec.dependants.map((index) => scope.steps[index] as StepState) : [];
}

interface LeftOut {
  readonly step: StepState;
  /** The step that failed. */
  readonly cause: string;
}

/** Steps that a failure left out, by the step that failed and by all that is around that one. */
function leftOutByCause(steps: readonly StepState[]): ReadonlyMap<string, readonly LeftOut[]> {
  const found = new Map<string, LeftOut[]>();
  for (const step of steps) {
    const result = settledPhase(step)?.result;
    if (result?.kind !== 'skipped' || (result.reason.kind !== 'fail-fast' && result.reason.kind !== 'upstream')) continue;
    const cause = result.reason.step;
    for (let end = 1; end <= cause.length; end += 1) {
      if (end < cause.length && cause[end] !== '.' && cause[end] !== '[') continue;
      const ref = cause.slice(0, end);
      const known = found.get(ref);
      if (known === undefined) found.set(ref, [{ step, cause }]);
      else known.push({ step, cause });
    }
  }
  return found;
}

/** What a break of the step left out of the turn, and items that ended because this one failed. */
function endedBy(step: StepState): StepState[] {
  if (step.item === null) return step.scope.broke === step ? step.scope.steps.filter(isLeftOutByBreak) : [];
  const isEnd = step.spec.plan.foreach?.failFast === true && settledPhase(step)?.result.kind === 'failed';
  return (isEnd ? stepsIn(bodyOf(step.item.of)) : []).filter((item) => settledPhase(item)?.result.kind === 'cancelled');
}

function isLeftOutByBreak(step: StepState): boolean {
  const result = settledPhase(step)?.result;
  return result?.kind === 'skipped' && result.reason.kind === 'break';
}

/** Whether the step would be in a group, loop or list of the plan: only what has a body could have had it. */
function isAround(state: RunState, outerRef: string, ref: string): boolean {
  const next = ref[outerRef.length];
  if ((next !== '.' && next !== '[') || !ref.startsWith(outerRef)) return false;
  const spec = state.steps.get(outerRef)?.spec;
  return spec !== undefined && (spec.plan.kind === 'group' || spec.plan.foreach !== null);
}
