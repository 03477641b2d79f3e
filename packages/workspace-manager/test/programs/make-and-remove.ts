// Makes a workspace, removes it without waiting until its tree is deleted, and ends at once: `make-and-remove.ts OPTIONS` with
// the options as JSON.

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import type { WorkspaceRequest } from '@workflow-platform/workspace-manager';

const { root, request } = JSON.parse(process.argv[2] ?? '') as { readonly root: string; readonly request: WorkspaceRequest };
const manager = createWorkspaceManager({ root, acquireLock, deletionWaitMs: 0 });
const { workspace } = await manager.ensure(request);
await manager.remove(workspace);
process.exit();
