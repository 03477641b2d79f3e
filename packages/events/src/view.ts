// What a screen shows of a run: a fold of its events, the same for the command line, the daemon and the dashboard.
// Not here: what happens next (scheduler), the data as stored (run-event.ts).

import { unreachable } from './assert.ts';
import type { Failure, SkipReason, StopReason } from './failure.ts';
import type { EventEnvelope, Json, RunEvent } from './run-event.ts';
import { pauseQuestion } from './pause.ts';
import { isInside, itemRef } from './step-ref.ts';
import type { Usage } from './usage.ts';
import { applyAgentToStep } from './view-agent.ts';
import { artifactOf, type ArtifactView } from './view-artifact.ts';
import { endAttempt, type AttemptView } from './view-attempt.ts';
import { applyParkedToStep, applyQuotaToSteps } from './view-quota.ts';
import { cacheAfter } from './view-cache.ts';
import type { CacheView } from './view-cache.ts';
import { resetForResume } from './view-resume.ts';
import { resetForRetry } from './view-retry.ts';
import type { AnswerView } from './view-answer.ts';
import type { RunSummary } from './view-run.ts';
import { begin, settle } from './view-step.ts';
import { applyToWorkspace } from './view-workspace.ts';
import type { WorkspaceView } from './view-workspace.ts';

export type RunStatus = 'created' | 'running' | 'stopping' | 'succeeded' | 'failed' | 'cancelled';

export type StepStatus =
  | 'waiting'
  | 'running'
  | 'retrying'
  | 'parked'
  | 'needs-answer'
  | 'needs-input'
  | 'succeeded'
  | 'failed'
  | 'failed-allowed'
  | 'skipped'
  | 'cancelled';

/** A run as seen from outside; plain data, ready for `JSON.stringify`. */
export interface RunView {
  readonly run: RunSummary;
  /** Every step, item and step of a turn, in order of appearance; the run's own steps first where they are known. */
  readonly steps: StepView[];
  workspace: WorkspaceView | null;
  readonly artifacts: ArtifactView[];
}

export interface StepView {
  /** The step's reference: `build`, `turns[2].fix`. */
  readonly id: string;
  kind: 'attempt' | 'group' | 'loop' | 'foreach' | 'wait' | null;
  status: StepStatus;
  /** Number of the last attempt; 0 for none. */
  attempt: number;
  /** Names the files of the last attempt; null for none. */
  attemptNo: number | null;
  exitCode: number | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  durationMs: number | null;
  /** Why the step, or its last attempt, failed. */
  failure: Failure | null;
  /** Why it was skipped. */
  reason: SkipReason | null;
  outputs: { readonly [name: string]: string };
  readonly attempts: AttemptView[];
  /** The running attempt has a terminal that can be joined. */
  interactive: boolean;
  /** Why the running attempt was told to stop. */
  stopping: StopReason | null;
  /** What it waits for while it is `parked`. `untilMs` may be past: then another step tries first. */
  waiting: { readonly kind: 'quota'; readonly token: string; readonly untilMs: number } | null;
  /** When the next attempt or turn begins, while it is waited for. */
  nextAtMs: number | null;
  /** Of a loop: the turn it is in. */
  iteration: number | null;
  /** Of a `foreach`: the keys of its items. */
  items: readonly string[] | null;
  /** What a person is asked. */
  question: {
    readonly action: string;
    readonly inputs: { readonly [name: string]: Json };
    readonly untilMs: number | null;
  } | null;
  /** The last answer. */
  answer: AnswerView | null;
  /** All of them, where several people have to approve. */
  answers: readonly AnswerView[];
  /** By which name the work of its last attempt can be taken up again: the conversation with an agent. */
  session: string | null;
  /** What its attempts used up of an agent; null when they told nothing. */
  usage: Usage | null;
  /** Its `break_when` ended the turn. */
  broke: boolean;
  /** It was not carried out again in a retry: its earlier result counts. */
  isReused: boolean;
  /** What the cache had for the last attempt; null for a step that is not cached. */
  cache: CacheView | null;
}

// Beside the view and not in it, so that the view stays plain data.
const indexes = new WeakMap<RunView, Map<string, StepView>>();

/** Returns the view of a run of which nothing is known yet. Steps named here are shown as waiting from the start, in this order. */
export function createRunView(stepIds: readonly string[] = []): RunView {
  const view: RunView = {
    run: {
      id: '',
      workflow: '',
      version: null,
      name: null,
      status: 'created',
      createdAtMs: null,
      startedAtMs: null,
      finishedAtMs: null,
      by: null,
      params: {},
      parent: null,
      source: null,
      fileDigest: null,
      planDigest: null,
      engine: null,
      resumeCount: 0,
      cancel: null,
      failed: [],
      allowedFailures: [],
      failure: null,
      usage: null,
      lastSeq: 0,
      lastEventAtMs: null,
    },
    steps: [],
    workspace: null,
    artifacts: [],
  };
  indexes.set(view, new Map());
  for (const id of stepIds) stepOf(view, id);
  return view;
}

