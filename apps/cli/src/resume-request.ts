// What it takes to drive a run that is in the history: its plan, its place, its secrets.
// Not here: driving (drive-run.ts), whether it may be taken up (the subcommands).

import { locateDiagnostics, resolveParameters, type Plan } from '@workflow-platform/core';
import { UserError, viewOfRun, type EventEnvelope } from '@workflow-platform/events';
import { findRepositoryRoot, loadWorkflow } from '@workflow-platform/source';
import { dirname } from 'node:path';
import { loadCatalog, type InstalledCatalog } from './catalog.ts';
import type { CliContext } from './context.ts';
import { defaultWorkspaceId, type DriveRequest } from './drive-run.ts';
import { exitCodes } from './exit-codes.ts';
import { collectGiven, secretsOf } from './prepare-plan.ts';
import { userName } from './who-am-i.ts';

/** A run as it stands in the history. */
export interface PastRun {
  readonly runId: string;
  readonly plan: Plan;
  readonly past: readonly EventEnvelope[];
}

/** What drives a run that was there before. */
export type ResumeRequest = Omit<DriveRequest, 'start' | 'onEvents' | 'onWarning' | 'onWorkspaceProgress' | 'onStarted'> & {
  readonly start: Extract<DriveRequest['start'], { readonly kind: 'resume' }>;
};

/** Returns the request to take a run up. `secrets` tells where their values are to come from, or that none are needed. */
export async function resumeRequest(
  context: CliContext,
  { runId, plan, past }: PastRun,
  secrets: { readonly param?: readonly string[] } | 'not-needed',
): Promise<ResumeRequest> {
  const view = viewOfRun(past);
  const installed = loadCatalog(context);
  return {
    runId,
    plan,
    start: { kind: 'resume', by: userName(context) },
    from: view.workspace?.from ?? whereItStarted(past),
    workspaceId: askedWorkspaceId(past) ?? defaultWorkspaceId(plan.workflow.id, runId),
    secrets:
      secrets === 'not-needed' ? {} : await findSecrets(context, plan, { installed, source: view.run.source, flags: secrets }),
    installed,
  };
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
  known: { installed: InstalledCatalog; source: string | null; flags: { readonly param?: readonly string[] } },
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
