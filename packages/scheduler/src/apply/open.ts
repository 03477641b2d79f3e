// Makes the steps of a run, a group, a turn or a `foreach`, and forgets those of what is over.
// Not here: when that happens (decide/iterate.ts, decide/expand.ts).

import { assert, childRef, itemRef, type Json } from '@workflow-platform/events';
import type { RunState, Scope, StepState } from '../run-state.ts';
import type { ExpandedPhase, OpenPhase, Tally } from '../step-phase.ts';
import type { StepTable } from '../step-table.ts';
import { makeReady } from './ready.ts';

/** The reference under which the steps of the run itself stand. */
export const rootRef = '';

export function emptyTally(unsettled: number): Tally {
  return { unsettled, failed: [], allowed: [], hasCancelled: false, leftOutFor: null };
}

/** Makes the steps of a table; those without needs are ready at once. */
export function openScope(
  state: Pick<RunState, 'steps' | 'agendas'>,
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
    const step = newStep(childRef(of.prefix, spec.plan.id), spec, scope, null);
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
    const step = newStep(itemRef(of.ref, key), of.spec, of.scope, { of, key, value, index });
    register(state, step);
    return step;
  });
}

/** Forgets the steps of a turn or the items of a `foreach`, and all inside them. */
export function dropBody(state: RunState, body: OpenPhase | ExpandedPhase | null): void {
  if (body === null) return;
  const steps = body.kind === 'open' ? (body.turn?.steps ?? []) : body.items;
  for (const step of steps) {
    state.steps.delete(step.ref);
    if (step.phase.kind === 'settled') dropBody(state, step.phase.body);
  }
}

function newStep(ref: string, spec: StepState['spec'], scope: Scope, item: StepState['item']): StepState {
  return {
    ref,
    spec,
    scope,
    item,
    phase: { kind: 'waiting', holds: 0 },
    attempt: 0,
    attemptsBefore: 0,
    inheritedAttempt: 0,
    begunAfterCancels: 0,
    turnsBefore: 0,
    hasSlot: false,
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
