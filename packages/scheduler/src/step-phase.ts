// Where one step of a run stands, as a union in which every phase has only its own fields.
// Not here: how a step gets from one phase to the next (apply/), and why (decide/).

import type { Failure, ObservationPurpose, PausePlace, SkipReason, StopReason } from '@workflow-platform/events';
import type { Question } from '@workflow-platform/core';
import type { Scope, StepState } from './run-state.ts';

/*
                       needs settle            decided: start
        ┌─────────┐   (item: room)   ┌───────┐ ─────────────────────┬──────────────────┬──────────────────┐
        │ waiting │ ───────────────► │ ready │                      │ attempt          │ wait             │ group / foreach
        └─────────┘                  └───────┘                      ▼                  ▼                  ▼
             │     facts are missing  │     ▲                  ┌─────────┐   ┌─────────────────┐   ┌─────────────────┐
             │                        ▼     │ (considered)     │ running │   │ awaiting-answer │   │ open / expanded │◄─┐
             │                  ┌───────────┐                  └─────────┘   └─────────────────┘   └─────────────────┘  │
             │                  │ observing │                       │ ▲ started         │                 │  another turn
             │                  └───────────┘                failed ▼ │ again           │                 ▼            │
             │                        │             ┌────────────────┐ │ ┌─────────────┐  │        ┌───────────────┐    │
             │                        │             │ attempt-failed │─┴─│ backing-off │  │        │ between-turns │────┘
             │                        │             └────────────────┘   └─────────────┘  │        └───────────────┘
             ▼                        ▼                     ▼                   ▼         ▼                 ▼
        ┌──────────────────────────────────────────────────────────────────────────────────────────────────────┐
        │ settled: succeeded, failed, skipped or cancelled; only a resume or a retry of the finished run reopens │
        └──────────────────────────────────────────────────────────────────────────────────────────────────────┘
   At a break point a step that would start, or whose last attempt failed, is `paused` instead, until a person says how it goes on.
   A step that would start, or be tried again, while its quota is used up is `parked` instead, and goes on from there when there
   is more. `open` and `between-turns` pass through `observing` too, when `until` or `outputs` look into the workspace, and so does a
   settled step when its `break_when` does.
*/
export type StepPhase =
  /** Steps that it needs are not settled (`holds` counts them), or, for an item, the `foreach` has no room. */
  | { readonly kind: 'waiting'; holds: number }
  /** It could start as soon as there is room. */
  | { readonly kind: 'ready' }
  /** Facts for its start have come; it keeps its room and is decided about next. */
  | { readonly kind: 'considered' }
  | ObservingPhase
  | RunningPhase
  | AttemptFailedPhase
  | { readonly kind: 'backing-off'; readonly attempt: number; readonly atMs: number }
  /** It waits for quota. `isBegun`: an attempt was made before; otherwise it is considered anew. */
  | { readonly kind: 'parked'; readonly token: string; readonly isBegun: boolean }
  | AwaitingPhase
  | PausedPhase
  | OpenPhase
  | BetweenTurnsPhase
  | ExpandedPhase
  | SettledPhase;

/** The host is asked to look into the workspace; `from` is where the step comes back to. */
export interface ObservingPhase {
  readonly kind: 'observing';
  readonly purpose: ObservationPurpose;
  readonly queries: readonly string[];
  readonly key: string;
  readonly from: StepPhase;
}

/** A process of the step runs, or has been told to stop and may still run. */
export interface RunningPhase {
  readonly kind: 'running';
  readonly attempt: number;
  readonly attemptNo: number;
  readonly startedAtMs: number;
  readonly stopping: StopReason | null;
}

/** What follows from the failure has to be decided. */
export interface AttemptFailedPhase {
  readonly kind: 'attempt-failed';
  readonly attempt: number;
  readonly failure: Failure;
  readonly exitCode: number | null;
  /** Why it had been told to stop, if it had. */
  readonly stopping: StopReason | null;
}

/** The run has stopped at a break point. */
export interface PausedPhase {
  readonly kind: 'paused';
  readonly at: PausePlace;
  /** The failure that it stopped for; null before the step begins. */
  readonly failed: AttemptFailedPhase | null;
}

/** A person is asked. */
export interface AwaitingPhase {
  readonly kind: 'awaiting-answer';
  readonly question: Question;
  readonly untilMs: number | null;
  readonly startedAtMs: number;
  /** Who has approved so far, and what they said, in order. */
  readonly approvals: { readonly by: string; readonly message: string }[];
}

