// The only vocabulary of a run. The journal stores it, the command line prints it, every screen folds it.
// Names are past; a step is named by its reference, see step-ref.ts. A new member comes with one sentence here, an
// example in examples.ts, a printer case and a row in docs/events.md.
// Not here: output bytes (they are files), and what is derived from events (view.ts).

import type { Failure, SkipReason, StopReason } from './failure.ts';
import type { BreakPoints, PauseChoice, PausePlace } from './pause.ts';
import type { RefusalCode } from './refusal.ts';
import type { RerunReason, RetryRequest } from './reuse.ts';
import type { CacheMaker, CacheMissReason, CacheRefusal } from './step-cache.ts';
import type { Usage } from './usage.ts';
import type { SavedWork, WorkspaceIdentity } from './workspace-identity.ts';

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a look into the workspace answered. `query` is `exists:PATH`, `digest:PATH` or `file:PATH`. */
export interface Fact {
  readonly query: string;
  /** `exists`: boolean. `digest`: lower-case hex SHA-256, or null for a path that is not there. `file`: text, or null. */
  readonly answer: boolean | string | null;
}

/** For which decision facts were gathered. */
export type ObservationPurpose =
  /** `digest` of the paths that a later `changed()` asks about, taken before the step's first attempt. */
  | 'before'
  /** `when` of the step. */
  | 'when'
  /** `foreach.in` of the step. */
  | 'items'
  /** `digest` of the files that a person is asked to edit, before they are. */
  | 'ask'
  /** `repeat.until` / `repeat.while` of the group, after a turn. */
  | 'until'
  /** `break_when` of the step, after it ended. */
  | 'break'
  /** Values of declared `outputs` of a group. */
  | 'outputs';

