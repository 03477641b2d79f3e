// Watches the events of one run, in the order of its journal, and throws a Violation when they break an invariant.
// Not here: what needs the scheduler's state to be seen (simulated-run.ts).

import { type EventEnvelope, findStep, type RunEvent, type RunView } from '@workflow-platform/events';
import type { Plan, PlanAttemptStep, PlanGroupStep } from '@workflow-platform/core';
import { hold, Violation } from './invariants.ts';
import {
  delayBounds,
  expectedOf,
  holdsSlot,
  isAllowed,
  mayBeginAfterFailures,
  mayGoOn,
  shownAs,
  spreadFailure,
} from './expectations.ts';
import {
  around,
  asksForStatus,
  hasBadNeeds,
  isContainer,
  isSettled,
  isSettledThrough,
  needsOf,
  type SettledAs,
  survivesCancel,
  type WatchedScope,
  type WatchedStep,
  watchItem,
  watchScope,
} from './watched-step.ts';

type StepEvent = Extract<RunEvent, { readonly step: string }>;

export class RunMonitor {
  readonly #plan: Plan;
  readonly #root: WatchedScope;
  readonly #steps = new Map<string, WatchedStep>();
  readonly #succeeded = new Set<string>();
  #failures: { ref: string; isAllowed: boolean }[] = [];
  #seq = 0;
  #attemptCount = 0;
  #cancelCount = 0;
  #hasCancelledSteps = false;
  #hasWorkspace = false;
  #isFinished = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#root = watchScope(null, plan.steps, '');
    this.#register(this.#root);
  }

  /** The live attempts, as the journal has them. */
  liveAttempts(): ReadonlyMap<string, { readonly attempt: number; readonly isStopping: boolean }> {
    const live = [...this.#steps.values()].filter((step) => step.live !== null);
    return new Map(live.map((step) => [step.ref, step.live as NonNullable<WatchedStep['live']>]));
  }

  /** What is being looked up for a step, or null. */
  observing(ref: string): string | null {
    return this.#steps.get(ref)?.observing ?? null;
  }

  /** Checks what screens show. */
  checkView(view: RunView): void {
    for (const step of this.#steps.values()) {
      const shown = findStep(view, step.ref)?.status ?? 'waiting';
      const fitting = shownAs[step.status];
      hold(fitting.includes(shown), 'view-agrees', () => `${step.ref} is ${step.status}, and shown as ${shown}`);
    }
  }

  record({ seq, atMs, event }: EventEnvelope): void {
    hold(seq === this.#seq + 1, 'numbers-without-gaps', () => `event ${seq} follows ${this.#seq}`);
    this.#seq = seq;
    hold(!this.#isFinished || event.type === 'run.resumed', 'nothing-after-the-end', () => `\`${event.type}\` after the end`);
    if ('step' in event) this.#recordStepEvent(event, atMs);
    else this.#recordRunEvent(event);
  }

  /** Checks what must hold once all consequences of a signal are recorded. */
  checkQuiet(nowMs: number): void {
    if (this.#isFinished) return;
    let slots = 0;
    for (const step of this.#steps.values()) slots += holdsSlot(step) ? 1 : 0;
    hold(slots <= this.#plan.maxParallel, 'room-is-kept', () => `${slots} at once, ${this.#plan.maxParallel} allowed`);
    const hasRoom = slots < this.#plan.maxParallel;
    for (const step of this.#steps.values()) {
      this.#checkLimits(step, nowMs);
      if (step.observing !== null) continue;
      hold(!step.hasUnansweredFailure, 'retries-are-limited', () => `nothing follows from the failed attempt of ${step.ref}`);
      if (!this.#hasWorkspace) continue;
      const isRetryDue = step.retryAtMs !== null && step.retryAtMs <= nowMs;
      hold(!(isRetryDue && hasRoom), 'retries-are-limited', () => `${step.ref} is due to be tried again, and there is room`);
      const isLate = step.status === 'unstarted' && this.#couldStart(step) && (hasRoom || step.plan.kind !== 'attempt');
      hold(!isLate, 'no-idle-room', () => `${step.ref} could start`);
    }
  }

  #recordRunEvent(event: Exclude<RunEvent, StepEvent>): void {
    switch (event.type) {
      case 'workspace.created':
      case 'workspace.reused':
        this.#hasWorkspace = true;
        return;
      case 'run.cancel-requested':
        this.#cancelCount += 1;
        return;
      case 'run.resumed':
        if (this.#isFinished) this.#reopen();
        else for (const step of this.#steps.values()) step.inheritedAttempt = step.live?.attempt ?? 0;
        return;
      case 'run.finished':
        this.#checkEnd(event);
        this.#isFinished = true;
        this.#hasWorkspace = false;
        return;
      default:
        return;
    }
  }

  #recordStepEvent(event: StepEvent, atMs: number): void {
    const step = this.#steps.get(event.step);
    if (step === undefined) throw new Violation('known-steps-only', `\`${event.type}\` names ${event.step}`);
    switch (event.type) {
      case 'step.observation-requested':
        step.observing = event.purpose;
        return;
      case 'step.observed':
        hold(
          step.observing === event.purpose,
          'journal-first',
          () => `facts for ${event.purpose} of ${step.ref} were not asked for`,
        );
        step.observing = null;
        return;
      case 'step.group-started':
        this.#begin(step);
        if ((step.plan as PlanGroupStep).repeat === null) this.#openTurn(step, step.ref);
        return;
      case 'step.expanded':
        this.#begin(step);
        step.items = event.items.map(({ key }) => watchItem(step, key));
        for (const item of step.items) this.#registerStep(item);
        return;
      case 'step.iteration-scheduled':
        step.isPausing = true;
        return;
      case 'step.iteration-started':
        return this.#startTurn(step, event.iteration);
      case 'step.broke':
        step.scope.broke = true;
        return;
      case 'step.waiting':
        this.#begin(step);
        step.untilMs = event.untilMs;
        return;
      case 'step.answered':
        return;
      case 'step.attempt-started':
        return this.#startAttempt(step, event, atMs);
      case 'step.stop-requested':
        hold(
          step.live?.attempt === event.attempt,
          'one-live-attempt',
          () => `attempt ${event.attempt} of ${step.ref} is not live`,
        );
        step.live.isStopping = true;
        return;
      case 'step.attempt-failed':
        hold(
          step.live?.attempt === event.attempt,
          'one-live-attempt',
          () => `attempt ${event.attempt} of ${step.ref} is not live`,
        );
        step.live = null;
        step.hasUnansweredFailure = true;
        step.isLostWithEngine = event.failure.kind === 'lost' && event.attempt === step.inheritedAttempt;
        if (step.isLostWithEngine) step.attemptsInOpening -= 1;
        return;
      case 'step.retry-scheduled': {
        const { retry } = step.plan as PlanAttemptStep;
        const isWithin = step.hasUnansweredFailure && (step.isLostWithEngine || step.attemptsInOpening <= retry.max);
        hold(isWithin, 'retries-are-limited', () => `${step.ref} is tried too often`);
        const [least, most] = step.isLostWithEngine ? [0, 0] : delayBounds(retry, step.attemptsInOpening);
        const delayMs = event.atMs - atMs;
        const isFit = delayMs >= least - 1 && delayMs <= most + 1;
        hold(isFit, 'retries-are-limited', () => `${step.ref} is tried again after ${delayMs} ms, not ${least} to ${most}`);
        step.hasUnansweredFailure = false;
        step.retryAtMs = event.atMs;
        return;
      }
      case 'step.succeeded':
        if (event.attempt > 0) {
          hold(
            step.live?.attempt === event.attempt,
            'one-live-attempt',
            () => `attempt ${event.attempt} of ${step.ref} is not live`,
          );
          step.live = null;
        }
        this.#settle(step, 'succeeded');
        this.#succeeded.add(step.ref);
        return;
      case 'step.failed':
        hold(
          !step.hasUnansweredFailure || !step.isLostWithEngine || this.#cancelCount > 0 || isInFailedItems(step),
          'lost-with-the-engine',
          () => `${step.ref} fails`,
        );
        this.#failures.push({ ref: step.ref, isAllowed: isAllowed(step) });
        step.hasUsedUpTurns = event.failure.kind === 'iterations';
        return this.#settle(step, event.allowed ? 'failed-allowed' : 'failed');
      case 'step.skipped': {
        const { kind } = event.reason;
        if (kind === 'cancelled') this.#hasCancelledSteps = true;
        const isExpected = kind !== 'condition' || expectedOf(step, this.#cancelCount) !== true;
        hold(isExpected, 'conditions-hold', () => `${step.ref} is skipped`);
        if (kind === 'break') return this.#settle(step, 'skipped-by-break');
        return this.#settle(step, kind === 'condition' || kind === 'no-items' ? 'skipped' : 'left-out');
      }
      case 'step.cancelled':
        if (this.#cancelCount > 0) this.#hasCancelledSteps = true;
        return this.#settle(step, 'cancelled');
    }
  }

  /** The step does its first deed, whatever it is. */
  #begin(step: WatchedStep): void {
    const { ref } = step;
    hold(!this.#succeeded.has(ref), 'succeeded-stays', () => `${ref} runs again`);
    hold(step.status === 'unstarted', 'settles-once', () => `${ref} begins while it is ${step.status}`);
    hold(this.#hasWorkspace, 'journal-first', () => `${ref} begins without a workspace`);
    for (const need of needsOf(step))
      hold(isSettledThrough(need), 'needs-first', () => `${ref} begins before ${need.ref} is settled`);
    if (!asksForStatus(step) && step.container === null) {
      hold(!hasBadNeeds(step), 'no-start-after-bad-needs', () => `${ref} begins`);
    }
    const isExpected = step.container !== null || expectedOf(step, this.#cancelCount) !== false;
    hold(isExpected, 'conditions-hold', () => `${ref} begins`);
    hold(mayBeginAfterFailures(step), 'fail-fast-holds', () => `${ref} begins`);
    const isHeld = step.container === null && [...step.scope.steps.values()].some(({ observing }) => observing === 'break');
    hold(!isHeld, 'turns-are-limited', () => `${ref} begins while it is looked whether the turn is over`);
    hold(!step.scope.broke || step.container !== null || step.wasTried, 'turns-are-limited', () => `${ref} begins after a break`);
    this.#checkCancel(step);
    step.hasBegunAfterCancel = this.#cancelCount > 0;
    step.hasBegun = true;
    step.status = 'begun';
    const { container } = step;
    const inProgress = container?.items.filter(({ status }) => status === 'begun').length ?? 0;
    hold(
      inProgress <= (container?.plan.foreach?.maxParallel ?? Infinity),
      'room-is-kept',
      () => `${inProgress} items of ${ref} at once`,
    );
  }

  #startAttempt(step: WatchedStep, event: Extract<RunEvent, { readonly type: 'step.attempt-started' }>, atMs: number): void {
    if (step.status === 'unstarted') this.#begin(step);
    hold(step.live === null, 'one-live-attempt', () => `${step.ref} has two`);
    hold(step.status === 'begun', 'settles-once', () => `${step.ref} is tried while it is ${step.status}`);
    const isNumbered = event.attempt === step.lastAttempt + 1 && event.attemptNo === this.#attemptCount + 1;
    hold(isNumbered, 'numbers-without-gaps', () => `attempt ${event.attempt} (${event.attemptNo}) of ${step.ref}`);
    const isScheduled = step.retryAtMs !== null && step.retryAtMs <= atMs;
    hold(step.attemptsInOpening === 0 || isScheduled, 'retries-are-limited', () => `${step.ref} is tried again before its time`);
    this.#checkCancel(step);
    this.#attemptCount += 1;
    step.lastAttempt += 1;
    step.attemptsInOpening += 1;
    step.retryAtMs = null;
    step.live = { attempt: event.attempt, startedAtMs: atMs, isStopping: false, cancelCount: this.#cancelCount };
    const liveCount = this.liveAttempts().size;
    hold(liveCount <= this.#plan.maxParallel, 'room-is-kept', () => `${liveCount} attempts at once`);
  }

  #startTurn(step: WatchedStep, iteration: number): void {
    const { max } = (step.plan as PlanGroupStep).repeat as NonNullable<PlanGroupStep['repeat']>;
    hold(
      step.status === 'begun' && iteration === step.iteration + 1,
      'turns-are-limited',
      () => `turn ${iteration} of ${step.ref} comes`,
    );
    hold(
      max === 0 || iteration - step.turnsBefore <= max,
      'turns-are-limited',
      () => `${step.ref} makes turn ${iteration} of ${max}`,
    );
    hold(step.turn === null || !step.turn.broke, 'turns-are-limited', () => `${step.ref} goes on after a break`);
    const unsettled = [...(step.turn?.steps.values() ?? [])].find((inner) => !isSettled(inner));
    hold(unsettled === undefined, 'turns-are-limited', () => `turn ${iteration} comes before ${unsettled?.ref} is settled`);
    hold(mayGoOn(step), 'fail-fast-holds', () => `${step.ref} makes another turn`);
    this.#forget(step.turn);
    step.isPausing = false;
    step.iteration = iteration;
    this.#openTurn(step, `${step.ref}[${iteration}]`);
  }

  #settle(step: WatchedStep, as: SettledAs): void {
    const { ref } = step;
    hold(!isSettled(step), 'settles-once', () => `${ref} is ${as} after it was ${step.status}`);
    hold(step.live === null, 'settles-once', () => `${ref} is ${as} with an attempt alive`);
    const unsettled = [...step.items, ...(step.turn?.steps.values() ?? [])].find((inner) => !isSettled(inner));
    hold(unsettled === undefined, 'settles-once', () => `${ref} is ${as} before ${unsettled?.ref} is settled`);
    Object.assign(step, {
      status: as,
      retryAtMs: null,
      untilMs: null,
      hasUnansweredFailure: false,
      observing: null,
      isPausing: false,
    });
    if (as === 'succeeded') this.#checkInner(step);
    if (as === 'failed' || as === 'failed-allowed') spreadFailure(step);
  }

  #checkInner(step: WatchedStep): void {
    const inner = [...step.items, ...(step.turn?.steps.values() ?? [])];
    const bad = inner.find(({ status }) => ['failed', 'left-out', 'cancelled'].includes(status));
    hold(bad === undefined, 'status-is-honest', () => `${step.ref} has succeeded, and ${bad?.ref} in it is ${bad?.status}`);
  }

  #checkCancel(step: WatchedStep): void {
    if (this.#cancelCount === 0) return;
    const isSpared = (step.container === null && survivesCancel(step)) || this.#isAfterCancel(step);
    hold(isSpared && this.#cancelCount < 2, 'cancel-holds', () => `${step.ref} starts after ${this.#cancelCount} cancels`);
  }

  /** Whether the step, or what it belongs to, began after the cancel. */
  #isAfterCancel(step: WatchedStep): boolean {
    for (let at: WatchedStep | null = step; at !== null; at = around(at)) if (at.hasBegunAfterCancel) return true;
    return false;
  }

  #checkLimits(step: WatchedStep, nowMs: number): void {
    if (step.live !== null && !step.live.isStopping) {
      const limitMs = (step.plan as PlanAttemptStep).timeoutMs ?? Infinity;
      hold(step.live.startedAtMs + limitMs > nowMs, 'limits-are-kept', () => `${step.ref} runs on`);
      hold(step.live.cancelCount === this.#cancelCount, 'cancel-holds', () => `${step.ref} runs on after a cancel`);
      const hasFailedSibling = step.container?.hasFailedItem === true;
      hold(!hasFailedSibling, 'fail-fast-holds', () => `${step.ref} runs on after another item failed`);
    }
    const wasCancelled = this.#cancelCount > 0 && !this.#isAfterCancel(step);
    const isAsked = step.status === 'begun' && step.plan.kind === 'wait' && !isContainer(step);
    hold(!(isAsked && wasCancelled), 'cancel-holds', () => `${step.ref} is still asked about after a cancel`);
    hold(!(isAsked && !mayGoOn(step)), 'fail-fast-holds', () => `${step.ref} is still asked about after a failure`);
    hold(!(step.isPausing && wasCancelled), 'cancel-holds', () => `${step.ref} pauses after a cancel`);
    hold(!(step.isPausing && !mayGoOn(step)), 'fail-fast-holds', () => `${step.ref} pauses after a failure`);
    hold((step.untilMs ?? Infinity) > nowMs, 'limits-are-kept', () => `${step.ref} waits on`);
  }

  #couldStart(step: WatchedStep): boolean {
    const outer = around(step);
    if (outer !== null && outer.status !== 'begun') return false;
    if ([...step.scope.steps.values()].some(({ observing }) => observing === 'break')) return false;
    if (step.container === null) return needsOf(step).every(isSettledThrough);
    const { items, plan } = step.container;
    const inProgress = items.filter((item) => item.status === 'begun' || item.observing !== null).length;
    return inProgress < (plan.foreach?.maxParallel ?? Infinity);
  }

  #checkEnd(event: Extract<RunEvent, { readonly type: 'run.finished' }>): void {
    const live = [...this.liveAttempts().keys()];
    hold(live.length === 0, 'nothing-after-the-end', () => `${live.join()} still runs`);
    const unsettled = [...this.#root.steps.values()].find((step) => !isSettled(step));
    hold(
      unsettled === undefined || event.failure?.kind === 'workspace',
      'settles-once',
      () => `the run ends before ${unsettled?.ref}`,
    );

    const hasCancel = this.#cancelCount > 0 && (this.#hasCancelledSteps || unsettled !== undefined);
    const failed = this.#failures.filter(({ isAllowed: is }) => !is).map(({ ref }) => ref);
    const allowed = this.#failures.filter(({ isAllowed: is }) => is).map(({ ref }) => ref);
    const hasFailed = failed.length > 0 || event.failure !== undefined;
    const honest = hasCancel ? 'cancelled' : hasFailed ? 'failed' : 'succeeded';
    const isHonest = event.status === honest && sameList(event.failed, failed) && sameList(event.allowedFailures, allowed);
    hold(
      isHonest,
      'status-is-honest',
      () => `${JSON.stringify(event)} instead of ${honest}, ${failed.join()} / ${allowed.join()}`,
    );
  }

  #openTurn(step: WatchedStep, prefix: string): void {
    step.turn = watchScope(step, (step.plan as PlanGroupStep).steps, prefix);
    this.#register(step.turn);
  }

  #register(scope: WatchedScope): void {
    for (const step of scope.steps.values()) this.#registerStep(step);
  }

  #registerStep(step: WatchedStep): void {
    hold(!this.#steps.has(step.ref), 'known-steps-only', () => `there are two steps ${step.ref}`);
    this.#steps.set(step.ref, step);
  }

  #forget(scope: WatchedScope | null): void {
    for (const step of scope?.steps.values() ?? []) {
      for (const inner of [step, ...step.items]) {
        this.#steps.delete(inner.ref);
        this.#forget(inner.turn);
      }
    }
  }

  #reopen(): void {
    this.#isFinished = false;
    this.#cancelCount = 0;
    this.#hasCancelledSteps = false;
    this.#reopenScope(this.#root);
    const kept = (ref: string): boolean => !this.#steps.has(ref) || isSettled(this.#steps.get(ref) as WatchedStep);
    this.#failures = this.#failures.filter(({ ref, isAllowed: is }) => is && kept(ref));
  }

  #reopenScope(scope: WatchedScope): void {
    scope.hasFailure = false;
    for (const step of scope.steps.values()) this.#reopenStep(step);
  }

  #reopenStep(step: WatchedStep): void {
    step.wasKept = step.status === 'succeeded' || step.status === 'skipped-by-break';
    if (step.wasKept) return;
    step.wasTried ||= ['failed', 'failed-allowed', 'cancelled'].includes(step.status);
    const goesOn = step.items.length > 0 || step.turn !== null;
    step.hasBegun = false;
    step.status = goesOn ? 'begun' : 'unstarted';
    step.attemptsInOpening = 0;
    step.hasBegunAfterCancel = false;
    if (step.hasUsedUpTurns) step.turnsBefore = step.iteration;
    step.hasUsedUpTurns = false;
    step.hasFailedItem = false;
    for (const item of step.items) this.#reopenStep(item);
    if (step.turn !== null) this.#reopenScope(step.turn);
  }
}

/** Whether an item failed of a `foreach` with `fail_fast` somewhere around the step. */
function isInFailedItems(step: WatchedStep): boolean {
  for (let at = around(step); at !== null; at = around(at)) if (at.hasFailedItem) return true;
  return false;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((ref, index) => ref === b[index]);
}
