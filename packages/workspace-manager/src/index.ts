// Gives a run its workspace and takes it away.

export type {
  AcquireLock,
  Checkpoint,
  EnsuredWorkspace,
  HeldLock,
  WorkspaceManager,
  WorkspaceManagerOptions,
  WorkspaceRequest,
} from './workspace-port.ts';
export { createWorkspaceManager } from './workspace-manager.ts';
export { checkWorkspaceId } from './workspace-id.ts';
export { namespaceOf, workspacesRoot } from './workspace-paths.ts';
export { findAgentHome } from './agent/agent-home.ts';
export type { AgentHome, AgentWorld } from './agent/agent-home.ts';
export { cleanWorkspace } from './agent/clean-workspace.ts';
export { listWorkspaces, showWorkspace } from './agent/list-workspaces.ts';
export type { AgentWorkspaceRow } from './agent/list-workspaces.ts';
export type { Metadata } from './agent/metadata.ts';
export { openShell } from './agent/open-shell.ts';
export { runInWorkspace } from './agent/run-in-workspace.ts';
export type { AgentRunRequest } from './agent/run-in-workspace.ts';
export { syncTools } from './agent/sync-tools.ts';
