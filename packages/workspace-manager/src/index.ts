// Gives a run its workspace and takes it away.

export type {
  AcquireLock,
  Checkpoint,
  EnsuredWorkspace,
  HeldLock,
  ReadyRequest,
  SetupRequest,
  Variables,
  WorkspaceManager,
  WorkspaceManagerOptions,
  WorkspaceRequest,
} from './workspace-port.ts';
export { createWorkspaceManager } from './workspace-manager.ts';
export { checkWorkspaceId } from './workspace-id.ts';
export { namespaceOf, workspacesRoot } from './workspace-paths.ts';

export { findAllHomes } from './home/all-homes.ts';
export type { FoundHome } from './home/all-homes.ts';
export { findWorkspaceHome } from './home/workspace-home.ts';
export type { WorkspaceHome, WorkspaceWorld } from './home/workspace-home.ts';
export { findRow, listAll } from './home/list-all.ts';
export type { WorkspaceRow, WorkspaceState } from './home/list-all.ts';
export { measureWorkspaces } from './home/measure-workspaces.ts';
export type { WorkspaceMeasures } from './home/measure-workspaces.ts';
export { rowData } from './home/row-data.ts';
export { removeSetup, unusedSetups } from './home/unused-setups.ts';
export type { UnusedSetup } from './home/unused-setups.ts';
export { showWorkspace } from './home/show-workspace.ts';
export { decideClean } from './home/decide-clean.ts';
export type { CleanCriteria, CleanDecision } from './home/decide-clean.ts';
export { cleanWorkspace, discardKept, reasonOf } from './home/clean-workspaces.ts';
export type { Cleaned } from './home/clean-workspaces.ts';

export { findStepWork } from './work/find-step-work.ts';
export { findWork, savedWork } from './work/find-work.ts';
export { noteApplied, publishWork } from './work/publish-work.ts';
export type { FoundWork } from './work/find-work.ts';
export { diffWork } from './work/diff-work.ts';
export type { ChangedFile, DiffOptions, WorkDiff } from './work/diff-work.ts';
export { applyWork } from './work/apply-work.ts';
export type { ApplyOutcome } from './work/apply-work.ts';
export type { Work } from './work/work.ts';

export { findAgentHome } from './agent/agent-home.ts';
export type { AgentHome } from './agent/agent-home.ts';
export type { Metadata } from './agent/metadata.ts';
export type { NotedEvent } from './agent/event-log.ts';
export { openShell } from './agent/open-shell.ts';
export { runInWorkspace } from './agent/run-in-workspace.ts';
export type { AgentRunRequest } from './agent/run-in-workspace.ts';
export { cleanup, ensureWorkspace, updateStatus } from './agent/workspace-api.ts';
export type { AgentWorkspace, AgentWorkspaceRequest } from './agent/workspace-api.ts';
export type { DirenvPolicy } from './agent/prepare-workspace.ts';
export { syncTools } from './agent/sync-tools.ts';
