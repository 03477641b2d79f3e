// Records what happens to groups, loops and `foreach` steps: they begin, get their items, go on to another turn, break.
// Not here: when that happens (decide/expand.ts, decide/iterate.ts).

import { assert, type RunEvent, unreachable } from '@workflow-platform/events';
import type { RunState, StepState } from '../run-state.ts';
import { type ExpandedPhase, isUnstarted, openPhase, settledPhase } from '../step-phase.ts';
import { beginAnew } from '../prior.ts';
import { alarm } from './attempt.ts';
import { endAfterBreak } from './end.ts';
import { dropBody, dropForRetry, emptyTally, openItems, openTurn } from './open.ts';
import { admitItems, isContainer } from './ready.ts';

type GroupEvent = Extract<
  RunEvent,
  {
    readonly type:
      | 'step.group-started'
      | 'step.expanded'
      | 'step.progress-noted'
      | 'step.iteration-scheduled'
      | 'step.iteration-started'
      | 'step.broke';
  }
>;

/** Records one of the events of a group or a `foreach`. */
export function applyGroupEvent(state: RunState, step: StepState, event: GroupEvent, atMs: number): void {
  const { plan } = step.spec;
  const { phase } = step;
  const illegal = `\`${event.type}\` cannot happen to step \`${step.ref}\` while it is ${phase.kind}`;
  switch (event.type) {
    case 'step.group-started':
      assert(
        isUnstarted(step) && phase.kind !== 'waiting' && phase.kind !== 'paused' && plan.kind === 'group' && !isContainer(step),
        illegal,
      );
      dropForRetry(state, step.prior?.body ?? null);
      step.progress = null;
      step.phase = { kind: 'open', startedAtMs: atMs, turn: plan.repeat === null ? openTurn(state, step, null) : null };
      beginAnew(state, step);
      state.agendas.due.push(step);
      return;
    case 'step.expanded': {
      assert(isUnstarted(step) && phase.kind !== 'waiting' && phase.kind !== 'paused' && isContainer(step), illegal);
      step.begunAfterCancels = state.cancelCount;
      dropForRetry(state, step.prior?.body ?? null);
      const items = openItems(state, step, event.items);
      beginAnew(state, step);
      const body: ExpandedPhase = {
        kind: 'expanded',
        startedAtMs: atMs,
        items,
        tally: emptyTally(items.length),
        next: 0,
        inProgress: 0,
        isAborted: false,
      };
      step.phase = body;
      state.agendas.due.push(step);
      return admitItems(state.agendas, body, plan.foreach?.maxParallel ?? null);
    }
    case 'step.progress-noted': {
      const { iteration, value, unchanged } = event;
      assert(phase.kind === 'open' && phase.turn?.iteration === iteration && step.progress?.iteration !== iteration, illegal);
      step.progress = { iteration, value, unchanged };
      state.agendas.due.push(step);
      return;
    }
    case 'step.iteration-scheduled':
      assert(phase.kind === 'open', illegal);
      step.phase = { kind: 'between-turns', open: phase, iteration: event.iteration, atMs: event.atMs };
      return alarm(state, 'deadlines', step, event.atMs);
    case 'step.iteration-started': {
      const open = openPhase(step);
      assert(open !== null && (open.turn === null || open.turn.tally.unsettled === 0), illegal);
      assert(event.iteration === (open.turn?.iteration ?? 0) + 1, `turn ${event.iteration} of \`${step.ref}\` cannot come now`);
      const before = step.facts?.get('next');
      step.facts = before === undefined ? null : new Map([['before', before]]);
      dropBody(state, open);
      step.phase = { kind: 'open', startedAtMs: open.startedAtMs, turn: openTurn(state, step, event.iteration) };
      state.agendas.due.push(step);
      return;
    }
    case 'step.broke':
      assert(settledPhase(step) !== null && step.scope.broke === null, illegal);
      step.scope.broke = step;
      return endAfterBreak(state, step);
    default:
      return unreachable(event);
  }
}
