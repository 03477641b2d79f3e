// `workflow run [WORKFLOW]`: plans a workflow and drives the run.
// Not here: each of these (prepare-plan.ts, run-on-screen.ts).

import { dirname, relative } from 'node:path';
import { readPlan } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { findRepositoryRoot, type LoadedWorkflow } from '@workflow-platform/source';
import { checkWorkspaceId } from '@workflow-platform/workspace-manager';
import type { RunFlags } from '../arguments/run.ts';
import { breakPointsOf } from '../break-points.ts';
import type { CliContext } from '../context.ts';
import { defaultWorkspaceId, makeRunId, withState } from '../drive-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { preparePlan, secretsOf } from '../prepare-plan.ts';
import { requireTerminals } from '../require-terminals.ts';
import { checkPlanRequirements } from '../requirements.ts';
import { runOnScreen } from '../run-on-screen.ts';
import { startAtOf } from '../start-at.ts';
import { whoAmI } from '../who-am-i.ts';

/** Runs a workflow; the exit code tells how it went. */
export async function run(context: CliContext, flags: RunFlags, reference?: string): Promise<void> {
  if (flags.workspaceId !== undefined) checkWorkspaceId(flags.workspaceId);
  checkDryRun(flags);
  if (flags.dryRun) {
    const { dryRun } = await import('../dry-run/dry-run.ts');
    return dryRun(context, flags, reference);
  }
  const request = await prepare(context, flags, reference ?? null);
  await withState(context, async (state) => {
    state.history.savePlan(request.runId, JSON.stringify(request.plan));
    await runOnScreen(context, state, request, { json: flags.json, past: [] });
  });
}

/** Flags that mean nothing without one another are no flags to pass over. */
function checkDryRun({
  dryRun,
  stubs,
  stubsInit,
  golden,
  updateGolden,
  noCache,
  noWait,
  startAt,
  breakBefore = [],
  breakOnFailure,
}: RunFlags): void {
  const complain = (message: string, hint: string): never => {
    throw new UserError('wrong-usage', message, { hint, exitCode: exitCodes.usage });
  };
  const first = Object.entries({ '--stubs': stubs, '--stubs-init': stubsInit, '--golden': golden }).find(([, value]) => value);
  if (first !== undefined && !dryRun) complain(`${first[0]} is for dry runs`, 'add `--dry-run`');
  if (golden !== undefined && (stubs === undefined || stubsInit)) complain('--golden needs a trace', 'give `--stubs FILE`');
  if (updateGolden && golden === undefined) complain('--update-golden needs a file', 'give `--golden FILE`');
  if (dryRun && noCache) complain('--no-cache is not for dry runs', 'nothing is taken from the cache there');
  if (dryRun && startAt !== undefined && stubs === undefined)
    complain('--start-at needs stubs in a dry run', 'without `--stubs FILE` the plan is shown, wherever a run would start');
  if (dryRun && (breakBefore.length > 0 || breakOnFailure))
    complain('break points are not for dry runs', 'nothing is done there that could be stopped');
  if (dryRun && noWait) complain('--no-wait is not for dry runs', 'stubs say what people answer there');
}

/** Returns what the run is driven with. The file as it was read is left behind here, as the run may go on for days. */
async function prepare(context: CliContext, flags: RunFlags, reference: string | null) {
  const { plan, loaded, installed, parameters } = await preparePlan(context, reference, flags);
  await checkPlanRequirements(context, plan);
  await requireTerminals(context, plan, !flags.noInteractive);
  const runId = makeRunId();
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
    ...breakPointsOf(flags, plan),
    ...startAtOf(flags, plan),
  } as const;
  return {
    runId,
    // As a resume reads it.
    plan: readPlan(JSON.stringify(plan)),
    start: { kind: 'new', created },
    from: startingFolder(context.cwd, loaded),
    workspaceId: flags.workspaceId ?? defaultWorkspaceId(plan.workflow.id, runId),
    secrets: secretsOf(parameters),
    installed,
    readsCache: !flags.noCache,
    leavesToPeople: flags.noWait,
    isInteractive: !flags.noInteractive,
  } as const;
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
