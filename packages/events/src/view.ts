// What a screen shows of a run: a fold of its events, the same for the command line, the daemon and the dashboard.
// Not here: what happens next (scheduler), the data as stored (run-event.ts).

import { unreachable } from './assert.ts';
import type { Failure, SkipReason, StopReason } from './failure.ts';
import type { EngineIdentity, EventEnvelope, Json, RunEvent, WorkspaceIdentity } from './run-event.ts';
import { itemRef } from './step-ref.ts';
import { resetForResume } from './view-resume.ts';

export type RunStatus = 'created' | 'running' | 'stopping' | 'succeeded' | 'failed' | 'cancelled';

export type StepStatus =
  | 'waiting'
  | 'running'
  | 'retrying'
  | 'needs-answer'
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

export interface RunSummary {
  id: string;
  workflow: string;
  version: string | null;
  name: string | null;
  status: RunStatus;
  createdAtMs: number | null;
  startedAtMs: number | null;
  finishedAtMs: number | null;
  by: { readonly user: string; readonly host: string; readonly cwd: string } | null;
  params: { readonly [name: string]: Json };
  parent: { readonly runId: string; readonly step: string } | null;
  source: string | null;
  fileDigest: string | null;
  planDigest: string | null;
  /** The engine that took the run up last. */
  engine: EngineIdentity | null;
  /** How often it was taken up again. */
  resumeCount: number;
  cancel: { readonly by: string; readonly reason: string; readonly atMs: number } | null;
  /** As in `run.finished`. */
  failed: readonly string[];
  allowedFailures: readonly string[];
  failure: { readonly kind: 'workspace' | 'artifacts' | 'engine'; readonly message: string } | null;
  /** Number and time of the last event seen. */
  lastSeq: number;
  lastEventAtMs: number | null;
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
  /** Why the running attempt was told to stop. */
  stopping: StopReason | null;
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
  answer: {
    readonly by: string;
    readonly approved: boolean;
    readonly message: string;
    readonly fields: { readonly [name: string]: Json };
  } | null;
  /** Its `break_when` ended the turn. */
  broke: boolean;
}

export interface AttemptView {
  readonly attempt: number;
  readonly attemptNo: number;
  readonly startedAtMs: number;
  finishedAtMs: number | null;
  exitCode: number | null;
  failure: Failure | null;
}

export interface WorkspaceView extends WorkspaceIdentity {
  readonly status: 'in-use' | 'released' | 'removed';
  readonly reused: boolean;
  /** Why it was released. */
  readonly reason: string | null;
}

export type ArtifactView =
  | {
      readonly name: string;
      readonly status: 'stored';
      readonly path: string;
      readonly digest: string;
      readonly sizeBytes: number;
      readonly retainUntilMs: number | null;
    }
  | { readonly name: string; readonly status: 'missing'; readonly pattern: string };

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
      return resetForResume(view.steps, indexOf(view));
    case 'run.cancel-requested':
      run.cancel = { by: event.by, reason: event.reason, atMs };
      run.status = 'stopping';
      return;
    case 'run.finished': {
      const { status, failed, allowedFailures, failure } = event;
      Object.assign(run, { status, failed, allowedFailures, failure: failure ?? null, finishedAtMs: atMs });
      return;
    }
    case 'workspace.created':
    case 'workspace.reused':
      view.workspace = { ...event.workspace, status: 'in-use', reused: event.type === 'workspace.reused', reason: null };
      return;
    case 'workspace.released':
      if (view.workspace?.id === event.id) view.workspace = { ...view.workspace, status: 'released', reason: event.reason };
      return;
    case 'workspace.removed':
      if (view.workspace?.id === event.id) view.workspace = { ...view.workspace, status: 'removed' };
      return;
    case 'artifact.stored': {
      const { name, path, digest, sizeBytes, retainUntilMs } = event;
      view.artifacts.push({ name, status: 'stored', path, digest, sizeBytes, retainUntilMs });
      return;
    }
    case 'artifact.missing':
      view.artifacts.push({ name: event.name, status: 'missing', pattern: event.pattern });
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
      step.kind = 'group';
      return begin(step, atMs);
    case 'step.expanded':
      step.kind = 'foreach';
      step.items = event.items.map(({ key }) => key);
      for (const key of step.items) stepOf(view, itemRef(step.id, key));
      return begin(step, atMs);
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
      return;
    }
    case 'step.answered': {
      const { by, approved, message, fields } = event;
      step.answer = { by, approved, message, fields };
      return;
    }
    case 'step.attempt-started': {
      const { attempt, attemptNo } = event;
      begin(step, atMs);
      Object.assign(step, { kind: 'attempt', attempt, attemptNo, nextAtMs: null, failure: null, exitCode: null });
      step.attempts.push({ attempt, attemptNo, startedAtMs: atMs, finishedAtMs: null, exitCode: null, failure: null });
      return;
    }
    case 'step.stop-requested':
      step.stopping = event.reason;
      return;
    case 'step.attempt-failed': {
      const { failure, exitCode, durationMs } = event;
      Object.assign(step, { failure, exitCode, durationMs, stopping: null });
      return endAttempt(step, atMs, exitCode, failure);
    }
    case 'step.retry-scheduled':
      step.status = 'retrying';
      step.nextAtMs = event.atMs;
      return;
    case 'step.succeeded':
      if (event.attempt > 0) endAttempt(step, atMs, event.exitCode, null);
      settle(step, 'succeeded', atMs);
      Object.assign(step, { exitCode: event.exitCode, durationMs: event.durationMs, outputs: event.outputs, failure: null });
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

function begin(step: StepView, atMs: number): void {
  step.status = 'running';
  step.startedAtMs ??= atMs;
}

function endAttempt(step: StepView, atMs: number, exitCode: number | null, failure: Failure | null): void {
  const last = step.attempts.at(-1);
  if (last !== undefined) Object.assign(last, { finishedAtMs: atMs, exitCode, failure });
}

function settle(step: StepView, status: StepStatus, atMs: number): void {
  Object.assign(step, { status, finishedAtMs: atMs, stopping: null, nextAtMs: null });
  if (step.startedAtMs !== null) step.durationMs = Math.max(0, atMs - step.startedAtMs);
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
    stopping: null,
    nextAtMs: null,
    iteration: null,
    items: null,
    question: null,
    answer: null,
    broke: false,
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
