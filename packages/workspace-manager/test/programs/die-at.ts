// Makes (and perhaps removes) a workspace and dies at a stage of it: `die-at.ts OPTIONS` with the options as JSON.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import type { Checkpoint, WorkspaceRequest } from '@workflow-platform/workspace-manager';

export interface DieAt {
  readonly root: string;
  readonly checkpoint: Checkpoint;
  readonly request: WorkspaceRequest;
  readonly removes: boolean;
  /** A file that is written into the workspace before it is removed. */
  readonly writes?: string;
}

const { root, checkpoint, request, removes, writes } = JSON.parse(process.argv[2] ?? '') as DieAt;
let isArmed = !removes;
const manager = createWorkspaceManager({
  root,
  acquireLock,
  onCheckpoint: (reached) => {
    if (isArmed && reached === checkpoint) process.kill(process.pid, 'SIGKILL');
  },
});
const { workspace } = await manager.ensure(request);
isArmed = true;
if (writes !== undefined) writeFileSync(join(workspace.path, writes), 'by a step');
if (removes) await manager.remove(workspace);
