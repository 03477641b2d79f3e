// `workflow run [WORKFLOW]`: plans a workflow and drives the run.
// Not here: each of these (prepare-plan.ts, run-on-screen.ts).

import { dirname, relative } from 'node:path';
import { findRepositoryRoot, type LoadedWorkflow } from '@workflow-platform/source';
import { checkWorkspaceId } from '@workflow-platform/workspace-manager';
import type { RunFlags } from '../arguments/run.ts';
import type { CliContext } from '../context.ts';
import { defaultWorkspaceId, makeRunId, whoAmI, withState } from '../drive-run.ts';
import { preparePlan, secretsOf } from '../prepare-plan.ts';
import { checkPlanRequirements } from '../requirements.ts';
import { runOnScreen } from '../run-on-screen.ts';

/** Runs a workflow; the exit code tells how it went. */
export async function run(context: CliContext, flags: RunFlags, reference?: string): Promise<void> {
  if (flags.workspaceId !== undefined) checkWorkspaceId(flags.workspaceId);
  const { plan, loaded, installed, parameters } = await preparePlan(context, reference ?? null, flags);
  await checkPlanRequirements(context, plan);
  await withState(context, async (state) => {
    const runId = makeRunId();
    state.history.savePlan(runId, JSON.stringify(plan));
    const created = {
      type: 'run.created',
      workflow: { id: plan.workflow.id, version: plan.workflow.version, name: plan.workflow.name },
      source: loaded.source,
      fileDigest: plan.workflow.fileDigest,
      planDigest: plan.digest,
      params: plan.parameters,
      by: whoAmI(context),
      parent: null,
      workspaceId: flags.workspaceId ?? null,
    } as const;
    const request = {
      runId,
      plan,
      start: { kind: 'new', created },
      from: startingFolder(context.cwd, loaded),
      workspaceId: flags.workspaceId ?? defaultWorkspaceId(plan.workflow.id, runId),
      secrets: secretsOf(parameters),
      installed,
    } as const;
    await runOnScreen(context, state, request, { json: flags.json, past: [] });
  });
}

/**
 * Returns the folder that the workspace is made from: where the user stands, unless that is in no repository and the file is
 * in one, or in a folder elsewhere.
 */
export function startingFolder(cwd: string, { source, folder }: LoadedWorkflow): string {
  if (folder === null || findRepositoryRoot(cwd) !== null) return cwd;
  const repository = findRepositoryRoot(folder);
  if (repository !== null) return repository;
  return relative(cwd, source).startsWith('..') ? dirname(source) : cwd;
}
