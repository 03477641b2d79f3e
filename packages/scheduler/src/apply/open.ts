// Makes the steps of a run, a group, a turn or a `foreach`, and forgets those of what is over.
// Not here: when that happens (decide/iterate.ts, decide/expand.ts).

import { assert, childRef, itemRef, type Json } from '@workflow-platform/events';
import type { RunState, Scope, StepState } from '../run-state.ts';
import { bodyOf, type ExpandedPhase, type OpenPhase, stepsIn, type Tally } from '../step-phase.ts';
import type { StepTable } from '../step-table.ts';
import { makeReady } from './ready.ts';

/** The reference under which the steps of the run itself stand. */
export const rootRef = '';

export function emptyTally(unsettled: number): Tally {
  return { unsettled, failed: [], allowed: [], hasCancelled: false, leftOutFor: null };
}

/** Makes the steps of a table; those without needs are ready at once. */
export function openScope(
  state: Pick<RunState, 'steps' | 'agendas' | 'gone'>,
  of: { readonly owner: StepState | null; readonly table: StepTable; readonly prefix: string; readonly iteration: number | null },
): Scope {
  const scope: Scope = {
    owner: of.owner,
    table: of.table,
    steps: [],
    iteration: of.iteration,
    tally: emptyTally(of.table.specs.length),
    holdCount: 0,
    broke: null,
    failedFast: null,
    isBusy: false,
    ending: null,
  };
  for (const spec of of.table.specs) {
    const step = newStep(state, childRef(of.prefix, spec.plan.id), spec, { scope, item: null, outer: of.owner });
    step.phase = { kind: 'waiting', holds: spec.needs.length };
    register(state, step);
    scope.steps.push(step);
  }
  for (const step of scope.steps) if (step.spec.needs.length === 0) makeReady(state.agendas, step);
  return scope;
}

/** Opens a turn of a loop, or the only one of a plain group. */
export function openTurn(state: RunState, owner: StepState, iteration: number | null): Scope {
  const table = owner.spec.inner;
  assert(table !== null, `step \`${owner.ref}\` is no group`);
  const prefix = iteration === null ? owner.ref : itemRef(owner.ref, iteration);
  return openScope(state, { owner, table, prefix, iteration });
}

/** Makes the items of a `foreach`, none of them ready yet. */
export function openItems(
  state: RunState,
  of: StepState,
  items: readonly { readonly key: string; readonly value: Json }[],
): StepState[] {
  return items.map(({ key, value }, index) => {
    const step = newStep(state, itemRef(of.ref, key), of.spec, { scope: of.scope, item: { of, key, value, index }, outer: of });
    register(state, step);
    return step;
  });
}

/** Forgets the steps of a turn or the items of a `foreach`, and all inside them. */
export function dropBody(state: Pick<RunState, 'steps'>, body: OpenPhase | ExpandedPhase | null): void {
  for (const step of stepsIn(body)) {
    state.steps.delete(step.ref);
    dropBody(state, bodyOf(step));
    dropBody(state, step.prior?.body ?? null);
  }
}

/** Forgets them for a retry: they may come again, and their attempts are counted on then. */
export function dropForRetry(state: Pick<RunState, 'steps' | 'gone'>, body: OpenPhase | ExpandedPhase | null): void {
  for (const step of stepsIn(body)) {
    state.steps.delete(step.ref);
    state.gone.set(step.ref, { attempt: step.attempt, attemptFloor: floorOfRepeated(step) });
    dropForRetry(state, bodyOf(step));
    dropForRetry(state, step.prior?.body ?? null);
  }
}

/** Returns from where on attempts in the step are counted when it is done again. */
export function floorOfRepeated({ spec: { plan }, item, attemptsInside, attemptFloor }: StepState): number {
  const isLoop = plan.kind === 'group' && plan.repeat !== null && (plan.foreach === null || item !== null);
  return isLoop ? Math.max(attemptsInside, attemptFloor) : attemptFloor;
}

interface Place {
  readonly scope: Scope;
  readonly item: StepState['item'];
  /** The group or `foreach`. */
  readonly outer: StepState | null;
}

function newStep(state: Pick<RunState, 'gone'>, ref: string, spec: StepState['spec'], { scope, item, outer }: Place): StepState {
  const floor = outer?.attemptFloor ?? 0;
  const gone = state.gone.get(ref);
  const attempt = Math.max(floor, gone?.attempt ?? 0);
  const attemptFloor = Math.max(floor, gone?.attemptFloor ?? 0);
  return {
    ref,
    spec,
    scope,
    item,
    phase: { kind: 'waiting', holds: 0 },
    attempt,
    attemptsBefore: attempt,
    attemptsInside: 0,
    attemptFloor,
    inheritedAttempt: 0,
    quotaSinceMs: null,
    session: null,
    begunAfterCancels: 0,
    turnsBefore: 0,
    progress: null,
    isAskedFor: false,
    isPastBreakPoint: false,
    hasSlot: false,
    wasCancelled: false,
    ranWith: null,
    prior: outer?.prior?.inner.get(ref) ?? null,
    lateNeeds: 0,
    hasBadNeeds: false,
    hasFailedNeeds: false,
    facts: null,
  };
}

function register(state: Pick<RunState, 'steps'>, step: StepState): void {
  assert(!state.steps.has(step.ref), `two steps would be called \`${step.ref}\``);
  state.steps.set(step.ref, step);
}
