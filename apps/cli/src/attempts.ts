// Which attempts a run made, from its events, and which steps its plan has.
// Not here: which of them somebody means, and what they wrote (logs/).

import type { PlanStep } from '@workflow-platform/core';
import { childRef, type EventEnvelope } from '@workflow-platform/events';

/** One attempt of a step. */
export interface AttemptRow {
  readonly step: string;
  readonly attempt: number;
  readonly attemptNo: number;
  readonly startedAtMs: number;
  /** Null while it runs. */
  endedAtMs: number | null;
  /** It ended because what it said could not be understood. */
  isUnreadable: boolean;
}

/** Returns the attempts that these events start, in order. */
export function attemptsOf(events: readonly EventEnvelope[]): readonly AttemptRow[] {
  const attempts = new Attempts();
  for (const envelope of events) attempts.apply(envelope);
  return attempts.rows;
}

/** The attempts of a run, brought up to date event by event. */
export class Attempts {
  readonly rows: AttemptRow[] = [];
  readonly #running = new Map<string, AttemptRow>();

  apply({ event, atMs }: EventEnvelope): void {
    switch (event.type) {
      case 'step.attempt-started': {
        const { step, attempt, attemptNo } = event;
        const row: AttemptRow = { step, attempt, attemptNo, startedAtMs: atMs, endedAtMs: null, isUnreadable: false };
        this.rows.push(row);
        this.#running.set(step, row);
        return;
      }
      case 'step.attempt-failed':
        return this.#end(event.step, { atMs, isUnreadable: event.failure.kind === 'output' });
      case 'step.succeeded':
      case 'step.failed':
      case 'step.cancelled':
        return this.#end(event.step, { atMs, isUnreadable: false });
      case 'run.finished':
        for (const step of this.#running.keys()) this.#end(step, { atMs, isUnreadable: false });
        return;
      default:
    }
  }

  #end(step: string, { atMs, isUnreadable }: { readonly atMs: number; readonly isUnreadable: boolean }): void {
    const row = this.#running.get(step);
    if (row === undefined) return;
    this.#running.delete(step);
    row.endedAtMs = atMs;
    row.isUnreadable = isUnreadable;
  }
}

/** References of all steps of a plan, without items and turns, with the step each stands for. */
export function plannedSteps(steps: readonly PlanStep[], scope = ''): readonly (readonly [ref: string, step: PlanStep])[] {
  return steps.flatMap((step) => {
    const ref = childRef(scope, step.id);
    return step.kind === 'group' ? [[ref, step] as const, ...plannedSteps(step.steps, ref)] : [[ref, step] as const];
  });
}

/** Returns a reference without items and turns. */
export function shapeOf(ref: string): string {
  return ref.replaceAll(/\[[^\]]*\]/g, '');
}
