// Makes a workspace, says so as JSON on a line, and keeps it until stdin ends: `ensure.ts OPTIONS` with the options as JSON.

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import type { WorkspaceRequest } from '@workflow-platform/workspace-manager';

export interface Ensure {
  readonly root: string;
  readonly request: WorkspaceRequest;
}

const { root, request } = JSON.parse(process.argv[2] ?? '') as Ensure;
const given = await createWorkspaceManager({ root, acquireLock }).ensure(request);
process.stdout.write(`${JSON.stringify(given)}\n`);
process.stdin.resume();
