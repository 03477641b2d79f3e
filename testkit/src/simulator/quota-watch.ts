// Watches quotas in the events of a run, by the events alone: who waits for which, since when nobody may begin, who tries first.
// Not here: everything else about attempts (run-monitor.ts).

import type { RunEvent } from '@workflow-platform/events';
import { hold } from './invariants.ts';
import type { WatchedStep } from './watched-step.ts';

interface WatchedQuota {
  untilMs: number;
  /** Another run said so; it may have got through. */
  readonly isHeard: boolean;
  probe: { readonly step: WatchedStep; readonly attempt: number } | null;
}

export class QuotaWatch {
  readonly #quotas = new Map<string, WatchedQuota>();

  open({ token, untilMs, by }: Extract<RunEvent, { readonly type: 'quota.opened' }>): void {
    this.#quotas.set(token, { untilMs, isHeard: 'runId' in by, probe: null });
  }

  /** Lets those go on that waited. */
  close(token: string, steps: Iterable<WatchedStep>, atMs: number): void {
    const probe = this.#quotas.get(token)?.probe ?? null;
    const isHeard = this.#quotas.get(token)?.isHeard === true;
    const mayClose =
      (isHeard && probe === null) || (probe !== null && (isLive(probe) || probe.step.lastAttempt === probe.attempt));
    hold(mayClose, 'quota-holds', () => `\`${token}\` is said to be there again, and nobody tried`);
    this.#quotas.delete(token);
    for (const step of steps) {
      if (!step.isParked || tokenOf(step) !== token) continue;
      step.isParked = false;
      if (step.status === 'begun') step.retryAtMs = atMs;
    }
  }

  /** An attempt begins. */
  begin(step: WatchedStep, attempt: number, atMs: number): void {
    const quota = this.#quotas.get(tokenOf(step) ?? '');
    step.isParked = false;
    if (quota === undefined) return;
    hold(quota.untilMs <= atMs, 'quota-holds', () => `${step.ref} begins while its quota is used up`);
    const isAlone = quota.probe === null || !isLive(quota.probe);
    hold(isAlone, 'quota-holds', () => `${step.ref} begins while ${quota.probe?.step.ref} tries whether there is quota again`);
    quota.probe = { step, attempt };
  }

  park(step: WatchedStep, token: string, atMs: number): void {
    const quota = this.#quotas.get(token);
    const isUsedUp = quota !== undefined && (quota.untilMs > atMs || (quota.probe !== null && isLive(quota.probe)));
    hold(isUsedUp && tokenOf(step) === token, 'quota-holds', () => `${step.ref} waits for \`${token}\`, which is not used up`);
    step.isParked = true;
    step.hasUnansweredFailure = false;
    step.retryAtMs = null;
  }

  /** Whether the step, which waits for quota, should be trying by now. */
  isDue(step: WatchedStep, nowMs: number): boolean {
    const quota = this.#quotas.get(tokenOf(step) ?? '');
    if (quota === undefined) return true;
    return quota.untilMs <= nowMs && (quota.probe === null || !isLive(quota.probe));
  }

  /** A finished run is taken up again: somebody wants it tried now. */
  reopen(): void {
    for (const quota of this.#quotas.values()) Object.assign(quota, { untilMs: 0, probe: null });
  }
}

/** What the step needs quota of, or null. */
export function tokenOf({ plan }: WatchedStep): string | null {
  return plan.kind === 'attempt' ? (plan.quota?.token ?? null) : null;
}

function isLive({ step, attempt }: NonNullable<WatchedQuota['probe']>): boolean {
  return step.live?.attempt === attempt;
}
