// Knows when nothing more can come of the steps that somebody asked for: a follower ends then, though the run may go on.
// Not here: which steps those are (choose-steps.ts).

import type { Plan } from '@workflow-platform/core';
import type { EventEnvelope } from '@workflow-platform/events';
import { plannedSteps, shapeOf } from '../attempts.ts';
import { matchSteps } from './choose-steps.ts';

export class StepsOver {
  /** Steps that must be settled, each itself or something that it is in; null when only the end of the run will do. */
  readonly #awaited: readonly string[] | null;
  readonly #succeeded = new Set<string>();
  /** For other reasons: a resume of the run may try them again. */
  readonly #givenUp = new Set<string>();

  constructor(asked: readonly string[], plan: Plan) {
    const planned = plannedSteps(plan.steps).map(([ref]) => ref);
    const awaited = asked.flatMap((word) => {
      const isOneOfMany = shapeOf(word) !== word && !word.includes('*');
      return isOneOfMany ? [word] : planned.filter(matchSteps([word]));
    });
    this.#awaited = awaited.length === 0 ? null : awaited;
  }

  apply({ event }: EventEnvelope): void {
    switch (event.type) {
      case 'step.succeeded':
      case 'step.reused':
        this.#succeeded.add(event.step);
        return;
      case 'step.failed':
      case 'step.cancelled':
      case 'step.skipped':
        this.#givenUp.add(event.step);
        return;
      case 'run.resumed':
        this.#givenUp.clear();
        for (const ref of event.retry?.reopens ?? []) this.#reopen(ref);
        return;
      default:
    }
  }

  get isOver(): boolean {
    return this.#awaited !== null && this.#awaited.every((ref) => holders(ref).some((one) => this.#isSettled(one)));
  }

  /** With all that is in it, and what it is in. */
  #reopen(ref: string): void {
    const isWithin = matchSteps([ref]);
    for (const one of this.#succeeded) if (isWithin(one) || holders(ref).includes(one)) this.#succeeded.delete(one);
  }

  #isSettled(ref: string): boolean {
    return this.#succeeded.has(ref) || this.#givenUp.has(ref);
  }
}

/** The reference and those of all that it is in. */
function holders(ref: string): readonly string[] {
  return [...ref.matchAll(/[.[]|$/g)].map(({ index }) => ref.slice(0, index));
}
