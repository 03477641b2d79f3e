// Watches break points, from the plan's paths and the events alone.
// Not here: the other invariants (run-monitor.ts), who answers (simulated-people.ts).

import type { BreakPoints, PauseChoice, PausePlace, RunEvent } from '@workflow-platform/events';
import { hold } from './invariants.ts';
import { pathOf, type WatchedStep } from './watched-step.ts';

const NONE: BreakPoints = { before: [], onFailure: false };

export class BreakMonitor {
  #breakPoints = NONE;
  readonly #paused = new Map<string, PausePlace>();
  /** What was said of a failure that nothing has followed from yet. */
  readonly #said = new Map<string, PauseChoice>();
  /** Steps that may begin, since somebody said so. */
  readonly #passed = new Set<string>();

  /** Takes the break points of a run that is asked for, or taken up; one that was over has none but those. */
  begin(given: BreakPoints | undefined, wasOver: boolean): void {
    if (given !== undefined || wasOver) this.#breakPoints = given ?? NONE;
    if (!wasOver) return;
    this.#passed.clear();
    this.#said.clear();
    this.#paused.clear();
  }

  isPaused({ ref }: WatchedStep): boolean {
    return this.#paused.has(ref);
  }

  /** Whether the run may not go on with the failed attempt, or with the step, before somebody has said so. */
  record(step: WatchedStep, event: Extract<RunEvent, { readonly type: 'step.paused' | 'step.unpaused' }>): void {
    const { ref } = step;
    if (event.type === 'step.paused') {
      const isFit = event.at === 'before' ? step.status === 'unstarted' && this.#isBefore(step) : this.#breakPoints.onFailure;
      hold(isFit && !this.#paused.has(ref), 'break-points-hold', () => `${ref} stops ${event.at} without a reason`);
      hold(event.at === 'before' || step.hasUnansweredFailure, 'break-points-hold', () => `${ref} has not failed`);
      this.#paused.set(ref, event.at);
      return;
    }
    const at = this.#paused.get(ref);
    hold(at !== undefined, 'break-points-hold', () => `${ref} is let go on, and was not stopped`);
    this.#paused.delete(ref);
    if (at === 'failure') this.#said.set(ref, event.choice);
    else if (event.choice === 'continue') this.#passed.add(ref);
  }

  checkStart(step: WatchedStep, cancelCount: number): void {
    const isHeld = this.#paused.has(step.ref) || (cancelCount === 0 && this.#isBefore(step));
    hold(!isHeld, 'break-points-hold', () => `${step.ref} begins at a break point`);
  }

  /** Returns whether somebody asked for another attempt after this failure; forgets it. */
  isAskedAgain({ ref }: WatchedStep): boolean {
    const choice = this.#said.get(ref);
    this.#said.delete(ref);
    return choice === 'retry';
  }

  /** Returns whether somebody lets the run go on in spite of the failure; the failure of an attempt stands only when it was looked at. */
  checkFailure(step: WatchedStep, isAllowed: boolean, isEnded: boolean): boolean {
    const choice = this.#said.get(step.ref);
    this.#said.delete(step.ref);
    const isLookedAt = choice === 'continue' || choice === 'fail';
    const isDue = this.#breakPoints.onFailure && step.hasUnansweredFailure && step.plan.onFailure !== 'continue' && !isEnded;
    hold(isLookedAt || !isDue, 'break-points-hold', () => `${step.ref} fails, and nobody was asked`);
    const isOverlooked = choice === 'continue';
    hold(!isOverlooked || isAllowed, 'break-points-hold', () => `${step.ref} fails the run though somebody let it go on`);
    return isOverlooked;
  }

  settle({ ref }: WatchedStep): void {
    this.#paused.delete(ref);
    this.#passed.delete(ref);
  }

  #isBefore(step: WatchedStep): boolean {
    const { before } = this.#breakPoints;
    if (this.#passed.has(step.ref)) return false;
    return before.includes(step.ref) || (step.container === null && before.includes(pathOf(step)));
  }
}
