// What a run host needs from the world, as interfaces: the journal, the workspaces, the artifacts, the clock, chance. The
// command line and the daemon wire the real ones in; tests wire fakes or the real ones too.
// Not here: any implementation.

import type {
  CachedBlob,
  CacheEntry,
  EventEnvelope,
  ReadinessEvent,
  SavedWork,
  WorkspaceIdentity,
  WorkspaceProgress,
} from '@workflow-platform/events';

/** Keeps the events of runs. */
export interface JournalPort {
  /** Appends in one transaction, durable when it returns. Throws a UserError when it cannot; then nothing was appended. */
  append(envelopes: readonly EventEnvelope[]): void;
  /** Returns all events of a run in order. */
  readEvents(runId: string, afterSeq?: number): readonly EventEnvelope[];
}

export interface WorkspaceRequest {
  readonly runId: string;
  /** Id of the run's workflow, for lists. */
  readonly workflow?: string;
  /** The step that has it for itself, if any. */
  readonly step?: string;
  /** Name of the workspace; by default derived from the run. */
  readonly id: string;
  /** Absolute path: any folder inside the repository or folder to start from. */
  readonly from: string;
  readonly provider: 'auto' | 'jj' | 'git' | 'copy' | 'none';
  /** Revision, or null for the head. */
  readonly base: string | null;
  /** Globs of ignored files to bring along. */
  readonly include: readonly string[];
  /** Ends the making of it, not the use of one that is there: rejects with a UserError `workspace-cancelled` when nothing of it is left. */
  readonly signal?: AbortSignal;
  /** Told how far the making has got, when it takes more than a moment. */
  readonly onProgress?: (progress: WorkspaceProgress) => void;
  /** How it is made ready before anything runs in it. */
  readonly ready: {
    /** Script for `sh`, its values, and the file for what it writes. */
    readonly setup: {
      readonly script: string;
      readonly env: { readonly [name: string]: string };
      /** Absolute path outside of the workspace. */
      readonly logFile: string;
    } | null;
    readonly setupKey: readonly string[];
    readonly direnv: 'auto' | 'require' | 'off';
  };
}

/** What was given. */
export interface GivenWorkspace {
  readonly workspace: WorkspaceIdentity;
  readonly reused: boolean;
  /** Kept work of the run that a new one began with. */
  readonly restored?: SavedWork;
  /** For what runs in it, over the environment that all steps start from; null takes a variable away. May hold secrets. */
  readonly env: { readonly [name: string]: string | null };
  /** What was done to make it ready, in order. */
  readonly prepared: readonly ReadinessEvent[];
}

/** Gives runs their workspaces. */
export interface WorkspacePort {
  /** Makes the workspace or finds it again; safe to call again for the same run after a crash. Holds it for this process until released. */
  ensure(request: WorkspaceRequest): Promise<GivenWorkspace>;
  /** Told that a step which worked there has ended, so that version control can tell what it did. Returns warnings, a sentence each. */
  snapshot(
    workspace: WorkspaceIdentity,
    step: { readonly runId: string; readonly step: string; readonly workflow: string },
  ): Promise<readonly string[]>;
  /** Lets go of it and notes how that ended who had it; the folder stays. */
  release(workspace: WorkspaceIdentity, status: 'done' | 'error' | 'cancelled'): Promise<void>;
  /** Removes it and tells where its work is kept. Refuses (UserError) what is not ours. Not for provider `none`. */
  remove(workspace: WorkspaceIdentity, status: 'done' | 'error' | 'cancelled'): Promise<SavedWork | null>;
}

/** Keeps artifacts by the digest of their content. */
export interface BlobPort {
  /** Copies a file in; the same content is kept once. */
  put(path: string): Promise<{ readonly digest: string; readonly sizeBytes: number }>;
}

/** What the runs of this machine tell each other of quotas that are used up. */
export interface QuotaPort {
  /** Returns what was said last of a token: by which run, and before which time there is none. */
  look(token: string): { readonly untilMs: number; readonly runId: string } | null;
  tell(token: string, notice: { readonly untilMs: number; readonly runId: string }): void;
  /** Asks to be the one that tries, while the others wait until then. False when another run was faster. */
  claim(token: string, notice: { readonly untilMs: number; readonly runId: string }, nowMs: number): boolean;
  forget(token: string): void;
}

/** A folder for results that are being kept or taken. */
export interface IncomingWork {
  readonly folder: string;
  /** In the names of files that lie elsewhere for a moment. */
  readonly nonce: string;
  /** Notes such a file before it is made, so that it goes even if this process is killed. */
  noteElsewhere(path: string): void;
  /** Removes the folder. */
  close(): void;
}

/** A step of any run of a workflow, without items and turns. */
export interface CachedStep {
  readonly workflow: string;
  readonly step: string;
}

/** Keeps results of cached steps. All of it may throw what the disk says. */
export interface StepCachePort {
  /** Returns a digest that only this machine can make, lower-case hex. */
  digest(text: string): string;
  /** Reads a regular file. */
  look(path: string): Promise<CachedBlob & { readonly mode: number }>;
  /** Returns the entry of a key. A damaged one is removed. */
  find(key: string): CacheEntry | 'none' | 'damaged';
  /** Returns the entries that a step has made or taken. */
  entriesOf(step: CachedStep): readonly CacheEntry[];
  /** Notes that a step takes an entry. */
  noteUse(entry: CacheEntry, step: CachedStep, nowMs: number): void;
  /** Removes an entry. */
  drop(key: string): void;
  /** Begins a piece of work. */
  open(): IncomingWork;
  /** Copies a content to a new file; false when it is gone or damaged. */
  take(blob: CachedBlob, path: string, mode: number): Promise<boolean>;
  /** Copies a file in, unless one of the texts is in it. */
  keep(
    path: string,
    work: IncomingWork,
    wanted: readonly Buffer[],
  ): Promise<CachedBlob & { readonly mode: number; readonly isFound: boolean }>;
  keepText(text: string, work: IncomingWork): CachedBlob;
  /** Returns a text that was kept; null when it is gone or damaged. */
  textOf(blob: CachedBlob): string | null;
  /** Gives an entry its name; all it holds is kept by now. */
  save(entry: CacheEntry, work: IncomingWork): void;
}

export interface ClockPort {
  nowMs(): number;
  /** Calls back at or soon after that time; returns a function that calls it off. */
  at(atMs: number, callback: () => void): () => void;
}

export interface HostPorts {
  readonly journal: JournalPort;
  readonly workspaces: WorkspacePort;
  readonly blobs: BlobPort;
  readonly stepCache: StepCachePort;
  readonly clock: ClockPort;
  /** Without it each run finds out by itself. */
  readonly quotas?: QuotaPort;
  /** Uniform in [0, 1). */
  chance(): number;
  /** Told of events once they are durable, in order. */
  onEvents(envelopes: readonly EventEnvelope[]): void;
  /** Told how far the making of a workspace has got: the run's (`step` is null), or that of one step. */
  onWorkspaceProgress?(progress: WorkspaceProgress & { readonly step: string | null }): void;
}
