// What the workspace manager is asked, what it answers, and what it needs from the world.
// Not here: doing it (workspace-manager.ts).

import type { ReadinessEvent, SavedWork, WorkspaceIdentity, WorkspaceProgress } from '@workflow-platform/events';

import type { WorkspaceStatus } from './record.ts';

/** What is asked for. */
export interface WorkspaceRequest {
  readonly runId: string;
  /** Id of the run's workflow, for lists. */
  readonly workflow?: string;
  /** The step that has it for itself, if any. */
  readonly step?: string;
  readonly id: string;
  /** Absolute path: any folder inside the repository or folder to start from. */
  readonly from: string;
  readonly provider: 'auto' | 'jj' | 'git' | 'copy' | 'none';
  /** Revision, or null for the head. */
  readonly base: string | null;
  /** Globs of ignored files to bring along. */
  readonly include: readonly string[];
  /** How it is made ready; by default without a set-up, and with direnv as `auto`. */
  readonly ready?: ReadyRequest;
  /** Ends the making: what was begun is taken back, and the answer is a UserError `workspace-cancelled`. Takes nothing away from who already has a workspace. */
  readonly signal?: AbortSignal;
  /** Told how far the making has got, after a second and then once a second at most. */
  readonly onProgress?: (progress: WorkspaceProgress) => void;
}

/** How a workspace is made ready before it is given out. */
export interface ReadyRequest {
  readonly setup: SetupRequest | null;
  /** Paths in the workspace; while their content is the same, what `setup` made is used again. None: never. */
  readonly setupKey: readonly string[];
  /** Whether its `.envrc` is loaded: when the same file is allowed in the checkout, or else it is an error, or never. */
  readonly direnv: 'auto' | 'require' | 'off';
}

/** A script that prepares a new workspace. */
export interface SetupRequest {
  /** For `sh`. */
  readonly script: string;
  readonly env: { readonly [name: string]: string };
  /** Absolute path of the file that takes what it writes: outside of the workspace, so that it outlives a failure. */
  readonly logFile: string;
}

/** Environment variables; null takes one away. */
export type Variables = { readonly [name: string]: string | null };

/** What was given. */
export interface EnsuredWorkspace {
  readonly workspace: WorkspaceIdentity;
  readonly reused: boolean;
  /** Kept work of the same run that a new one began with. */
  readonly restored?: SavedWork;
  /** For what runs in it, over the environment of whoever asked. May hold secrets. */
  readonly env: Variables;
  /** What was done to make it ready, in order. */
  readonly prepared: readonly ReadinessEvent[];
  /** What the user should know, a sentence each. */
  readonly warnings: readonly string[];
}

/** A step that has ended. */
export interface EndedStep {
  readonly runId: string;
  readonly step: string;
  /** Id of the workflow. */
  readonly workflow: string;
}

/** Gives runs their workspaces. */
export interface WorkspaceManager {
  /** Makes the workspace or finds it again; safe to call again for the same run. Holds it for this process until released. */
  ensure(request: WorkspaceRequest): Promise<EnsuredWorkspace>;
  /** Told that a step which worked there has ended: a Jujutsu workspace gives it a change of its own. Returns warnings, a sentence each. */
  snapshot(workspace: WorkspaceIdentity, step: EndedStep): Promise<readonly string[]>;
  /** Lets go of it and notes how that ended who had it; the folder stays. */
  release(workspace: WorkspaceIdentity, status: WorkspaceStatus): Promise<void>;
  /**
   * Removes it, and tells where its work is kept. Refuses what is not ours, and a workspace whose work cannot be kept; does
   * nothing when it is gone already. Not for provider `none`.
   */
  remove(workspace: WorkspaceIdentity, status?: WorkspaceStatus): Promise<SavedWork | null>;
}

/** A lock that is held. `forget` removes its files while it still is. */
export interface HeldLock {
  release(options?: { readonly forget?: boolean }): void;
}

/** Takes a lock between processes that dies with its holder, or says who has it. */
export type AcquireLock = (path: string, options: { readonly owner: string }) => HeldLock | { readonly heldBy: string };

/** Stages of making and removing, each on the disk when it is reached. */
export type Checkpoint =
  | 'creating-recorded'
  | 'folder-made'
  | 'work-restored'
  | 'tree-built'
  | 'tree-named'
  | 'direnv-allowed'
  | 'setup-run'
  | 'setup-copied'
  | 'made-ready'
  | 'ready-recorded'
  | 'removing-recorded'
  | 'tree-moved'
  | 'work-kept'
  | 'work-replaced'
  | 'deregistered'
  | 'gone-recorded'
  | 'tree-deleted';

/** How the manager reaches the world. */
export interface WorkspaceManagerOptions {
  /** Folder of all workspaces; made when it is missing. */
  readonly root: string;
  readonly acquireLock: AcquireLock;
  /** What steps start from: `.envrc` and `setup` run in it. By default that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly nowMs?: () => number;
  /** How long a removal waits until the tree is deleted, which goes on in the background. Default 1 s. */
  readonly deletionWaitMs?: number;
  /** Called at each stage: tests of crashes end the process there. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}
