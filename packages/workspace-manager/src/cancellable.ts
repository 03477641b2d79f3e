// Programs that fill or prepare a workspace, as the request for it allows: a cancel ends them, and none is started after it.

import { runWorker } from './run-process.ts';
import type { Run } from './run-process.ts';
import { cancelledWorkspace } from './workspace-errors.ts';
import type { WorkspaceRequest } from './workspace-port.ts';

/** Returns what runs programs for a request; `note` puts the process id of each on the disk before it begins. Rejects with `workspace-cancelled`. */
export function cancellable(request: WorkspaceRequest, note: (worker: number) => void): Run {
  return async (process) => {
    refuseCancelled(request);
    const result = await runWorker(process, note, request.signal);
    refuseCancelled(request);
    return result;
  };
}

/** Throws when the making was called off. */
export function refuseCancelled({ id, signal }: WorkspaceRequest): void {
  if (signal?.aborted === true) throw cancelledWorkspace(id);
}
