// What is left to do when all steps are settled: keep the artifacts, then let go of the workspace or remove it.
// May be done again after a crash in the middle.
// Not here: when (scheduler), how a workspace is removed (workspace-manager).

import { statSync } from 'node:fs';
import type { Plan } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { RunEvent, WorkspaceIdentity } from '@workflow-platform/events';
import type { HostPorts } from '../ports.ts';
import { keepArtifact } from './keep-artifact.ts';
import { matchFiles } from './match-files.ts';

export interface FinalizeOptions {
  readonly outcome: 'succeeded' | 'failed' | 'cancelled';
  readonly plan: Plan;
  /** Null when it could not be made. */
  readonly workspace: WorkspaceIdentity | null;
  /** The run made the workspace, it was not there before. */
  readonly ownsWorkspace: boolean;
  /** Names of artifacts that are in the journal already. */
  readonly kept: ReadonlySet<string>;
  readonly ports: Pick<HostPorts, 'blobs' | 'clock' | 'workspaces'>;
  /** Puts events into the journal; they are durable when it returns. */
  record(events: readonly RunEvent[]): void;
}

/** Returns problems that make the run fail. */
export async function finalize(options: FinalizeOptions): Promise<readonly string[]> {
  const { workspace, record } = options;
  if (workspace === null) return [];
  const problems: string[] = [];
  // A workspace that is gone was removed by an earlier try at this, which had recorded its artifacts before.
  if (statSync(workspace.path, { throwIfNoEntry: false })?.isDirectory()) {
    // Artifacts are recorded before anything is removed: what comes after a crash finds them in the journal.
    for (const artifact of options.plan.artifacts) {
      const { events, problem } = await keepMatches(artifact, workspace.path, options);
      if (problem !== null) problems.push(problem);
      if (events.length > 0) record(events);
    }
  }
  const left = await tryToLeave(workspace, options, problems.length > 0);
  if (typeof left === 'string') problems.push(left);
  else record([left]);
  return problems;
}

type PlanArtifact = Plan['artifacts'][number];

async function keepMatches(
  artifact: PlanArtifact,
  folder: string,
  { ports, kept }: FinalizeOptions,
): Promise<{ events: readonly RunEvent[]; problem: string | null }> {
  const { name, path: pattern, retentionMs, required } = artifact;
  const retainUntilMs = retentionMs === null ? null : ports.clock.nowMs() + retentionMs;
  const events: RunEvent[] = [];
  try {
    for (const path of await matchFiles(pattern, folder)) {
      const result = await keepArtifact({ name, path, folder, retainUntilMs }, ports.blobs);
      // A match that leads outside, or went away meanwhile, is no match.
      if ('event' in result) events.push(result.event);
    }
  } catch (error) {
    if (error instanceof UserError) {
      const hint = error.hint === null ? '' : ` (${error.hint})`;
      return { events, problem: `the artifact \`${name}\` could not be kept: ${error.message}${hint}` };
    }
    throw error;
  }
  if (events.length > 0) return { events, problem: null };
  const missing: RunEvent = { type: 'artifact.missing', name, pattern };
  if (kept.has(name)) return { events: [], problem: null };
  return {
    events: [missing],
    problem: required ? `the artifact \`${name}\` is required, but no file matches \`${pattern}\`` : null,
  };
}

/** Returns the event that tells what became of the workspace, or why nothing could be done. */
async function tryToLeave(
  workspace: WorkspaceIdentity,
  options: FinalizeOptions,
  hasProblems: boolean,
): Promise<RunEvent | string> {
  try {
    return await leaveWorkspace(workspace, options, hasProblems);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

async function leaveWorkspace(
  workspace: WorkspaceIdentity,
  { outcome, plan, ownsWorkspace, ports }: FinalizeOptions,
  hasProblems: boolean,
): Promise<RunEvent> {
  const { keep } = plan.workspace;
  const { id } = workspace;
  const reason = reasonToKeep();
  const isGood = outcome === 'succeeded' && !hasProblems;
  const status = isGood ? 'done' : outcome === 'cancelled' ? 'cancelled' : 'error';
  if (reason === null) return removeOrKeep(workspace, status, ports.workspaces);
  await ports.workspaces.release(workspace, status);
  return { type: 'workspace.released', id, reason };

  function reasonToKeep(): string | null {
    if (workspace.provider === 'none') return 'the run worked in the checkout itself';
    if (keep === 'never') return null;
    if (keep === 'always') return 'keep = "always"';
    if (outcome !== 'succeeded' || hasProblems)
      return `the run ${hasProblems ? 'failed' : outcome === 'failed' ? 'failed' : 'was cancelled'} (keep = "on-failure")`;
    return ownsWorkspace ? null : 'it was there before the run';
  }
}

/** What cannot be removed without losing something stays and is told: the steps did what they were to do. */
async function removeOrKeep(
  workspace: WorkspaceIdentity,
  status: 'done' | 'error' | 'cancelled',
  workspaces: HostPorts['workspaces'],
): Promise<RunEvent> {
  const { id } = workspace;
  try {
    return { type: 'workspace.removed', id, saved: await workspaces.remove(workspace, status) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const reason = error.hint === null ? error.message : `${error.message} (${error.hint})`;
    return { type: 'workspace.released', id, reason };
  }
}
