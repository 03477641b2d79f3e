// `workflow apply RUN`: what a run changed comes into the user's working copy, or becomes a branch.

import { UserError } from '@workflow-platform/events';
import { applyWork, noteApplied, publishWork } from '@workflow-platform/workspace-manager';
import type { ApplyOutcome, Work } from '@workflow-platform/workspace-manager';
import type { ApplyFlags } from '../arguments/apply.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { formatCount } from '../print/format.ts';
import { harmless } from '../print/harmless.ts';
import { workOfRun } from '../run-work.ts';
import { workspaceHome } from '../workspace-home.ts';

/** Applies it; a conflict is told with exit code 1, and leaves everything as it was. */
export async function apply(context: CliContext, flags: ApplyFlags, run: string): Promise<void> {
  const home = workspaceHome(context);
  await withHistory(context, async (history) => {
    const runId = history.resolveRun(run);
    refuseRunning(history.readRun(runId)?.status ?? null, runId);
    const { work, workspace, isShared } = await workOfRun(history, runId);
    if (isShared) home.say('another run has had this workspace since: what that changed comes along');
    if (work === null) return tell(context, { kind: 'applied', files: [] }, flags, runId);
    const outcome =
      flags.branch === undefined
        ? await applyWork(work, { into: home.source, isDryRun: flags.dryRun })
        : await publish(work, flags.branch, flags.dryRun);
    if (outcome.kind === 'applied' && !flags.dryRun) noteApplied(workspace, { runId, nowMs: home.nowMs() });
    tell(context, outcome, flags, runId);
  });
}

/** What is still being written is no result. */
function refuseRunning(status: string | null, runId: string): void {
  if (status !== 'running' && status !== 'stopping') return;
  throw new UserError('run-in-progress', `run ${runId} is not finished`, {
    hint: `wait for it (\`workflow watch ${runId}\`), cancel it, or look at it with \`workflow diff ${runId}\``,
  });
}

async function publish(work: Work, branch: string, isDryRun: boolean): Promise<ApplyOutcome> {
  if (!isDryRun) await publishWork(work, branch);
  return { kind: 'applied', files: [] };
}

function tell(context: CliContext, outcome: ApplyOutcome, { branch, dryRun, json }: ApplyFlags, runId: string): void {
  const { out, err } = context;
  if (json) out.write(`${JSON.stringify({ run: runId, dryRun, branch: branch ?? null, ...outcome }, null, 2)}\n`);
  if (outcome.kind === 'conflict') {
    const files = outcome.files.map((file) => `\n  ${harmless(file)}`).join('');
    throw new UserError(
      'apply-conflict',
      `nothing was applied: ${formatCount(outcome.files.length, 'file')} ${outcome.why}${files}`,
      {
        hint: `commit or put away your own version first, or take the run's as a branch: \`workflow apply ${runId} --branch NAME\``,
        exitCode: exitCodes.failed,
      },
    );
  }
  if (json) return;
  if (branch !== undefined) {
    err.write(`${dryRun ? 'would make' : 'made'} \`${harmless(branch)}\` of what run ${runId} changed\n`);
    return;
  }
  for (const file of outcome.files) out.write(`${harmless(file)}\n`);
  if (outcome.files.length === 0) err.write(`your working copy has everything that run ${runId} changed\n`);
  else
    err.write(
      `${formatCount(outcome.files.length, 'file')} of run ${runId} ${dryRun ? 'would be' : 'are'} in your working copy\n`,
    );
}