/** Returns the view of a whole journal. */
export function viewOfRun(envelopes: Iterable<EventEnvelope>, stepIds: readonly string[] = []): RunView {
  const view = createRunView(stepIds);
  for (const envelope of envelopes) applyToView(view, envelope);
  return view;
}

/** Returns a step by its reference, or undefined. */
export function findStep(view: RunView, id: string): StepView | undefined {
  return indexOf(view).get(id);
}

/** Returns the view after one more event. It takes the given view over and changes it in place; an event costs O(1). */
export function applyToView(view: RunView, { runId, seq, atMs, event }: EventEnvelope): RunView {
  view.run.id = runId;
  view.run.lastSeq = seq;
  view.run.lastEventAtMs = atMs;
  if ('step' in event) applyStepEvent(view, event, atMs);
  else applyRunEvent(view, event, atMs);
  return view;
}

type StepEvent = Extract<RunEvent, { readonly step: string }>;

function applyRunEvent(view: RunView, event: Exclude<RunEvent, StepEvent>, atMs: number): void {
  const { run } = view;
  switch (event.type) {
    case 'run.created': {
      const { workflow, source, fileDigest, planDigest, params, by, parent } = event;
      const { id, version, name } = workflow;
      Object.assign(run, { workflow: id, version, name, source, fileDigest, planDigest, params, by, parent, createdAtMs: atMs });
      return;
    }
    case 'run.started':
      Object.assign(run, { status: run.cancel === null ? 'running' : 'stopping', startedAtMs: atMs, engine: event.engine });
      return;
    case 'run.resumed':
      run.engine = event.engine;
      run.resumeCount += 1;
      if (run.finishedAtMs === null) return;
      Object.assign(run, { status: 'running', finishedAtMs: null, cancel: null, failure: null, failed: [], allowedFailures: [] });
      // They are collected again at the new end.
      view.artifacts.length = 0;
      if (event.retry === undefined) return resetForResume(view.steps, indexOf(view));
      for (const ref of resetForRetry(view.steps, indexOf(view), event.retry, atMs)) forgetInside(view, ref);
      return;
    case 'run.cancel-requested':
      run.cancel = { by: event.by, reason: event.reason, atMs };
      run.status = 'stopping';
      return;
    case 'run.request-refused':
      return;
    case 'run.finished': {
      const { status, failed, allowedFailures, failure } = event;
      Object.assign(run, { status, failed, allowedFailures, failure: failure ?? null, finishedAtMs: atMs });
      return;
    }
    case 'workspace.created':
    case 'workspace.reused':
    case 'workspace.direnv-allowed':
    case 'workspace.setup-finished':
    case 'workspace.tools-copied':
    case 'workspace.status-changed':
    case 'workspace.released':
    case 'workspace.removed':
      view.workspace = applyToWorkspace(view.workspace, event);
      return;
    case 'quota.opened':
    case 'quota.closed':
      return applyQuotaToSteps(view.steps, event, atMs);
    case 'artifact.stored':
    case 'artifact.missing':
      view.artifacts.push(artifactOf(event));
      return;
    default:
      return unreachable(event);
  }
}

