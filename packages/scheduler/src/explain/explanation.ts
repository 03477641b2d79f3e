// Why a step of a run is where it is, as plain data: each field is a part, found by a file of its own. Another part is another field
// here, a file beside it that finds it, a line in explain-steps.ts, and a section where it is shown (apps/cli/src/print/explanation.ts).
// Not here: how it is found (explain-steps.ts), how it is shown.

import type {
  PauseChoice,
  PausePlace,
  CacheView,
  Failure,
  Fact,
  Json,
  RerunReason,
  RetryRequest,
  SkipReason,
  StopReason,
} from '@workflow-platform/events';
import type { PlanRetry } from '@workflow-platform/core';
import type { Outcome } from '../step-result.ts';

export interface StepExplanation {
  readonly step: string;
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled';
  /** How it ended, and when; null for one that has not. */
  readonly end: StepEnd | null;
  /** Why it was taken up again after the run had been over; null when it was not. */
  readonly again: AgainExplanation | null;
  /** As they stood when it was decided about the step, or stand now. */
  readonly needs: readonly NeedExplanation[];
  /** As it was decided, or would be now; null for an item, which shares the one of its `foreach`. */
  readonly when: ConditionExplanation | null;
  readonly attempts: readonly AttemptExplanation[];
  /** Its `retry`; null for a step that makes no attempts. */
  readonly retry: PlanRetry | null;
  /** What people said about it, in order. */
  readonly people: readonly PersonExplanation[];
  /** What the cache had for its last attempt; null where it was not asked. */
  readonly cache: CacheView | null;
  /** What it waits for now; empty for one that does not wait. */
  readonly waitsFor: readonly WaitExplanation[];
}

export type PersonExplanation = { readonly by: string; readonly atMs: number; readonly message: string } & (
  | { readonly kind: 'answered'; readonly approved: boolean; readonly fields: { readonly [name: string]: Json } }
  /** At a break point. */
  | { readonly kind: 'unpaused'; readonly choice: PauseChoice }
);

export type StepEnd =
  | { readonly kind: 'succeeded'; readonly atMs: number }
  | { readonly kind: 'failed'; readonly atMs: number; readonly failure: Failure; readonly allowed: boolean }
  | { readonly kind: 'skipped'; readonly atMs: number; readonly reason: SkipReason }
  | { readonly kind: 'cancelled'; readonly atMs: number };

export interface AgainExplanation {
  /**
   * `asked`: it was named. `follows`: it comes after the named one, or is in one that does. `holds`: the named one is in it.
   * `unsuccessful`: it had not succeeded.
   */
  readonly kind: 'asked' | 'follows' | 'holds' | 'unsuccessful';
  readonly by: string;
  readonly atMs: number;
  /** Null for a plain resume. */
  readonly retry: RetryRequest | null;
  /** Its earlier result counts again. */
  readonly isReused: boolean;
  /** Why its earlier result does not count again; null where that was not asked. */
  readonly reason: RerunReason | null;
}

export interface NeedExplanation {
  readonly step: string;
  /** What happened, before `on_failure` is looked at; null while it is not settled. */
  readonly outcome: Outcome | null;
  /** What it counts as. */
  readonly conclusion: Outcome | null;
}

export interface ConditionExplanation {
  /** As its author wrote it; null for none, which means `success()`. */
  readonly source: string | null;
  /** Null for what cannot be told (yet). */
  readonly holds: boolean | null;
  /** What the references and status functions in it gave. Of secrets nothing is shown. */
  readonly parts: readonly { readonly name: string; readonly value: Json }[];
  /** What was seen in the workspace for it. */
  readonly facts: readonly Fact[];
}

export interface AttemptExplanation {
  readonly attempt: number;
  readonly attemptNo: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly failure: Failure | null;
  readonly exitCode: number | null;
  readonly stopping: StopReason | null;
  /** What the retry policy said to its failure; null for none. */
  readonly answer: RetryAnswer | null;
}

export type RetryAnswer =
  | { readonly kind: 'again'; readonly atMs: number }
  /** Its quota is used up: another one, which uses up no retry, when there is more. */
  | { readonly kind: 'quota'; readonly token: string; readonly untilMs: number }
  /** All retries were made, `max` of them. */
  | { readonly kind: 'used-up'; readonly max: number }
  /** `on_exit` does not list it, or it would fail again for certain. */
  | { readonly kind: 'not-tried-again' }
  /** A cancel, or a failure elsewhere, ends it. */
  | { readonly kind: 'ending' };

export type WaitExplanation =
  | { readonly kind: 'workspace' }
  | { readonly kind: 'needs'; readonly steps: readonly string[] }
  /** `max_parallel` of the run is used up by these. */
  | { readonly kind: 'room'; readonly maxParallel: number; readonly taken: readonly string[] }
  /** So is `max_parallel` of its `foreach`. */
  | { readonly kind: 'items'; readonly foreach: string; readonly maxParallel: number }
  /** It is looked whether this step ends the turn. */
  | { readonly kind: 'break'; readonly step: string }
  | { readonly kind: 'look'; readonly queries: readonly string[] }
  | { readonly kind: 'answer'; readonly untilMs: number | null }
  /** Somebody has to say how the run goes on. */
  | { readonly kind: 'break-point'; readonly at: PausePlace }
  | { readonly kind: 'backoff'; readonly attempt: number; readonly untilMs: number }
  /** Its quota is used up until then; in the past: another step tries first. */
  | { readonly kind: 'quota'; readonly token: string; readonly untilMs: number | null }
  | { readonly kind: 'turn'; readonly iteration: number; readonly atMs: number }
  | { readonly kind: 'attempt'; readonly attempt: number; readonly startedAtMs: number; readonly limitMs: number | null }
  | { readonly kind: 'inside'; readonly steps: readonly string[] };
