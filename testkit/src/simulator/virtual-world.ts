// What is outside of the engine: time, processes that outlive it, people, and what will happen when.
// Not here: the engine (simulated-run.ts).

import type { Usage } from '@workflow-platform/events';
import type { AttemptResult } from '@workflow-platform/scheduler';
import type { PlanAttemptStep } from '@workflow-platform/core';
import type { Random } from '../random.ts';

/** A process of an attempt. It knows nothing of the engine. */
export interface VirtualProcess {
  readonly step: string;
  readonly attempt: number;
  readonly plan: PlanAttemptStep;
  /** What it tells its name to be, if it does; and what it will have used up in the end. */
  readonly session: string | null;
  readonly usage: readonly Usage[];
  /** Set when it has ended: what its exit file says. */
  result: AttemptResult | null;
  isTold: boolean;
  /** It died with its machine: neither alive nor with a result. */
  isGone: boolean;
}

interface Happening {
  readonly atMs: number;
  /** Happenings of an engine that died in between are dropped. */
  readonly engine: number | null;
  readonly happen: () => void;
}

/** Time moves only from one happening to the next. The wall clock may be off, and jump. */
export class VirtualWorld {
  readonly #random: Random;
  readonly #happenings: Happening[] = [];
  readonly processes = new Map<string, VirtualProcess>();
  trueMs = 0;
  wallOffsetMs = 1_000_000_000;
  engine = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  wallMs(): number {
    return this.trueMs + this.wallOffsetMs;
  }

  /** Has something happen after a while. With `byEngine`, only if the present engine still lives then. */
  after(delayMs: number, happen: () => void, { byEngine = false } = {}): void {
    this.#happenings.push({ atMs: this.trueMs + delayMs, engine: byEngine ? this.engine : null, happen });
  }

  /** Lets time go on to what happens next, or to the alarm (wall clock) if that is earlier. Returns false when nothing ever will. */
  goOn(alarmAtMs: number | null, onAlarm: () => void): boolean {
    const alarmMs = alarmAtMs === null ? Infinity : Math.max(this.trueMs, alarmAtMs - this.wallOffsetMs);
    let nextIndex = -1;
    for (const [index, { atMs }] of this.#happenings.entries()) {
      if (nextIndex === -1 || atMs < (this.#happenings[nextIndex] as Happening).atMs) nextIndex = index;
    }
    const next = this.#happenings[nextIndex];
    if (next === undefined || alarmMs < next.atMs) {
      if (alarmMs === Infinity) return false;
      this.trueMs = alarmMs;
      onAlarm();
      return true;
    }
    this.#happenings.splice(nextIndex, 1);
    this.trueMs = Math.max(this.trueMs, next.atMs);
    if (next.engine === null || next.engine === this.engine) next.happen();
    return true;
  }

  /** Starts a process that ends by itself, or, when its step has a limit for that, perhaps never does. */
  start(key: string, step: string, attempt: number, plan: PlanAttemptStep, onEnd: (process: VirtualProcess) => void): void {
    const talks = this.#random.isLikely(0.3);
    const process: VirtualProcess = {
      step,
      attempt,
      plan,
      session: talks ? this.#random.pick([key, `${step}-goes-on`]) : null,
      usage: talks ? Array.from({ length: this.#random.integer(0, 2) }, () => usageOf(this.#random.integer(0, 1000))) : [],
      result: null,
      isTold: false,
      isGone: false,
    };
    this.processes.set(key, process);
    const hangs = (plan.timeoutMs !== null || plan.idleTimeoutMs !== null) && this.#random.isLikely(0.15);
    if (hangs) return;
    const durationMs = this.#random.integer(1, this.#random.pick([10, 1000, 30_000]));
    this.after(durationMs, () => this.#end(process, this.#randomResult(durationMs, plan), onEnd));
  }

  /** Tells a process to end, which it does soon, and mostly without success. */
  tell(process: VirtualProcess, onEnd: (process: VirtualProcess) => void): void {
    if (process.isTold) return;
    process.isTold = true;
    const failure = { kind: 'signal', signal: 'SIGTERM' } as const;
    const killed: AttemptResult = { kind: 'failed', failure, exitCode: null, durationMs: 1 };
    const result = this.#random.isLikely(0.1) ? this.#randomResult(1, process.plan) : killed;
    this.after(this.#random.integer(0, 3000), () => this.#end(process, result, onEnd));
  }

  #end(process: VirtualProcess, result: AttemptResult, onEnd: (process: VirtualProcess) => void): void {
    if (process.result !== null || process.isGone) return;
    const { session, usage } = process;
    process.result = session === null ? result : { ...result, told: { session, usage } };
    onEnd(process);
  }

  #randomResult(durationMs: number, { quota }: PlanAttemptStep): AttemptResult {
    if (quota !== undefined && this.#random.isLikely(0.35)) {
      const resetAtMs = this.#random.isLikely(0.5) ? null : this.wallMs() + this.#random.pick([-1000, 0, 500, 20_000, 3_600_000]);
      const failure = { kind: 'quota', token: quota.token, resetAtMs, message: null } as const;
      return { kind: 'failed', failure, exitCode: 75, durationMs };
    }
    if (this.#random.isLikely(0.22)) {
      const exitCode = this.#random.pick([1, 2, 75]);
      return { kind: 'failed', failure: { kind: 'exit', code: exitCode }, exitCode, durationMs };
    }
    const outputs = { v: this.#random.pick(['0', '1', '2']), list: this.#random.pick(['["p","q","r"]', '[]', '["one"]', '{}']) };
    return { kind: 'succeeded', exitCode: 0, durationMs, outputs: this.#random.isLikely(0.9) ? outputs : {} };
  }
}

function usageOf(inputTokens: number): Usage {
  return { model: 'm', inputTokens, cachedTokens: null, outputTokens: 1, costUsd: null };
}
