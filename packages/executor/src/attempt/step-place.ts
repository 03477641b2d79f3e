// Finds the folder that a step works in: the run's workspace, a folder in it, or a workspace of the step's own.
// Not here: the run's workspace itself (effects of run-host.ts).

import { statSync } from 'node:fs';
import type { WorkspaceIdentity } from '@workflow-platform/events';
import { existingInside } from '../inside.ts';
import { AttemptProblem } from './attempt-problem.ts';
import type { AttemptWorld } from './world.ts';

/** Where an attempt runs. */
export interface StepPlace {
  /** Current directory. */
  readonly cwd: string;
  /** What `workspace.id` and `workspace.path` mean to the step. */
  readonly workspace: { readonly id: string; readonly path: string };
  /** The whole workspace that holds it. */
  readonly identity: WorkspaceIdentity;
  /** Gives the place back once the attempt is over, and says whether it stays; null when there is nothing to give back. */
  readonly leave: ((hasSucceeded: boolean) => Promise<{ readonly isKept: boolean }>) | null;
}

/** Returns the place inside the run's workspace that `inherit` or a path means. */
export function sharedPlace(workspace: WorkspaceIdentity, wanted: string): StepPlace {
  const { id, path } = workspace;
  if (wanted === 'inherit') return { cwd: path, workspace: { id, path }, identity: workspace, leave: null };
  const cwd = existingInside(path, wanted);
  if (cwd === null || !statSync(cwd).isDirectory()) {
    throw new AttemptProblem({
      kind: 'spawn',
      message: `the step's workspace \`${wanted}\` is no folder inside the run's workspace ${path}`,
    });
  }
  return { cwd, workspace: { id, path }, identity: workspace, leave: null };
}

/** Makes a workspace for one attempt, from the same revision as the run's. */
export async function ephemeralPlace(world: AttemptWorld, step: string, attempt: number): Promise<StepPlace> {
  const { workspace: ofRun, workspaces, plan } = world;
  const id = `${ofRun.id}-${step.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60)}-${attempt}`;
  const { workspace } = await workspaces.ensure({
    runId: world.runId,
    id,
    from: world.from,
    provider: plan.workspace.provider === 'none' ? 'auto' : plan.workspace.provider,
    base: ofRun.base ?? plan.workspace.base,
    include: plan.workspace.include,
  });
  const { keep } = plan.workspace;
  return {
    cwd: workspace.path,
    workspace: { id: workspace.id, path: workspace.path },
    identity: workspace,
    leave: async (hasSucceeded) => {
      const isKept = workspace.provider === 'none' || keep === 'always' || (keep === 'on-failure' && !hasSucceeded);
      await (isKept ? workspaces.release(workspace) : workspaces.remove(workspace));
      return { isKept };
    },
  };
}