function applyStepEvent(view: RunView, event: StepEvent, atMs: number): void {
  const step = stepOf(view, event.step);
  switch (event.type) {
    case 'step.observation-requested':
    case 'step.observed':
      return;
    case 'step.group-started':
      if (step.kind !== null) forgetInside(view, step.id);
      step.kind = 'group';
      return begin(step, atMs);
    case 'step.expanded':
      if (step.kind !== null) forgetInside(view, step.id);
      step.kind = 'foreach';
      step.items = event.items.map(({ key }) => key);
      for (const key of step.items) stepOf(view, itemRef(step.id, key));
      return begin(step, atMs);
    case 'step.progress-noted':
      return;
    case 'step.iteration-scheduled':
      step.kind = 'loop';
      step.nextAtMs = event.atMs;
      return;
    case 'step.iteration-started':
      step.kind = 'loop';
      step.iteration = event.iteration;
      step.nextAtMs = null;
      return;
    case 'step.broke':
      step.broke = true;
      return;
    case 'step.waiting': {
      const { action, inputs, untilMs } = event;
      begin(step, atMs);
      step.kind = 'wait';
      step.status = 'needs-answer';
      step.question = { action, inputs, untilMs };
      step.answers = [];
      return;
    }
    case 'step.answered': {
      const { by, approved, message, fields } = event;
      step.answer = { by, atMs, approved, message, fields };
      step.answers = [...step.answers, step.answer];
      return;
    }
    case 'step.paused':
      step.status = 'needs-answer';
      step.question = { ...pauseQuestion(event.at), untilMs: null };
      return;
    case 'step.unpaused':
      // What follows says the rest; a step that goes on waits for its turn.
      Object.assign(step, { status: 'waiting', question: null });
      return;
    case 'step.attempt-started': {
      const { attempt, attemptNo } = event;
      begin(step, atMs);
      Object.assign(step, { kind: 'attempt', attempt, attemptNo, nextAtMs: null, waiting: null, failure: null });
      Object.assign(step, { exitCode: null, cache: null, interactive: event.interactive === true });
      step.attempts.push({ attempt, attemptNo, startedAtMs: atMs, finishedAtMs: null, exitCode: null, failure: null });
      return;
    }
    case 'step.input-awaited':
    case 'step.input-settled':
      step.status = event.type === 'step.input-awaited' ? 'needs-input' : 'running';
      return;
    case 'step.cache-hit':
    case 'step.cache-missed':
    case 'step.cache-stored':
    case 'step.cache-not-stored':
      step.cache = cacheAfter(step.cache, event);
      return;
    case 'step.session-opened':
    case 'step.usage-reported':
      return applyAgentToStep(view.run, step, event);
    case 'step.stop-requested':
      step.stopping = event.reason;
      return;
    case 'step.attempt-failed': {
      const { failure, exitCode, durationMs } = event;
      Object.assign(step, { status: 'running', failure, exitCode, durationMs, stopping: null, interactive: false });
      return endAttempt(step, atMs, exitCode, failure);
    }
    case 'step.retry-scheduled':
      step.status = 'retrying';
      step.nextAtMs = event.atMs;
      return;
    case 'step.parked':
      return applyParkedToStep(step, event);
    case 'step.succeeded':
      if (event.attempt > 0) endAttempt(step, atMs, event.exitCode, null);
      settle(step, 'succeeded', atMs);
      Object.assign(step, { exitCode: event.exitCode, durationMs: event.durationMs, outputs: event.outputs, failure: null });
      return;
    case 'step.reused':
      settle(step, 'succeeded', atMs);
      Object.assign(step, { attempt: event.attempt, exitCode: event.exitCode, outputs: event.outputs, isReused: true });
      return;
    case 'step.reuse-declined':
      return;
    case 'step.failed':
      settle(step, event.allowed ? 'failed-allowed' : 'failed', atMs);
      Object.assign(step, { failure: event.failure, outputs: event.outputs });
      return;
    case 'step.skipped':
      step.reason = event.reason;
      return settle(step, 'skipped', atMs);
    case 'step.cancelled':
      return settle(step, 'cancelled', atMs);
    default:
      return unreachable(event);
  }
}

/** What is in a step that begins anew is made anew, too; an event of a retry, and only that, costs as much as there are steps. */
function forgetInside(view: RunView, ref: string): void {
  const index = indexOf(view);
  const kept = view.steps.filter((step) => !isInside(step.id, ref));
  if (kept.length === view.steps.length) return;
  for (const step of view.steps) if (isInside(step.id, ref)) index.delete(step.id);
  view.steps.splice(0, view.steps.length, ...kept);
}

function stepOf(view: RunView, id: string): StepView {
  const index = indexOf(view);
  const known = index.get(id);
  if (known !== undefined) return known;
  const step: StepView = {
    id,
    kind: null,
    status: 'waiting',
    attempt: 0,
    attemptNo: null,
    exitCode: null,
    startedAtMs: null,
    finishedAtMs: null,
    durationMs: null,
    failure: null,
    reason: null,
    outputs: {},
    attempts: [],
    interactive: false,
    stopping: null,
    waiting: null,
    nextAtMs: null,
    iteration: null,
    items: null,
    question: null,
    answer: null,
    answers: [],
    session: null,
    usage: null,
    broke: false,
    isReused: false,
    cache: null,
  };
  index.set(id, step);
  view.steps.push(step);
  return step;
}

function indexOf(view: RunView): Map<string, StepView> {
  let index = indexes.get(view);
  if (index === undefined) {
    // A view that was stored and read again has lost its index.
    index = new Map(view.steps.map((step) => [step.id, step]));
    indexes.set(view, index);
  }
  return index;
}
