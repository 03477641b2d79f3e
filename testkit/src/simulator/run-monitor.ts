// Watches the events of one run, in the order of its journal, and throws a Violation when they break an invariant.
// Not here: what needs the scheduler's state to be seen (simulated-run.ts).

import { type EventEnvelope, findStep, isInside, type RunEvent, type RunView, type Usage } from '@workflow-platform/events';
import type { Plan, PlanAttemptStep, PlanGroupStep } from '@workflow-platform/core';
import { BreakMonitor } from './break-monitor.ts';
import { QuotaWatch, tokenOf } from './quota-watch.ts';
import { hold, Violation } from './invariants.ts';
import { StartMonitor } from './start-monitor.ts';
import { RequestMonitor } from './request-monitor.ts';
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
import { followsFrom, isAround } from './follows-from.ts';
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
  /** By reference, of steps that are gone too: what a step read when it last began, and whether it succeeded then. */
  readonly #earlier = new Map<string, { readonly reads: string; readonly hadSucceeded: boolean }>();
  readonly #outputs = new Map<string, { readonly [name: string]: string }>();
  readonly #items = new Map<string, unknown>();
  /** The last number of an attempt, of steps that are gone too. */
  readonly #numbers = new Map<string, number>();
  /** Failures in what a retry has reopened, until it settles. */
  #takenBack: { ref: string; isAllowed: boolean }[] = [];
  readonly #quotas = new QuotaWatch();
  /** By attempt: what was recorded of its usage, and which were lost. */
  readonly #usage = new Map<string, readonly Usage[]>();
  readonly #lost = new Set<string>();
  #failures: { ref: string; isAllowed: boolean }[] = [];
  readonly #requests = new RequestMonitor();
  #seq = 0;
  #attemptCount = 0;
  #cancelCount = 0;
  readonly #breaks = new BreakMonitor();
  readonly #start = new StartMonitor();
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

  /** Whether the journal has answered for a request. */
  isAcknowledged(request: string): boolean {
    return this.#requests.isAcknowledged(request);
  }

  /** The session that a step told last, if it has not succeeded since. */
  session(ref: string): string | null {
    return this.#steps.get(ref)?.session ?? null;
  }

  /** Checks that what an attempt said it had used up was recorded, unless it was lost with what it said. */
  checkUsage(ref: string, attempt: number, told: readonly Usage[]): void {
    const recorded = this.#usage.get(`${ref}#${attempt}`) ?? [];
    const isWhole = JSON.stringify(recorded) === JSON.stringify(this.#lost.has(`${ref}#${attempt}`) ? [] : told);
    hold(isWhole, 'usage-counts-once', () => `${ref} told ${JSON.stringify(told)}, recorded is ${JSON.stringify(recorded)}`);
  }

  /** Checks what screens show. */
  checkView(view: RunView): void {
    for (const step of this.#steps.values()) {
      const shown = findStep(view, step.ref)?.status ?? 'waiting';
      const isAsking = this.#breaks.isPaused(step);
      const fitting = isAsking ? ['needs-answer'] : step.isParked ? ['parked'] : shownAs[step.status];
      hold(fitting.includes(shown), 'view-agrees', () => `${step.ref} is ${step.status}, and shown as ${shown}`);
    }
  }

  record({ seq, atMs, event }: EventEnvelope): void {
    hold(seq === this.#seq + 1, 'numbers-without-gaps', () => `event ${seq} follows ${this.#seq}`);
    this.#seq = seq;
    hold(!this.#isFinished || event.type === 'run.resumed', 'nothing-after-the-end', () => `\`${event.type}\` after the end`);
    this.#requests.record(event);
    if ('step' in event) this.#recordStepEvent(event, atMs);
    else this.#recordRunEvent(event, atMs);
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
      if (this.#breaks.isPaused(step)) continue;
      hold(!step.hasUnansweredFailure, 'retries-are-limited', () => `nothing follows from the failed attempt of ${step.ref}`);
      if (!this.#hasWorkspace) continue;
      const isRetryDue = step.retryAtMs !== null && step.retryAtMs <= nowMs;
      hold(!(isRetryDue && hasRoom), 'retries-are-limited', () => `${step.ref} is due to be tried again, and there is room`);
      const isUnstarted = step.status === 'unstarted';
      const isDue = step.isParked && hasRoom && this.#quotas.isDue(step, nowMs) && (!isUnstarted || this.#couldStart(step));
      hold(!isDue, 'quota-is-tried', () => `${step.ref} waits on`);
      const isLate = isUnstarted && !step.isParked && this.#couldStart(step) && (hasRoom || step.plan.kind !== 'attempt');
      hold(!isLate, 'no-idle-room', () => `${step.ref} could start`);
    }
  }

  #recordRunEvent(event: Exclude<RunEvent, StepEvent>, atMs: number): void {
    switch (event.type) {
      case 'run.created':
        this.#start.begin(event.startAt);
        return this.#breaks.begin(event.breakPoints, false);
      case 'quota.opened':
        return this.#quotas.open(event);
      case 'quota.closed':
        return this.#quotas.close(event.token, this.#steps.values(), atMs);
      case 'workspace.created':
      case 'workspace.reused':
        this.#hasWorkspace = true;
        return;
      case 'run.cancel-requested':
        this.#cancelCount = event.now === true ? 2 : this.#cancelCount + 1;
        return;
      case 'run.resumed':
        this.#hasWorkspace = false;
        this.#breaks.begin(event.breakPoints, this.#isFinished);
        if (this.#isFinished) this.#reopen(event.retry ?? null);
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
      case 'step.reused':
        this.#outputs.set(step.ref, event.outputs);
        return this.#reuse(step);
      case 'step.reuse-declined': {
        const isDue = step.status === 'unstarted' && step.mayCountAgain;
        hold(isDue, 'reused-when-equal', () => `${step.ref} had not succeeded before`);
        const { reason } = event;
        const isChanged = reason.kind === 'unknown' || reason.changes.length > 0;
        hold(isChanged, 'reused-when-equal', () => `${step.ref} is declined though nothing changed`);
        return;
      }
      case 'step.group-started':
        this.#begin(step);
        this.#forgetInside(step);
        // Not when it was reset: what counts again has made its turns.
        Object.assign(step, { iteration: 0, turnsBefore: 0, progress: null });
        if ((step.plan as PlanGroupStep).repeat === null) this.#openTurn(step, step.ref);
        return;
      case 'step.expanded':
        this.#begin(step);
        this.#forgetInside(step);
        step.items = event.items.map(({ key }) => watchItem(step, key));
        for (const [index, item] of step.items.entries()) this.#items.set(item.ref, event.items[index]?.value);
        for (const item of step.items) this.#makeStep(item);
        return;
      case 'step.progress-noted':
        return this.#noteProgress(step, event);
      case 'step.iteration-scheduled':
        step.isPausing = true;
        return;
      case 'step.iteration-started':
        return this.#startTurn(step, event.iteration);
      case 'step.broke':
        step.scope.brokeBy = step;
        return;
      case 'step.waiting':
        this.#begin(step);
        step.untilMs = event.untilMs;
        return;
      case 'step.answered':
        return;
      case 'step.paused':
      case 'step.unpaused':
        return this.#breaks.record(step, event);
      case 'step.attempt-started':
        return this.#startAttempt(step, event, atMs);
      case 'step.cache-hit':
      case 'step.cache-missed':
      case 'step.cache-stored':
      case 'step.cache-not-stored':
        hold(
          step.live?.attempt === event.attempt,
          'one-live-attempt',
          () => `the cache tells of attempt ${event.attempt} of ${step.ref}, which is not live`,
        );
        return;
      case 'step.input-awaited':
      case 'step.input-settled':
        hold(
          step.live?.attempt === event.attempt,
          'one-live-attempt',
          () => `attempt ${event.attempt} of ${step.ref} is not live`,
        );
        hold((step.plan as PlanAttemptStep).interactive === true, 'known-steps-only', () => `${step.ref} has no terminal`);
        return;
      case 'step.session-opened':
        hold(step.live?.attempt === event.attempt, 'sessions-go-on', () => `attempt ${event.attempt} of ${step.ref} is not live`);
        hold(step.session !== event.session, 'sessions-go-on', () => `${step.ref} tells ${event.session} again`);
        step.session = event.session;
        return;
      case 'step.usage-reported': {
        const key = `${step.ref}#${event.attempt}`;
        hold(step.live?.attempt === event.attempt, 'usage-counts-once', () => `${key} is not live`);
        this.#usage.set(key, [...(this.#usage.get(key) ?? []), event.usage]);
        return;
      }
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
        if (event.failure.kind === 'lost') this.#lost.add(`${step.ref}#${event.attempt}`);
        step.hasUnansweredFailure = true;
        step.isLostWithEngine = event.failure.kind === 'lost' && event.attempt === step.inheritedAttempt;
        if (step.isLostWithEngine) step.attemptsInOpening -= 1;
        if (event.failure.kind === 'quota' && tokenOf(step) !== null) step.attemptsInOpening -= 1;
        return;
      case 'step.retry-scheduled': {
        const { retry } = step.plan as PlanAttemptStep;
        const isFree = this.#breaks.isAskedAgain(step) || step.isLostWithEngine;
        const isWithin = step.hasUnansweredFailure && (isFree || step.attemptsInOpening <= retry.max);
        hold(isWithin, 'retries-are-limited', () => `${step.ref} is tried too often`);
        const [least, most] = isFree ? [0, 0] : delayBounds(retry, step.attemptsInOpening);
        const delayMs = event.atMs - atMs;
        const isFit = delayMs >= least - 1 && delayMs <= most + 1;
        hold(isFit, 'retries-are-limited', () => `${step.ref} is tried again after ${delayMs} ms, not ${least} to ${most}`);
        step.hasUnansweredFailure = false;
        step.retryAtMs = event.atMs;
        return;
      }
      case 'step.parked':
        return this.#quotas.park(step, event.token, atMs);
      case 'step.succeeded':
        if (event.attempt > 0) {
          hold(
            step.live?.attempt === event.attempt,
            'one-live-attempt',
            () => `attempt ${event.attempt} of ${step.ref} is not live`,
          );
          step.live = null;
        }
        step.session = null;
        this.#settle(step, 'succeeded');
        this.#succeeded.add(step.ref);
        this.#outputs.set(step.ref, event.outputs);
        this.#earlier.set(step.ref, { reads: this.#earlier.get(step.ref)?.reads ?? '', hadSucceeded: true });
        return;
      case 'step.failed': {
        hold(
          !step.hasUnansweredFailure || !step.isLostWithEngine || this.#cancelCount > 0 || isInFailedItems(step),
          'lost-with-the-engine',
          () => `${step.ref} fails`,
        );
        const isOverlooked = this.#breaks.checkFailure(step, event.allowed, this.#cancelCount > 0 || isInFailedItems(step));
        this.#failures.push({ ref: step.ref, isAllowed: isOverlooked || isAllowed(step) });
        this.#outputs.set(step.ref, event.outputs);
        step.hasUsedUpTurns = event.failure.kind === 'iterations';
        if (event.failure.kind === 'no-progress') {
          const { turns } = event.failure;
          const { repeat } = step.plan as PlanGroupStep;
          const isStuck = step.progress?.unchanged === turns && turns >= (repeat?.progress?.within ?? Infinity);
          hold(isStuck, 'turns-are-limited', () => `${step.ref} fails though it gets on`);
        }
        return this.#settle(step, event.allowed ? 'failed-allowed' : 'failed', !isOverlooked);
      }
      case 'step.skipped': {
        const { kind } = event.reason;
        step.wasCancelled = kind === 'cancelled';
        this.#outputs.delete(step.ref);
        step.leftOutFor = kind === 'fail-fast' || kind === 'upstream' ? event.reason.step : null;
        const isExpected = kind !== 'condition' || expectedOf(step, this.#cancelCount) !== true;
        hold(isExpected, 'conditions-hold', () => `${step.ref} is skipped`);
        if (kind === 'break') return this.#settle(step, 'skipped-by-break');
        if (kind === 'start-at') this.#start.checkSkip(step);
        if (kind === 'person' || kind === 'start-at') return this.#settle(step, 'skipped-for-good');
        return this.#settle(step, kind === 'condition' || kind === 'no-items' ? 'skipped' : 'left-out');
      }
      case 'step.cancelled':
        step.wasCancelled = this.#cancelCount > 0;
        this.#outputs.delete(step.ref);
        return this.#settle(step, 'cancelled');
    }
  }

  /** The step does its first deed, whatever it is. */
  #begin(step: WatchedStep): void {
    const { ref } = step;
    this.#breaks.checkStart(step, this.#cancelCount);
    this.#start.checkStart(step);
    this.#checkStart(step);
    this.#earlier.set(ref, { reads: this.#readsOf(step), hadSucceeded: false });
    step.mayCountAgain = false;
    step.hasBegunAfterCancel = this.#cancelCount > 0;
    step.hasBegun = true;
    step.status = 'begun';
    step.hasBody = true;
    const { container } = step;
    const inProgress = container?.items.filter(({ status }) => status === 'begun').length ?? 0;
    hold(
      inProgress <= (container?.plan.foreach?.maxParallel ?? Infinity),
      'room-is-kept',
      () => `${inProgress} items of ${ref} at once`,
    );
  }

  #checkStart(step: WatchedStep): void {
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
    hold(
      step.scope.brokeBy === null || step.container !== null || step.wasTried,
      'turns-are-limited',
      () => `${ref} begins after a break`,
    );
    this.#checkCancel(step);
  }

  #startAttempt(step: WatchedStep, event: Extract<RunEvent, { readonly type: 'step.attempt-started' }>, atMs: number): void {
    if (step.status === 'unstarted') this.#begin(step);
    hold(step.live === null, 'one-live-attempt', () => `${step.ref} has two`);
    hold(step.status === 'begun', 'settles-once', () => `${step.ref} is tried while it is ${step.status}`);
    const isNew = step.lastAttempt === 0 && inRetried(step);
    const isNext = isNew ? event.attempt > (this.#numbers.get(step.ref) ?? 0) : event.attempt === step.lastAttempt + 1;
    const isNumbered = isNext && event.attemptNo === this.#attemptCount + 1;
    this.#numbers.set(step.ref, event.attempt);
    hold(isNumbered, 'numbers-without-gaps', () => `attempt ${event.attempt} (${event.attemptNo}) of ${step.ref}`);
    const isScheduled = step.isParked || (step.retryAtMs !== null && step.retryAtMs <= atMs);
    hold(step.attemptsInOpening === 0 || isScheduled, 'retries-are-limited', () => `${step.ref} is tried again before its time`);
    this.#checkCancel(step);
    this.#quotas.begin(step, event.attempt, atMs);
    this.#attemptCount += 1;
    step.lastAttempt = event.attempt;
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
    hold(step.turn === null || step.turn.brokeBy === null, 'turns-are-limited', () => `${step.ref} goes on after a break`);
    const { progress } = (step.plan as PlanGroupStep).repeat as NonNullable<PlanGroupStep['repeat']>;
    const isNoted = progress === undefined || step.iteration === 0 || step.progress?.iteration === step.iteration;
    hold(isNoted, 'turns-are-limited', () => `${step.ref} goes on before it is known whether it gets on`);
    const isStuck = progress !== undefined && (step.progress?.unchanged ?? 0) >= progress.within;
    hold(!isStuck, 'turns-are-limited', () => `${step.ref} goes on though it gets nowhere`);
    const unsettled = [...(step.turn?.steps.values() ?? [])].find((inner) => !isSettled(inner));
    hold(unsettled === undefined, 'turns-are-limited', () => `turn ${iteration} comes before ${unsettled?.ref} is settled`);
    hold(mayGoOn(step), 'fail-fast-holds', () => `${step.ref} makes another turn`);
    this.#forget(step.turn);
    step.isPausing = false;
    step.iteration = iteration;
    this.#openTurn(step, `${step.ref}[${iteration}]`);
  }

  #noteProgress(step: WatchedStep, event: Extract<StepEvent, { readonly type: 'step.progress-noted' }>): void {
    const { iteration, value, unchanged } = event;
    const isDue = step.status === 'begun' && iteration === step.iteration && step.progress?.iteration !== iteration;
    hold(isDue, 'turns-are-limited', () => `turn ${iteration} of ${step.ref} is compared out of turn`);
    const expected = step.progress?.value === value ? step.progress.unchanged + 1 : 0;
    hold(unchanged === expected, 'turns-are-limited', () => `${unchanged} turns left ${step.ref} as it was, not ${expected}`);
    step.progress = { iteration, value, unchanged };
  }

  /** The result that a step had before a retry counts again. */
  #reuse(step: WatchedStep): void {
    const { ref } = step;
    const earlier = this.#earlier.get(ref);
    hold(step.mayCountAgain && earlier !== undefined, 'reused-when-equal', () => `${ref} had not succeeded before`);
    const reads = this.#readsOf(step);
    hold(reads === earlier.reads, 'reused-when-equal', () => `${ref} reads ${reads}, and read ${earlier.reads} before`);
    this.#checkStart(step);
    step.mayCountAgain = false;
    const isBack = ({ ref: failed }: { ref: string }): boolean => isInside(failed, ref);
    this.#failures.push(...this.#takenBack.filter(isBack));
    this.#takenBack = this.#takenBack.filter((failure) => !isBack(failure));
    step.hasBody = true;
    this.#settle(step, 'succeeded');
    for (const each of this.#steps.values()) {
      if ((each === step || isInside(each.ref, ref)) && each.status === 'succeeded') this.#succeeded.add(each.ref);
    }
  }

  /** What an attempt reads, as this monitor's own memory of outputs has it. */
  #readsOf({ plan, scope, ref, container }: WatchedStep): string {
    if (plan.kind !== 'attempt' || (plan.foreach !== null && container === null)) return '';
    const sources = JSON.stringify([plan.action, container === null ? plan.when : null]);
    const reads = [...sources.matchAll(/steps\.(\w+)\.outputs\.v/g)].map(([, id]) => {
      const need = scope.steps.get(id as string);
      return need === undefined ? null : this.#outputs.get(need.ref)?.['v'];
    });
    return JSON.stringify(sources.includes('"item"') ? [...reads, this.#items.get(ref)] : reads);
  }

  #settle(step: WatchedStep, as: SettledAs, spreads = true): void {
    const { ref } = step;
    const isReplaced = (other: string): boolean => step.hasBegun && (other === ref || isInside(other, ref));
    this.#takenBack = this.#takenBack.filter((failure) => !isReplaced(failure.ref));
    hold(!isSettled(step), 'settles-once', () => `${ref} is ${as} after it was ${step.status}`);
    hold(step.live === null, 'settles-once', () => `${ref} is ${as} with an attempt alive`);
    const present = step.hasBody ? [...step.items, ...(step.turn?.steps.values() ?? [])] : [];
    const unsettled = present.find((inner) => !isSettled(inner));
    hold(unsettled === undefined, 'settles-once', () => `${ref} is ${as} before ${unsettled?.ref} is settled`);
    Object.assign(step, {
      status: as,
      retryAtMs: null,
      isParked: false,
      untilMs: null,
      hasUnansweredFailure: false,
      observing: null,
      isPausing: false,
    });
    if (as === 'succeeded') this.#checkInner(step);
    this.#breaks.settle(step);
    if (spreads && (as === 'failed' || as === 'failed-allowed')) spreadFailure(step);
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
    const isAsked =
      step.status === 'begun' &&
      (step.plan.kind === 'wait' || (step.isParked && step.plan.kind === 'attempt')) &&
      !isContainer(step);
    hold(!(isAsked && wasCancelled), 'cancel-holds', () => `${step.ref} is still waited for after a cancel`);
    hold(!(isAsked && !mayGoOn(step)), 'fail-fast-holds', () => `${step.ref} is still waited for after a failure`);
    hold(!(step.isPausing && wasCancelled), 'cancel-holds', () => `${step.ref} pauses after a cancel`);
    hold(!(step.isPausing && !mayGoOn(step)), 'fail-fast-holds', () => `${step.ref} pauses after a failure`);
    hold((step.untilMs ?? Infinity) > nowMs, 'limits-are-kept', () => `${step.ref} waits on`);
  }

  #couldStart(step: WatchedStep): boolean {
    const outer = around(step);
    if (outer !== null && (outer.status !== 'begun' || !isPresent(step))) return false;
    if ([...step.scope.steps.values()].some(({ observing }) => observing === 'break')) return false;
    if (step.container === null) return needsOf(step).every(isSettledThrough);
    const { items, plan } = step.container;
    const inProgress = items.filter(
      (item) => item.status === 'begun' || item.observing !== null || item.isParked || this.#breaks.isPaused(item),
    ).length;
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

    const isEnded = [...this.#steps.values()].some((step) => step.wasCancelled && isSettled(step) && isPresent(step));
    const hasCancel = isEnded || (this.#cancelCount > 0 && unsettled !== undefined);
    const failed = this.#failures.filter(({ isAllowed: is }) => !is).map(({ ref }) => ref);
    const allowed = this.#failures.filter(({ isAllowed: is }) => is).map(({ ref }) => ref);
    // What was left out for a failure that a retry has overcome since still was not carried out.
    const isLeftOut = [...this.#root.steps.values()].some(({ status }) => status === 'left-out');
    const hasFailed = failed.length > 0 || isLeftOut || event.failure !== undefined;
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
    for (const step of scope.steps.values()) this.#makeStep(step);
  }

  /** What begins anew in something that a retry had reopened may count again as well. */
  #makeStep(step: WatchedStep): void {
    this.#registerStep(step);
    step.mayCountAgain = this.#earlier.get(step.ref)?.hadSucceeded === true && inRetried(step);
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

  #forgetInside(step: WatchedStep): void {
    for (const item of step.items) this.#steps.delete(item.ref);
    for (const item of step.items) this.#forgetInside(item);
    this.#forget(step.turn);
    step.items = [];
    step.turn = null;
  }

  #reopen(retry: Retry | null): void {
    this.#isFinished = false;
    this.#quotas.reopen();
    this.#cancelCount = 0;
    if (retry !== null) this.#retry(retry);
    if (retry?.downstream !== 'changed') this.#reopenScope(this.#root);
    for (const step of this.#steps.values()) if (!isSettled(step)) step.wasCancelled = false;
    const kept = (ref: string): boolean => !this.#steps.has(ref) || isSettled(this.#steps.get(ref) as WatchedStep);
    const isLeft = retry?.downstream === 'changed';
    this.#failures = this.#failures.filter(({ ref, isAllowed: is }) => (is || isLeft) && kept(ref));
  }

  /** Resets what a retry names, after a look at whether that is all that comes after it. */
  #retry({ step: first, downstream, reopens }: Retry): void {
    const step = this.#steps.get(first);
    if (step === undefined) throw new Violation('known-steps-only', `a retry names ${first}`);
    const follows = followsFrom(step);
    hold(
      sameList(
        reopens,
        follows.map(({ ref }) => ref),
      ),
      'retry-reopens-what-follows',
      () => `${reopens.join()} instead of ${follows.map(({ ref }) => ref).join()}`,
    );
    for (let outer = around(step); outer !== null; outer = around(outer)) {
      this.#succeeded.delete(outer.ref);
      if (downstream === 'changed') this.#goOn(outer);
    }
    for (let scope: WatchedScope | null = step.scope; scope !== null; scope = scope.owner?.scope ?? null) {
      scope.hasFailure = false;
      if (scope.brokeBy !== null && (follows.includes(scope.brokeBy) || isAround(scope.brokeBy, step))) scope.brokeBy = null;
    }
    for (const reset of follows) this.#reset(reset, downstream === 'all' || reset === step);
  }

  #reset(step: WatchedStep, isForSure: boolean): void {
    const { ref } = step;
    const isIn = (other: string): boolean => other === ref || isInside(other, ref);
    if (!isForSure) this.#takenBack.push(...this.#failures.filter((failure) => isInside(failure.ref, ref)));
    else this.#takenBack = this.#takenBack.filter((failure) => !isIn(failure.ref));
    this.#failures = this.#failures.filter((failure) => !isIn(failure.ref));
    step.mayCountAgain = !isForSure && (step.status === 'succeeded' || step.mayCountAgain);
    for (const other of this.#succeeded) if (isIn(other)) this.#succeeded.delete(other);
    if (isForSure) {
      this.#forgetInside(step);
      for (const other of this.#earlier.keys()) if (isIn(other)) this.#earlier.delete(other);
    }
    const fresh = { hasBegun: false, hasUsedUpTurns: false, hasFailedItem: false, hasBegunAfterCancel: false, isPausing: false };
    Object.assign(step, fresh, {
      status: 'unstarted',
      attemptsInOpening: 0,
      wasKept: false,
      wasTried: true,
      wasReset: true,
      hasBody: false,
    });
  }

  #reopenScope(scope: WatchedScope): void {
    scope.hasFailure = false;
    for (const step of scope.steps.values()) {
      // What a retry has reset has not begun, whatever was in it.
      if (step.status !== 'unstarted' || !step.wasReset) this.#reopenStep(step);
    }
  }

  #reopenStep(step: WatchedStep): void {
    const isKept = ['succeeded', 'skipped-by-break', 'skipped-for-good'].includes(step.status);
    step.wasKept = isKept && (step.status !== 'succeeded' || this.#succeeded.has(step.ref));
    if (step.wasKept) return;
    this.#goOn(step);
    if (!step.hasBody) return;
    for (const item of step.items) if (item.status !== 'unstarted' || !item.wasReset) this.#reopenStep(item);
    if (step.turn !== null) this.#reopenScope(step.turn);
  }

  /** It did not succeed, or something in it is done again: it begins anew, or goes on. */
  #goOn(step: WatchedStep): void {
    step.wasKept = false;
    step.wasTried ||= ['failed', 'failed-allowed', 'cancelled'].includes(step.status);
    // What was reset and then left out has nothing in it to go on with.
    const goesOn = step.hasBody && (step.items.length > 0 || step.turn !== null);
    step.hasBegun = false;
    step.status = goesOn ? 'begun' : 'unstarted';
    step.attemptsInOpening = 0;
    step.hasBegunAfterCancel = false;
    if (step.hasUsedUpTurns) step.turnsBefore = step.iteration;
    step.progress = null;
    step.hasUsedUpTurns = false;
    step.hasFailedItem = false;
  }
}

type Retry = NonNullable<Extract<RunEvent, { readonly type: 'run.resumed' }>['retry']>;

/** Whether everything around the step has begun since a retry reset it: what is in one that has not is there no more. */
function isPresent(step: WatchedStep): boolean {
  for (let at = around(step); at !== null; at = around(at)) if (!at.hasBody) return false;
  return true;
}

/** Whether a retry has reset the step or something around it: attempts in it are counted on from the highest number there. */
function inRetried(step: WatchedStep): boolean {
  for (let at: WatchedStep | null = step; at !== null; at = around(at)) if (at.wasReset) return true;
  return false;
}

/** Whether an item failed of a `foreach` with `fail_fast` somewhere around the step. */
function isInFailedItems(step: WatchedStep): boolean {
  for (let at = around(step); at !== null; at = around(at)) if (at.hasFailedItem) return true;
  return false;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((ref, index) => ref === b[index]);
}
