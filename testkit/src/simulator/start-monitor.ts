// Watches that a run which is to start at a step skips what that one needs, and nothing else for that reason.
// Not here: the other invariants (run-monitor.ts).

import { hold } from './invariants.ts';
import { around, needsOf, pathOf, type WatchedStep } from './watched-step.ts';

export class StartMonitor {
  #startAt: string | null = null;

  begin(startAt: string | undefined): void {
    this.#startAt = startAt ?? null;
  }

  checkStart(step: WatchedStep): void {
    hold(!this.#isBefore(step), 'starts-where-asked', () => `${step.ref} begins before ${this.#startAt}`);
  }

  checkSkip(step: WatchedStep): void {
    hold(this.#isBefore(step), 'starts-where-asked', () => `${step.ref} is skipped, and does not come before ${this.#startAt}`);
  }

  #isBefore(step: WatchedStep): boolean {
    if (this.#startAt === null || step.container !== null) return false;
    for (let at: WatchedStep | null = step; at !== null; at = around(at)) if (at.wasReset) return false;
    const { owner } = step.scope;
    const prefix = owner === null ? '' : `${pathOf(owner)}.`;
    if (!this.#startAt.startsWith(prefix)) return false;
    for (let at = owner; at !== null; at = at.scope.owner)
      if (at.plan.kind === 'group' && at.plan.repeat !== null && at.iteration > 1) return false;
    const target = step.scope.steps.get(this.#startAt.slice(prefix.length).split('.')[0] ?? '');
    return target !== undefined && isNeededBy(step, target);
  }
}

function isNeededBy(step: WatchedStep, other: WatchedStep): boolean {
  return needsOf(other).some((need) => need === step || isNeededBy(step, need));
}
