// What the workspace manager is asked, what it answers, and what it needs from the world.
// Not here: doing it (workspace-manager.ts).

import type { WorkspaceIdentity } from '@workflow-platform/events';

/** What is asked for. */
export interface WorkspaceRequest {
  readonly runId: string;
  readonly id: string;
  /** Absolute path: any folder inside the repository or folder to start from. */
  readonly from: string;
  readonly provider: 'auto' | 'jj' | 'git' | 'copy' | 'none';
  /** Revision, or null for the head. */
  readonly base: string | null;
  /** Globs of ignored files to bring along. */
  readonly include: readonly string[];
}

/** What was given. */
export interface EnsuredWorkspace {
  readonly workspace: WorkspaceIdentity;
  readonly reused: boolean;
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
  /** Lets go of it; the folder stays. */
  release(workspace: WorkspaceIdentity): Promise<void>;
  /** Removes it. Refuses what is not ours; does nothing when it is gone already. Not for provider `none`. */
  remove(workspace: WorkspaceIdentity): Promise<void>;
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
  | 'tree-built'
  | 'tree-named'
  | 'ready-recorded'
  | 'removing-recorded'
  | 'tree-moved'
  | 'deregistered'
  | 'tree-deleted';

/** How the manager reaches the world. */
export interface WorkspaceManagerOptions {
  /** Folder of all workspaces; made when it is missing. */
  readonly root: string;
  readonly acquireLock: AcquireLock;
  readonly nowMs?: () => number;
  /** Called at each stage: tests of crashes end the process there. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}
