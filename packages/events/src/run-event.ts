// The only vocabulary of a run. The journal stores it, the command line prints it, every screen folds it.
// Names are past; a step is named by its reference, see step-ref.ts. A new member comes with one sentence here, an
// example in examples.ts, a printer case and a row in docs/events.md.
// Not here: output bytes (they are files), and what is derived from events (view.ts).

import type { Failure, SkipReason, StopReason } from './failure.ts';

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
    }
  /** An engine took the run up for the first time. */
  | { readonly type: 'run.started'; readonly engine: EngineIdentity }
  /** An engine took the run up again: after a crash of the last one, or to go on with what did not succeed. */
  | { readonly type: 'run.resumed'; readonly engine: EngineIdentity; readonly by: string }
  /** Somebody asked for the run to end early. */
  | { readonly type: 'run.cancel-requested'; readonly by: string; readonly reason: string }
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
  /** A workspace was made for the run. */
  | { readonly type: 'workspace.created'; readonly workspace: WorkspaceIdentity }
  /** A workspace that was already there was taken for the run. */
  | { readonly type: 'workspace.reused'; readonly workspace: WorkspaceIdentity }
  /** The run no longer uses its workspace, which stays for somebody to look at. */
  | { readonly type: 'workspace.released'; readonly id: string; readonly reason: string }
  /** The workspace was removed. */
  | { readonly type: 'workspace.removed'; readonly id: string }
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
  /** A person answered a waiting step. */
  | {
      readonly type: 'step.answered';
      readonly step: string;
      readonly by: string;
      readonly approved: boolean;
      readonly message: string;
      readonly fields: { readonly [name: string]: Json };
    }
  /** An attempt at the step begins. Written before its process exists. */
  | {
      readonly type: 'step.attempt-started';
      readonly step: string;
      /** Counts from 1 for each step. */
      readonly attempt: number;
      /** Counts from 1 over the whole run; names the attempt's files. */
      readonly attemptNo: number;
    }
  /** An attempt has to end before it would by itself. */
  | {
      readonly type: 'step.stop-requested';
      readonly step: string;
      readonly attempt: number;
      readonly reason: StopReason;
    }
  /** An attempt ended without success. `step.retry-scheduled`, `step.failed` or `step.cancelled` follows. */
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
  /** The step succeeded; final. `attempt` is 0 for groups, loops and answered steps. */
  | {
      readonly type: 'step.succeeded';
      readonly step: string;
      readonly attempt: number;
      readonly exitCode: number | null;
      readonly durationMs: number;
      readonly outputs: { readonly [name: string]: string };
    }
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

/** Which workspace a run has. */
export interface WorkspaceIdentity {
  readonly id: string;
  /** Absolute path. */
  readonly path: string;
  /** `none`: the run works in the checkout itself. */
  readonly provider: 'jj' | 'git' | 'copy' | 'none';
  /** Absolute path of the repository or folder it was made from. */
  readonly from: string;
  /** The commit or change it was made from, where there is one. */
  readonly base: string | null;
  /** Why this provider was chosen, one sentence. */
  readonly why: string;
}

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
