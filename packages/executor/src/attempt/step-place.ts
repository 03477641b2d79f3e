// Finds the folder that a step works in: the run's workspace, a folder in it, or a workspace of the step's own.
// Not here: the run's workspace itself (effects of run-host.ts).

import { statSync } from 'node:fs';
import type { WorkspaceIdentity } from '@workflow-platform/events';
import { existingInside } from '../inside.ts';
import type { GivenWorkspace } from '../ports.ts';
import { asItIs, readyRequest } from '../ready-request.ts';
import { attemptFiles } from './attempt-files.ts';
import { AttemptProblem } from './attempt-problem.ts';
import type { AttemptEffect } from './running-attempt.ts';
import type { AttemptWorld } from './world.ts';

/** Where an attempt runs. */
export interface StepPlace {
  /** Current directory. */
  readonly cwd: string;
  /** What `workspace.id` and `workspace.path` mean to the step. */
  readonly workspace: { readonly id: string; readonly path: string };
  /** What the workspace adds to the environment. */
  readonly env: GivenWorkspace['env'];
  /** The whole workspace that holds it. */
  readonly identity: WorkspaceIdentity;
  /** Gives the place back once the attempt is over, and says whether it stays; null when there is nothing to give back. */
  readonly leave: ((hasSucceeded: boolean) => Promise<{ readonly isKept: boolean }>) | null;
}

/** How the workspace of one attempt is asked for. */
export interface PlaceRequest {
  /** Something is to run there, which needs it ready; or it is only looked at and given back. */
  readonly use: 'run' | 'look';
  /** Calls the making of it off. */
  readonly signal: AbortSignal | null;
}

/** Returns the place inside the run's workspace that `inherit` or a path means. */
export function sharedPlace({ workspace, workspaceEnv: env }: AttemptWorld, wanted: string): StepPlace {
  const { id, path } = workspace;
  if (wanted === 'inherit') return { cwd: path, workspace: { id, path }, env, identity: workspace, leave: null };
  const cwd = existingInside(path, wanted);
  if (cwd === null || !statSync(cwd).isDirectory()) {
    throw new AttemptProblem({
      kind: 'spawn',
      message: `the step's workspace \`${wanted}\` is no folder inside the run's workspace ${path}`,
    });
  }
  return { cwd, workspace: { id, path }, env, identity: workspace, leave: null };
}

/** Makes a workspace for one attempt, from the same revision as the run's, or finds it again. */
export async function ephemeralPlace(
  world: AttemptWorld,
  { step, attempt, attemptNo }: Pick<AttemptEffect, 'step' | 'attempt' | 'attemptNo'>,
  { use, signal }: PlaceRequest,
): Promise<StepPlace> {
  const { workspace: ofRun, workspaces, plan } = world;
  const id = `${ofRun.id}-${step.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60)}-${attempt}`;
  const { workspace, env, prepared } = await workspaces.ensure({
    runId: world.runId,
    workflow: plan.workflow.id,
    step,
    id,
    from: world.from,
    provider: plan.workspace.provider === 'none' ? 'auto' : plan.workspace.provider,
    base: ofRun.base ?? plan.workspace.base,
    include: plan.workspace.include,
    ready: use === 'look' ? asItIs : readyRequest(plan, attemptFiles(world.runFolder, attemptNo).setupLog),
    ...(signal === null ? {} : { signal }),
    onProgress: (progress) => world.onWorkspaceProgress(step, progress),
  });
  world.record(prepared);
  const { keep } = plan.workspace;
  return {
    cwd: workspace.path,
    workspace: { id: workspace.id, path: workspace.path },
    env,
    identity: workspace,
    leave: async (hasSucceeded) => {
      const isKept = workspace.provider === 'none' || keep === 'always' || (keep === 'on-failure' && !hasSucceeded);
      const status = hasSucceeded ? 'done' : 'error';
      await (isKept ? workspaces.release(workspace, status) : workspaces.remove(workspace, status));
      return { isKept };
    },
  };
}
