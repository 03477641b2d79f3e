// What this run tells the other runs of the machine of quotas, and what it hears from them. Both go through the journal: what was
// heard becomes a signal, so a replay decides the same; what is told has been recorded before.
// Not here: where it is written (ports: QuotaPort), what follows for the steps (scheduler).

import type { Plan, PlanStep } from '@workflow-platform/core';
import type { RunEvent } from '@workflow-platform/events';
import { PROBE_MS, quotasHeard, tokensToProbe } from '@workflow-platform/scheduler';
import type { RunState, Signal } from '@workflow-platform/scheduler';
import type { QuotaPort } from '../ports.ts';

export class SharedQuota {
  readonly #runId: string;
  readonly #board: QuotaPort | null;
  readonly #tokens: readonly string[];

  constructor({ runId, plan, board }: { readonly runId: string; readonly plan: Plan; readonly board: QuotaPort | undefined }) {
    this.#runId = runId;
    this.#board = board ?? null;
    this.#tokens = [...new Set(tokensOf(plan.steps))];
  }

  /** Returns what other runs say, and, when a step of this one is about to try first, asks that no other run does so too. */
  hear(state: RunState, nowMs: number): Signal[] {
    const signals: Signal[] = [];
    if (this.#board === null || this.#tokens.length === 0) return signals;
    const heard = new Set<string>();
    for (const token of this.#tokens) if (this.#hear(token, nowMs, signals)) heard.add(token);
    for (const { token } of quotasHeard(state)) {
      if (this.#board.look(token) === null) signals.push({ kind: 'quota-freed', token });
    }
    for (const token of tokensToProbe(state, nowMs)) {
      if (heard.has(token)) continue;
      const isFirst = this.#board.claim(token, { untilMs: nowMs + PROBE_MS, runId: this.#runId }, nowMs);
      if (!isFirst) this.#hear(token, nowMs, signals);
    }
    return signals;
  }

  /** When to look whether a run that tries got through, or null: a probe is over in a minute, and mostly much sooner. */
  nextLookMs(state: RunState, nowMs: number): number | null {
    if (this.#board === null) return null;
    const isTrying = quotasHeard(state).some(({ untilMs }) => untilMs > nowMs && untilMs <= nowMs + PROBE_MS);
    return isTrying ? nowMs + LOOK_MS : null;
  }

  /** Somebody wants it tried now, whatever was said before: whoever takes up a run that was over may know better. */
  forgetAll(): void {
    for (const token of this.#tokens) this.#board?.forget(token);
  }

  /** Tells the others what was recorded. */
  tell(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.type === 'quota.closed') this.#board?.forget(event.token);
      if (event.type === 'quota.opened' && 'step' in event.by)
        this.#board?.tell(event.token, { untilMs: event.untilMs, runId: this.#runId });
    }
  }

  #hear(token: string, nowMs: number, signals: Signal[]): boolean {
    const notice = this.#board?.look(token) ?? null;
    if (notice === null || notice.runId === this.#runId || notice.untilMs <= nowMs) return false;
    signals.push({ kind: 'quota-seen', token, ...notice });
    return true;
  }
}

const LOOK_MS = 1000;

function tokensOf(steps: readonly PlanStep[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'group') return tokensOf(step.steps);
    return step.kind === 'attempt' && step.quota !== undefined ? [step.quota.token] : [];
  });
}