/** Steps of the group are being carried out. */
export interface OpenPhase {
  readonly kind: 'open';
  readonly startedAtMs: number;
  /** The steps of this turn, or of the group; null between `step.group-started` and the first turn of a loop. */
  readonly turn: Scope | null;
}

/** A loop waits for its next turn. */
export interface BetweenTurnsPhase {
  readonly kind: 'between-turns';
  readonly open: OpenPhase;
  readonly iteration: number;
  readonly atMs: number;
}

/** Items of the `foreach` are being carried out. */
export interface ExpandedPhase {
  readonly kind: 'expanded';
  readonly startedAtMs: number;
  readonly items: readonly StepState[];
  readonly tally: Tally;
  /** Position of the first item that was not considered yet. */
  next: number;
  /** How many items have begun and are not settled. */
  inProgress: number;
  /** `fail_fast` has ended it. */
  isAborted: boolean;
}

/** Nothing more happens to the step. `body` is kept so that a resume goes on with it, and a retry finds what is in it. */
export interface SettledPhase {
  readonly kind: 'settled';
  readonly result: StepResult;
  readonly body: OpenPhase | ExpandedPhase | null;
}

export type StepResult =
  | { readonly kind: 'succeeded'; readonly exitCode: number | null; readonly outputs: { readonly [name: string]: string } }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly exitCode: number | null;
      readonly allowed: boolean;
      readonly outputs: { readonly [name: string]: string };
    }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | { readonly kind: 'cancelled' };

/** What became of the steps of a turn or the items of a `foreach`, counted as they settle. */
export interface Tally {
  unsettled: number;
  /** Failures that count. */
  readonly failed: string[];
  /** Failures with `on_failure = "continue"`. */
  readonly allowed: string[];
  /** Something was ended or left out by a cancel. */
  hasCancelled: boolean;
  /** The step whose failure left something out, if any. */
  leftOutFor: string | null;
}

/** Returns whether nothing of the step has begun yet. */
export function isUnstarted(step: StepState): boolean {
  const { phase } = step;
  switch (phase.kind) {
    case 'waiting':
    case 'ready':
    case 'considered':
      return true;
    case 'parked':
      return !phase.isBegun;
    case 'paused':
      return phase.failed === null;
    case 'observing':
      return (
        phase.from.kind === 'ready' || phase.from.kind === 'considered' || (phase.from.kind === 'parked' && !phase.from.isBegun)
      );
    default:
      return false;
  }
}

/** Returns the failure of the last attempt while it is being decided what follows from it; null for any other step. */
export function failedAttempt({ phase }: StepState): AttemptFailedPhase | null {
  if (phase.kind === 'paused') return phase.failed;
  return phase.kind === 'attempt-failed' ? phase : null;
}

/** Returns the open phase of a group, also while it observes or waits for its next turn. */
export function openPhase(step: StepState): OpenPhase | null {
  const phase = step.phase.kind === 'observing' ? step.phase.from : step.phase;
  if (phase.kind === 'open') return phase;
  if (phase.kind === 'between-turns') return phase.open;
  return null;
}

/** Returns the final phase of a step, also while its `break_when` is being looked at; null for one that is not settled. */
export function settledPhase(step: StepState): SettledPhase | null {
  const phase = step.phase.kind === 'observing' ? step.phase.from : step.phase;
  return phase.kind === 'settled' ? phase : null;
}

/** Returns the steps or items that a group, loop or `foreach` has now, or had when it settled. */
export function bodyOf(step: StepState): OpenPhase | ExpandedPhase | null {
  const phase = step.phase.kind === 'observing' ? step.phase.from : step.phase;
  if (phase.kind === 'settled') return phase.body;
  return phase.kind === 'expanded' ? phase : openPhase(step);
}

/** Returns the steps of a body, without those in them. */
export function stepsIn(body: OpenPhase | ExpandedPhase | null): readonly StepState[] {
  if (body === null) return [];
  return body.kind === 'expanded' ? body.items : (body.turn?.steps ?? []);
}

/** Returns whether a cancel ended the step or something in it. What is in a step that was reset is no part of the run. */
export function holdsCancelled(step: StepState): boolean {
  return (step.wasCancelled && settledPhase(step) !== null) || stepsIn(bodyOf(step)).some(holdsCancelled);
}
