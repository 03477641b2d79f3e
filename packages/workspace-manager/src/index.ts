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
export { agentPlaces, makeStateFolder } from './agent/agent-places.ts';
export { changeMetadata, readMetadata } from './agent/metadata.ts';
export { updateTools } from './agent/tool-copy.ts';
