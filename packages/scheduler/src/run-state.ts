// What is known of a run, folded from its events. Made by createRunState, changed only by apply().
// Not here: what a single step's phase holds (step-phase.ts), what happens next (decide/).

import type { BreakPoints, Json, ObservationPurpose, SkipReason, StopReason, WorkspaceIdentity } from '@workflow-platform/events';
import type { Plan } from '@workflow-platform/core';
import { openScope, rootRef } from './apply/open.ts';
import type { Breaker } from './breaker.ts';
import { Heap } from './heap.ts';
import { Queue } from './queue.ts';
import type { Prior } from './prior.ts';
import { isEarlierStep } from './step-order.ts';
import type { StepInputs } from './step-inputs.ts';
import type { StepPhase, Tally } from './step-phase.ts';
import { createStepTable, type StepSpec, type StepTable } from './step-table.ts';

/*
   created ──run.started──► preparing ──workspace.created/reused──► working ──run.finished──► finished
                                ▲                                                                │
                                └──── run.resumed (of a run that did not succeed, or a retry) ───┘
*/
export type RunPhase =
  | { readonly kind: 'created' }
  /** The workspace is being made. */
  | { readonly kind: 'preparing' }
  | { readonly kind: 'working' }
  | { readonly kind: 'finished'; readonly status: 'succeeded' | 'failed' | 'cancelled' };

/** A run. Its fields are for this package; hosts use the functions of index.ts. */
export interface RunState {
  readonly plan: Plan;
  /** Empty until the run's first envelope, where the host did not give it. */
  readonly runId: string;
  phase: RunPhase;
  workspace: WorkspaceIdentity | null;
  /** The engine that drives the run has made the workspace or taken hold of it; the next engine has yet to. */
  holdsWorkspace: boolean;
  readonly root: Scope;
  /** Every step there is now, by reference. Steps of past turns are gone. */
  readonly steps: Map<string, StepState>;
  /** How far attempts were counted in steps that a retry made leave, by reference: no two attempts of a reference have one number. */
  readonly gone: Map<string, { readonly attempt: number; readonly attemptFloor: number }>;
  /** It was over some day, and taken up again. */
  isReopened: boolean;
  /** Login name of whoever started the run; null before the run's first event. */
  startedBy: string | null;
  /** Where it is to stop. */
  breakPoints: BreakPoints;
  /** Path of the step that it starts at; null for a run that begins at its beginning. */
  startAt: string | null;
  /** Requests of other processes that have been acknowledged, by id. */
  readonly requests: Set<string>;
  /** How often a cancel was asked for since the run was last taken up: the second ends also what survived the first. */
  cancelCount: number;
  /** A cancel ended a step, or left one out. */
  hasCancelledSteps: boolean;
  /** Attempts and observations for them that take up room of `max_parallel`. */
  slotsTaken: number;
  /** Attempts started so far. */
  attemptCount: number;
  /** Observations asked for so far. */
  observationCount: number;
  /** Steps that fail the run, in the order they failed. */
  failed: string[];
  /** Steps that failed and did not fail the run. */
  allowedFailures: string[];
  /** Quotas that are used up, by token. */
  readonly quotas: Map<string, Breaker>;
  readonly agendas: Agendas;
}

/** What waits to be decided. Entries may be stale; apply() drops stale ones from the front, so the front is always true. */
export interface Agendas {
  /** Steps with something to decide: facts have come, an attempt failed, all children are settled. */
  readonly due: Queue<StepState>;
  /** Attempts to be told to stop. */
  readonly stops: Queue<{ readonly step: StepState; readonly phase: StepPhase; readonly reason: StopReason }>;
  /** Steps to be left out, or ended where no process runs. */
  readonly leaveOuts: Queue<{ readonly step: StepState; readonly phase: StepPhase; readonly reason: SkipReason }>;
  /** Ready steps that need room. */
  readonly ready: Heap<StepState>;
  /** Ready steps that need none: groups, waits, what will be skipped for an earlier failure. */
  readonly readySlotless: Heap<StepState>;
  readonly retries: Heap<Alarm>;
  readonly deadlines: Heap<Alarm>;
  /** Steps with an attempt or an observation: what effectsDue lists. */
  readonly active: Set<StepState>;
}

/** A time at which something is to be decided, unless the step has moved on to another phase by then. */
export interface Alarm {
  readonly atMs: number;
  readonly step: StepState;
  readonly phase: StepPhase;
}

