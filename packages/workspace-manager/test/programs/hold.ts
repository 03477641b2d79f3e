// Has a workspace until its stdin ends, then releases or removes it: `hold.ts OPTIONS` with the options as JSON. Prints what it got.

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import type { WorkspaceRequest } from '@workflow-platform/workspace-manager';

export interface HoldOptions {
  readonly root: string;
  readonly request: WorkspaceRequest;
  readonly removes: boolean;
}

const { root, request, removes } = JSON.parse(process.argv[2] ?? '') as HoldOptions;
const manager = createWorkspaceManager({ root, acquireLock });
try {
  const { workspace, reused } = await manager.ensure(request);
  process.stdout.write(`${JSON.stringify({ reused })}\n`);
  for await (const _ of process.stdin) continue;
  await (removes ? manager.remove(workspace) : manager.release(workspace, 'done'));
} catch (cause) {
  process.stdout.write(`${JSON.stringify({ refused: (cause as { code: string }).code, message: String(cause) })}\n`);
}
