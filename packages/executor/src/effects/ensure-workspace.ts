// Asks for the run's workspace, as the plan has it.

import { join } from 'node:path';
import type { GivenWorkspace } from '../ports.ts';
import { readyRequest } from '../ready-request.ts';
import type { RunOptions } from '../run-options.ts';

/** How it is asked for. */
export interface EnsureRequest {
  /** Calls off what takes time: its making, its set-up. */
  readonly signal: AbortSignal;
  /** Its set-up is done, where there is any to do. */
  readonly setsUp: boolean;
}

/** Makes it or finds it again. */
export function ensureWorkspace(options: RunOptions, { signal, setsUp }: EnsureRequest): Promise<GivenWorkspace> {
  const { runId, plan, paths, ports, workspaceId } = options;
  const { provider, base, include } = plan.workspace;
  const ready = readyRequest(plan, join(paths.runFolder, 'setup.log'));
  return ports.workspaces.ensure({
    runId,
    workflow: plan.workflow.id,
    id: workspaceId,
    from: paths.from,
    provider,
    base,
    include,
    ready: setsUp ? ready : { ...ready, setup: null },
    signal,
    onProgress: (progress) => ports.onWorkspaceProgress?.({ ...progress, step: null }),
  });
}