/** One step of the run, one item of a `foreach`, or the `foreach` itself. */
export interface StepState {
  readonly ref: string;
  readonly spec: StepSpec;
  /** Its siblings. Of an item: those of its `foreach`. */
  readonly scope: Scope;
  readonly item: { readonly of: StepState; readonly key: string; readonly value: Json; readonly index: number } | null;
  phase: StepPhase;
  /** Number of the last attempt, 0 for none. */
  attempt: number;
  /** Attempts that use up no retries: those before the run was last reopened, lost with their engine, or turned away for quota. */
  attemptsBefore: number;
  /** The attempt that was under way when an engine last took the run up, 0 for none. */
  inheritedAttempt: number;
  /** Since when it waits for quota without having got through; null when it does not. */
  quotaSinceMs: number | null;
  /** By which name the work of its last attempt can be taken up again; null when there is nothing to go on with. */
  session: string | null;
  /** How many cancels had come when it last began. */
  begunAfterCancels: number;
  /** The highest number of an attempt of any step that was ever in it. */
  attemptsInside: number;
  /** In a loop that is done again attempts are counted on from here: what its past turns had made is known no more exactly. */
  attemptFloor: number;
  /** Turns made before a resume granted as many again. */
  turnsBefore: number;
  /** What its `repeat.progress` was last, after which turn, and how many turns in a row had left it so. A resume begins to count anew. */
  progress: { readonly iteration: number; readonly value: string; readonly unchanged: number } | null;
  /** A retry has named it, or it comes after one that was named. */
  isAskedFor: boolean;
  /** Somebody has let it go on at the break point before it. */
  isPastBreakPoint: boolean;
  hasSlot: boolean;
  /** A cancel ended it or left it out. */
  wasCancelled: boolean;
  /** What it was before a retry reopened it; until it begins, or that result counts again. */
  prior: Prior | null;
  /** What it read when it began, where that may have been done again since. Null: as things stand. `mixed`: not the same all along. */
  ranWith: StepInputs | 'mixed' | null;
  /**
   * How many needs were not settled yet when it was left out. What needs this step waits for those too, or failure() would be
   * asked before the failure is there.
   */
  lateNeeds: number;
  /** A needed step (transitively) failed, was cancelled, or was left out for a failure: success() is false. */
  hasBadNeeds: boolean;
  /** A needed step (transitively) failed: failure() is true. */
  hasFailedNeeds: boolean;
  /** Answers by purpose; `next` are those taken before the turn that comes. */
  facts: Map<ObservationPurpose | 'next', Map<string, boolean | string | null>> | null;
}

/** The steps of the run, of a group, or of one turn of a loop. */
export interface Scope {
  /** The group; null for the run itself. */
  readonly owner: StepState | null;
  readonly table: StepTable;
  /** By position in the table. */
  readonly steps: StepState[];
  /** Of a loop: its turn, from 1. */
  readonly iteration: number | null;
  readonly tally: Tally;
  /** How many `break_when` are being looked at; until they are decided nothing here starts. */
  holdCount: number;
  /** The step whose `break_when` ended the turn. */
  broke: StepState | null;
  /** The step whose failure ended it. */
  failedFast: string | null;
  /** Something was really carried out: a turn in which nothing was must not be followed by the next at once. */
  isBusy: boolean;
  /** Why what is in it has to come to an end, if so. */
  ending: Ending | null;
}

/** A failure elsewhere lets running attempts finish; a cancel and `fail_fast` of a `foreach` stop them too. */
export interface Ending {
  readonly reason: SkipReason;
  readonly stop: StopReason | null;
}

export const noBreakPoints: BreakPoints = { before: [], onFailure: false };

/** Returns the state of a run of which nothing has happened. `runId` may be left out where no expression reads it. */
export function createRunState(plan: Plan, runId = ''): RunState {
  const isEarlierAlarm = (a: Alarm, b: Alarm): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && isEarlierStep(a.step, b.step));
  const steps = new Map<string, StepState>();
  const agendas: Agendas = {
    due: new Queue(),
    stops: new Queue(),
    leaveOuts: new Queue(),
    ready: new Heap(isEarlierStep),
    readySlotless: new Heap(isEarlierStep),
    retries: new Heap(isEarlierAlarm),
    deadlines: new Heap(isEarlierAlarm),
    active: new Set(),
  };
  const state: RunState = {
    plan,
    runId,
    phase: { kind: 'created' },
    workspace: null,
    holdsWorkspace: false,
    root: openScope(
      { steps, agendas, gone: new Map() },
      { owner: null, table: createStepTable(plan.steps), prefix: rootRef, iteration: null },
    ),
    steps,
    gone: new Map(),
    isReopened: false,
    startedBy: null,
    breakPoints: noBreakPoints,
    startAt: null,
    requests: new Set(),
    cancelCount: 0,
    hasCancelledSteps: false,
    slotsTaken: 0,
    attemptCount: 0,
    observationCount: 0,
    failed: [],
    allowedFailures: [],
    quotas: new Map(),
    agendas,
  };
  return state;
}