export type RunEvent =
  // ── the run ──────────────────────────────────────────────────────────────────────────────────────────────────────
  /** A run was asked for; always the first event. */
  | {
      readonly type: 'run.created';
      readonly workflow: { readonly id: string; readonly version: string | null; readonly name: string | null };
      /** Where the file came from, as the user would find it again: an absolute path or a URL. */
      readonly source: string;
      /** SHA-256 of the file's bytes, lower-case hex. */
      readonly fileDigest: string;
      /** Digest of the compiled plan that this run carries out. */
      readonly planDigest: string;
      /** Parameters as resolved; a secret one is null. */
      readonly params: { readonly [name: string]: Json };
      /** Who asked: login name, machine, and working directory. */
      readonly by: { readonly user: string; readonly host: string; readonly cwd: string };
      /** The run and step that started this one as a sub-workflow, if any. */
      readonly parent: { readonly runId: string; readonly step: string } | null;
      /** Workspace id asked for, if any. */
      readonly workspaceId: string | null;
      /** Where the run is to stop, if anywhere. */
      readonly breakPoints?: BreakPoints;
      /** Path of the step that it starts at, if not at the first; what that one needs is skipped. */
      readonly startAt?: string;
    }
  /** An engine took the run up for the first time. */
  | { readonly type: 'run.started'; readonly engine: EngineIdentity }
  /**
   * An engine took the run up again: after a crash of the last one, to go on with what did not succeed, or (`retry`) to carry a step
   * out again. `reopens` are the steps that wait again for that, `step` first; each stands for all that is in it.
   */
  | {
      readonly type: 'run.resumed';
      readonly engine: EngineIdentity;
      readonly by: string;
      readonly retry?: RetryRequest & { readonly reopens: readonly string[] };
      /** Instead of those that the run had. Left out, a run that was over has none any more. */
      readonly breakPoints?: BreakPoints;
    }
  /** Somebody asked for the run to end early. */
  | {
      readonly type: 'run.cancel-requested';
      readonly by: string;
      readonly reason: string;
      /** Id of the request of another process that this acknowledges. */
      readonly request?: string;
      /** Steps that clear up after a cancel are ended too, and nothing is given time. */
      readonly now?: true;
    }
  /** A request of another process came to nothing: what it asked for does not fit what the run has come to. */
  | {
      readonly type: 'run.request-refused';
      readonly request: string;
      readonly by: string;
      readonly code: RefusalCode;
      readonly message: string;
    }
  /** Every step is settled and everything the run held is released; always the last event unless the run is resumed. */
  | {
      readonly type: 'run.finished';
      readonly status: 'succeeded' | 'failed' | 'cancelled';
      /** Steps that failed and made the run fail, in the order they failed. */
      readonly failed: readonly string[];
      /** Steps that failed but were allowed to (`on_failure = "continue"`). */
      readonly allowedFailures: readonly string[];
      /** Set when the run failed for something that is no step's fault. */
      readonly failure?: { readonly kind: 'workspace' | 'artifacts' | 'engine'; readonly message: string };
    }
  // ── the workspace ────────────────────────────────────────────────────────────────────────────────────────────────
  /** A workspace was made for the run; with `restored`, the work that the run had left in an earlier one is in it again. */
  | { readonly type: 'workspace.created'; readonly workspace: WorkspaceIdentity; readonly restored?: SavedWork }
  /** A workspace that was already there was taken for the run. */
  | { readonly type: 'workspace.reused'; readonly workspace: WorkspaceIdentity }
  /** direnv approved the `.envrc` of a workspace, as it had the same file of the checkout: steps there get its environment. */
  | {
      readonly type: 'workspace.direnv-allowed';
      readonly id: string;
      /** SHA-256 of the file's bytes, lower-case hex. */
      readonly envrcDigest: string;
    }
  /** The `setup` of a workspace is done: it ran, or what it had made for an earlier workspace was copied (`reused`). */
  | {
      readonly type: 'workspace.setup-finished';
      readonly id: string;
      /** Digest of the script, its values and the content of its `setup_key`, lower-case hex. */
      readonly key: string;
      readonly reused: boolean;
      readonly durationMs: number;
    }
  /** The tools of agents were copied into a workspace; `version` is the hash of the bundle. */
  | { readonly type: 'workspace.tools-copied'; readonly id: string; readonly version: string; readonly source: string }
  /** A command began in a workspace, or came to an end there. */
  | {
      readonly type: 'workspace.status-changed';
      readonly id: string;
      readonly status: 'running' | 'done' | 'error' | 'cancelled' | 'idle';
      /** Who it was: what the command is part of, if that was said. */
      readonly workflow: string | null;
    }
  /** The run no longer uses its workspace, which stays for somebody to look at. */
  | { readonly type: 'workspace.released'; readonly id: string; readonly reason: string }
  /** The workspace was removed. `saved` tells where what was in it beyond its base is kept; null when there was nothing. */
  | { readonly type: 'workspace.removed'; readonly id: string; readonly saved?: SavedWork | null }
  // ── quotas ───────────────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * A quota is used up: until that time (milliseconds since the epoch) no step with the token begins, and then one alone, until
   * `quota.closed`. It comes again when that one is turned away too, or when a later time becomes known.
   */
  | {
      readonly type: 'quota.opened';
      readonly token: string;
      readonly untilMs: number;
      /** Somebody said when there is more; otherwise it is a guess. */
      readonly told: boolean;
      /** The step that was turned away, here or in another run. */
      readonly by: { readonly step: string } | { readonly runId: string };
    }
  /** There is quota again: a step with the token got through, or has been at work for a while. */
  | { readonly type: 'quota.closed'; readonly token: string }
  // ── a step ───────────────────────────────────────────────────────────────────────────────────────────────────────
  /** A decision about a step needs a look into the workspace: each query is `exists:PATH`, `digest:PATH` or `file:PATH`. */
  | {
      readonly type: 'step.observation-requested';
      readonly step: string;
      readonly purpose: ObservationPurpose;
      readonly queries: readonly string[];
    }
  /** The host looked into the workspace for a decision about a step; a replay uses these answers. */
  | {
      readonly type: 'step.observed';
      readonly step: string;
      readonly purpose: ObservationPurpose;
      readonly facts: readonly Fact[];
    }
  /** A group began (its steps follow), or a `foreach` began with these items, each a step `STEP[KEY]` of its own. */
  | { readonly type: 'step.group-started'; readonly step: string }
  | {
      readonly type: 'step.expanded';
      readonly step: string;
      readonly items: readonly { readonly key: string; readonly value: Json }[];
    }
  /** What `repeat.progress` was after a turn, and how many turns in a row have left it so. */
  | {
      readonly type: 'step.progress-noted';
      readonly step: string;
      readonly iteration: number;
      readonly value: string;
      readonly unchanged: number;
    }
  /** A turn of a `repeat` began; its steps are `STEP[ITERATION].…`, counted from 1. */
  | { readonly type: 'step.iteration-started'; readonly step: string; readonly iteration: number }
  /** Another turn of a `repeat` will begin at that time (milliseconds since the epoch). */
  | { readonly type: 'step.iteration-scheduled'; readonly step: string; readonly iteration: number; readonly atMs: number }
  /** `break_when` of this step was true: the turn ends here, and the loop with it. */
  | { readonly type: 'step.broke'; readonly step: string }
  /** A step waits for a person. No process runs meanwhile. */
  | {
      readonly type: 'step.waiting';
      readonly step: string;
      readonly action: string;
      readonly inputs: { readonly [name: string]: Json };
      /** When it gives up, or null for never. */
      readonly untilMs: number | null;
    }
  /** A person answered a waiting step, or its time limit did. */
  | {
      readonly type: 'step.answered';
      readonly step: string;
      readonly by: string;
      readonly approved: boolean;
      readonly message: string;
      readonly fields: { readonly [name: string]: Json };
      /** How many more people have to approve before the step goes on; left out when it goes on now. */
      readonly missing?: number;
      /** Id of the request of another process that this acknowledges. */
      readonly request?: string;
    }
  /** The run stops at this step until somebody says how it goes on. No process of the step runs meanwhile. */
  | { readonly type: 'step.paused'; readonly step: string; readonly at: PausePlace }
  /** Somebody said how it goes on. */
  | {
      readonly type: 'step.unpaused';
      readonly step: string;
      readonly choice: PauseChoice;
      readonly by: string;
      readonly message: string;
      /** Id of the request of another process that this acknowledges. */
      readonly request?: string;
    }
  /** An attempt at the step begins. Written before its process exists. */
  | {
      readonly type: 'step.attempt-started';
      readonly step: string;
      /** Counts from 1 for each step. */
      readonly attempt: number;
      /** Counts from 1 over the whole run; names the attempt's files. */
      readonly attemptNo: number;
      /** It has a terminal that can be joined. */
      readonly interactive?: true;
    }
  /** Nobody is at the terminal of the attempt, and what runs there seems to wait for somebody to type. */
  | { readonly type: 'step.input-awaited'; readonly step: string; readonly attempt: number }
  /** Somebody has joined the terminal, or what runs there has gone on. */
  | { readonly type: 'step.input-settled'; readonly step: string; readonly attempt: number }
  /** The attempt took a result that was kept before, instead of running anything. */
  | {
      readonly type: 'step.cache-hit';
      readonly step: string;
      readonly attempt: number;
      /** Digest of all that the result depends on, lower-case hex. */
      readonly key: string;
      readonly made: CacheMaker;
      /** How many files it has, those that were there already among them. */
      readonly files: number;
      readonly sizeBytes: number;
    }
  /** There was no kept result that the attempt could take: it runs. */
  | {
      readonly type: 'step.cache-missed';
      readonly step: string;
      readonly attempt: number;
      /** Null where it could not be computed. */
      readonly key: string | null;
      readonly reason: CacheMissReason;
      /** What the reason is about, where there is more to say. */
      readonly detail: string | null;
    }
  /** What the attempt left is kept for others. */
  | {
      readonly type: 'step.cache-stored';
      readonly step: string;
      readonly attempt: number;
      readonly key: string;
      readonly files: number;
      readonly sizeBytes: number;
    }
  /** What the attempt left is not kept, though the step is cached. The step has succeeded all the same. */
  | {
      readonly type: 'step.cache-not-stored';
      readonly step: string;
      readonly attempt: number;
      readonly key: string | null;
      readonly reason: CacheRefusal;
      readonly detail: string | null;
    }
  /** The work of an attempt can be taken up again under this name: a conversation with an agent. The next attempt is given it. */
  | { readonly type: 'step.session-opened'; readonly step: string; readonly attempt: number; readonly session: string }
  /** What an attempt used up of an agent; told once it has ended. Null is what is not known. */
  | { readonly type: 'step.usage-reported'; readonly step: string; readonly attempt: number; readonly usage: Usage }
  /** An attempt has to end before it would by itself. */
  | {
      readonly type: 'step.stop-requested';
      readonly step: string;
      readonly attempt: number;
      readonly reason: StopReason;
    }
  /** An attempt ended without success. `step.retry-scheduled`, `step.parked`, `step.failed` or `step.cancelled` follows. */
  | {
      readonly type: 'step.attempt-failed';
      readonly step: string;
      readonly attempt: number;
      readonly failure: Failure;
      readonly exitCode: number | null;
      readonly durationMs: number;
    }
  /** Another attempt will be made at that time (milliseconds since the epoch). */
  | {
      readonly type: 'step.retry-scheduled';
      readonly step: string;
      /** The attempt that will be made. */
      readonly attempt: number;
      readonly atMs: number;
    }
  /** The step waits for quota, and takes up no room meanwhile. What is not begun then is considered again. */
  | {
      readonly type: 'step.parked';
      readonly step: string;
      /** The attempt that will be made. */
      readonly attempt: number;
      readonly token: string;
      /** When there may be more, milliseconds since the epoch. In the past: another step is trying. */
      readonly untilMs: number;
    }
  /** The step succeeded; final. `attempt` is 0 for groups, loops and answered steps. */
  | {
      readonly type: 'step.succeeded';
      readonly step: string;
      readonly attempt: number;
      readonly exitCode: number | null;
      readonly durationMs: number;
      readonly outputs: { readonly [name: string]: string };
    }
  /** A step that a retry had reopened reads the same values as when it succeeded: that result counts again; final. */
  | {
      readonly type: 'step.reused';
      readonly step: string;
      /** The attempt that it is the result of; 0 for groups, loops and lists. */
      readonly attempt: number;
      readonly exitCode: number | null;
      readonly outputs: { readonly [name: string]: string };
    }
  /** A step that a retry had reopened will be carried out again, though it had succeeded, for this reason. */
  | { readonly type: 'step.reuse-declined'; readonly step: string; readonly reason: RerunReason }
  /** The step failed and will not be tried again; final. `allowed` when `on_failure = "continue"`. */
  | {
      readonly type: 'step.failed';
      readonly step: string;
      readonly failure: Failure;
      readonly allowed: boolean;
      readonly outputs: { readonly [name: string]: string };
    }
  /** The step was not carried out; final. */
  | { readonly type: 'step.skipped'; readonly step: string; readonly reason: SkipReason }
  /** The step was ended by a cancel (or by `fail_fast` of its `foreach`), and nothing of it is left running; final. */
  | { readonly type: 'step.cancelled'; readonly step: string }
  // ── artifacts ────────────────────────────────────────────────────────────────────────────────────────────────────
  /** A file was kept as an artifact, content-addressed. */
  | {
      readonly type: 'artifact.stored';
      readonly name: string;
      /** Path inside the workspace, `/` between components. */
      readonly path: string;
      /** SHA-256 of the content, lower-case hex. */
      readonly digest: string;
      readonly sizeBytes: number;
      /** When it may be deleted, or null for never. */
      readonly retainUntilMs: number | null;
    }
  /** A declared artifact matched no file. */
  | { readonly type: 'artifact.missing'; readonly name: string; readonly pattern: string };

/** Which engine drives the run. */
export interface EngineIdentity {
  readonly version: string;
  readonly host: string;
  readonly pid: number;
}

/** What was done to a workspace before it was given to a run. */
export type ReadinessEvent = Extract<RunEvent, { readonly type: 'workspace.direnv-allowed' | 'workspace.setup-finished' }>;

/** What happens to a workspace, whoever has it. */
export type WorkspaceEvent = Extract<RunEvent, { readonly type: `workspace.${string}` }>;

/** Type names of all events. */
export type RunEventType = RunEvent['type'];

/** One event of one run, as stored and printed. */
export interface EventEnvelope {
  readonly runId: string;
  /** Counts from 1 without gaps within the run. */
  readonly seq: number;
  /** Wall clock of the engine, milliseconds since the epoch. */
  readonly atMs: number;
  readonly event: RunEvent;
}
