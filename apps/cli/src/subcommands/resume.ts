// `workflow resume RUN`: goes on with a run that did not succeed, with the plan it started with.
// Not here: what is done again (scheduler), driving (run-on-screen.ts).

import { locateDiagnostics, resolveParameters, type Plan } from '@workflow-platform/core';
import { UserError, viewOfRun, type EventEnvelope } from '@workflow-platform/events';
import { findRepositoryRoot, loadWorkflow } from '@workflow-platform/source';
import { dirname } from 'node:path';
import type { ResumeFlags } from '../arguments/resume.ts';
import { loadCatalog, type InstalledCatalog } from '../catalog.ts';
import type { CliContext } from '../context.ts';
import { defaultWorkspaceId, userName, withState } from '../drive-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { collectGiven, secretsOf } from '../prepare-plan.ts';
import { checkPlanRequirements } from '../requirements.ts';
import { runOnScreen } from '../run-on-screen.ts';

/** Takes the run up again. */
export async function resume(context: CliContext, flags: ResumeFlags, run: string): Promise<void> {
  await withState(context, async (state) => {
    const { history } = state;
    const runId = history.resolveRun(run);
    const past = history.readEvents(runId);
    const view = viewOfRun(past);
    if (view.run.status === 'succeeded') {
      throw new UserError('run-succeeded', `run ${runId} has succeeded; there is nothing to go on with`, {
        hint: `start it anew with \`workflow run ${view.run.workflow}\``,
        exitCode: exitCodes.usage,
      });
    }
    const plan = JSON.parse(history.readPlan(runId)) as Plan;
    await checkPlanRequirements(context, plan);
    const installed = loadCatalog(context);
    const request = {
      runId,
      plan,
      start: { kind: 'resume', by: userName(context) },
      from: view.workspace?.from ?? whereItStarted(past),
      workspaceId: askedWorkspaceId(past) ?? defaultWorkspaceId(plan.workflow.id, runId),
      secrets: await findSecrets(context, plan, { installed, source: view.run.source, flags }),
      installed,
    } as const;
    await runOnScreen(context, state, request, { json: flags.json, past });
  });
}

function created(past: readonly EventEnvelope[]) {
  const event = past[0]?.event;
  return event?.type === 'run.created' ? event : null;
}

/** As startingFolder of run.ts decided, from what the history keeps of it. */
function whereItStarted(past: readonly EventEnvelope[]): string {
  const event = created(past);
  if (event === null) return '.';
  if (findRepositoryRoot(event.by.cwd) !== null || !event.source.startsWith('/')) return event.by.cwd;
  const folder = dirname(event.source);
  return findRepositoryRoot(folder) ?? (folder.startsWith(event.by.cwd) ? event.by.cwd : folder);
}

function askedWorkspaceId(past: readonly EventEnvelope[]): string | null {
  return created(past)?.workspaceId ?? null;
}

/** Secrets are in no plan and no history: they have to be given again, by --param or by the variable that the file names. */
async function findSecrets(
  context: CliContext,
  plan: Plan,
  known: { installed: InstalledCatalog; source: string | null; flags: ResumeFlags },
): Promise<{ readonly [name: string]: string }> {
  if (plan.secrets.length === 0) return {};
  const loaded = await loadWorkflow(known.source, { cwd: context.cwd, env: context.env, catalog: known.installed.catalog });
  const { document, model, catalog } = loaded;
  if (model === null)
    throw new UserError('empty-workflow', `${loaded.name} holds no workflow any more`, { exitCode: exitCodes.usage });
  const given = collectGiven(context, model, known.flags).filter((value) => plan.secrets.includes(value.name));
  const others = Object.entries(plan.parameters).filter(([name, value]) => value !== null && !plan.secrets.includes(name));
  const same = others.map(([name, value]) => ({ name, value, origin: { kind: 'param', detail: name } }) as const);
  const resolution = resolveParameters({ document, model, given: [...same, ...given], catalog });
  if (resolution.ok) return secretsOf(resolution.parameters);
  const [first] = locateDiagnostics(document.layers, resolution.diagnostics);
  throw new UserError('secret-missing', first?.message ?? 'a secret parameter has no value', {
    hint: first?.help ?? 'give secrets again, by --param or the environment',
    exitCode: exitCodes.usage,
  });
}
