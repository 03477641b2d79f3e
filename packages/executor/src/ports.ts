// What a run host needs from the world, as interfaces: the journal, the workspaces, the artifacts, the clock, chance. The
// command line and the daemon wire the real ones in; tests wire fakes or the real ones too.
// Not here: any implementation.

import type { EventEnvelope, WorkspaceIdentity } from '@workflow-platform/events';

/** Keeps the events of runs. */
export interface JournalPort {
  /** Appends in one transaction, durable when it returns. Throws a UserError when it cannot; then nothing was appended. */
  append(envelopes: readonly EventEnvelope[]): void;
  /** Returns all events of a run in order. */
  readEvents(runId: string, afterSeq?: number): readonly EventEnvelope[];
}

export interface WorkspaceRequest {
  readonly runId: string;
  /** Name of the workspace; by default derived from the run. */
  readonly id: string;
  /** Absolute path: any folder inside the repository or folder to start from. */
  readonly from: string;
  readonly provider: 'auto' | 'jj' | 'git' | 'copy' | 'none';
  /** Revision, or null for the head. */
  readonly base: string | null;
  /** Globs of ignored files to bring along. */
  readonly include: readonly string[];
}

/** Gives runs their workspaces. */
export interface WorkspacePort {
  /** Makes the workspace or finds it again; safe to call again for the same run after a crash. Holds it for this process until released. */
  ensure(request: WorkspaceRequest): Promise<{ readonly workspace: WorkspaceIdentity; readonly reused: boolean }>;
  /** Told that a step which worked there has ended, so that version control can tell what it did. Returns warnings, a sentence each. */
  snapshot(
    workspace: WorkspaceIdentity,
    step: { readonly runId: string; readonly step: string; readonly workflow: string },
  ): Promise<readonly string[]>;
  /** Lets go of it; the folder stays. */
  release(workspace: WorkspaceIdentity): Promise<void>;
  /** Removes it. Refuses (UserError) what is not ours. Not for provider `none`. */
  remove(workspace: WorkspaceIdentity): Promise<void>;
}

/** Keeps artifacts by the digest of their content. */
export interface BlobPort {
  /** Copies a file in; the same content is kept once. */
  put(path: string): Promise<{ readonly digest: string; readonly sizeBytes: number }>;
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
  readonly clock: ClockPort;
  /** Uniform in [0, 1). */
  chance(): number;
  /** Told of events once they are durable, in order. */
  onEvents(envelopes: readonly EventEnvelope[]): void;
}
