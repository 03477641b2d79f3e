// `workflow retry RUN`: carries steps of a run that is over out again, in the same run.
// Not here: what comes after a step and what of it runs again (scheduler), how the run is taken up (take-up.ts).

import { readPlan, suggest } from '@workflow-platform/core';
import { findStep, UserError, viewOfRun, type RetryRequest, type RunView } from '@workflow-platform/events';
import { lockHolder } from '@workflow-platform/journal';
import { foldRun, retryPlace } from '@workflow-platform/scheduler';
import { join } from 'node:path';
import type { RetryFlags } from '../arguments/retry.ts';
import type { CliContext } from '../context.ts';
import { withState } from '../drive-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { harmless } from '../print/harmless.ts';
import { nothingToGoOnWith, takeUp } from '../take-up.ts';

/** Takes the run up again for what is asked. */
export async function retry(context: CliContext, flags: RetryFlags, run: string): Promise<void> {
  const request = requestOf(flags);
  await withState(context, async (state) => {
    const { history, paths } = state;
    const runId = history.resolveRun(run);
    const past = history.readEvents(runId);
    const view = viewOfRun(past);
    if (view.run.finishedAtMs === null) throw notOver(runId, lockHolder(join(paths.runFolder(runId), 'owner.lock')));
    const plan = readPlan(history.readPlan(runId));
    if (request === null) {
      if (view.run.status === 'succeeded') throw nothingToGoOnWith(runId, view.run.workflow);
    } else {
      const place = retryPlace(foldRun(plan, past), request.step);
      if (place.kind !== 'found') throw noPlace(view, request, place.kind === 'gone' ? place.within : null);
      checkNeeds(view, request);
    }
    await takeUp(context, state, { runId, plan, past, retry: request, flags });
  });
}

/** Null for whatever did not succeed. */
function requestOf({ failed, from, step, downstream }: RetryFlags): RetryRequest | null {
  const asked = [failed ? '--failed' : '', from === undefined ? '' : '--from', step === undefined ? '' : '--step'];
  const given = asked.filter((flag) => flag !== '');
  if (given.length > 1) throw wrongUsage(`${given.join(' and ')} exclude each other`, 'give one of them');
  if (downstream && step === undefined)
    throw wrongUsage('--downstream goes with --step', '`--step STEP --downstream`, or `--from STEP`');
  if (from !== undefined) return { step: from, downstream: 'all' };
  return step === undefined ? null : { step, downstream: downstream ? 'all' : 'changed' };
}

function wrongUsage(message: string, hint: string): UserError {
  return new UserError('wrong-usage', message, { hint, exitCode: exitCodes.usage });
}

function notOver(runId: string, heldBy: string | null): UserError {
  if (heldBy !== null) {
    return new UserError('run-in-progress', `run ${runId} is being driven by ${heldBy}`, {
      hint: `watch it with \`workflow watch ${runId}\`; when it is over, it can be retried`,
    });
  }
  return new UserError('run-not-over', `run ${runId} is not over: nobody drives it since its engine died`, {
    hint: `let it come to its end first: \`workflow resume ${runId}\``,
    exitCode: exitCodes.usage,
  });
}

/** The step was never there, or only the result of what it was in is left. */
function noPlace(view: RunView, { step, downstream }: RetryRequest, within: string | null): UserError {
  const runId = view.run.id;
  const flag = downstream === 'all' ? '--from' : '--step';
  if (within !== null && findStep(view, step) !== undefined) {
    return new UserError('step-is-past', `of \`${harmless(step)}\` nothing is left but what became of \`${harmless(within)}\``, {
      hint: `past turns are not kept; carry all of it out again: \`workflow retry ${runId} ${flag} '${harmless(within)}'\``,
      exitCode: exitCodes.usage,
    });
  }
  const near = suggest(
    step,
    view.steps.map(({ id }) => id),
  );
  return new UserError('step-not-found', `run ${runId} has no step \`${harmless(step)}\``, {
    hint: near === null ? `its steps are in \`workflow status ${runId}\`` : `did you mean \`${harmless(near)}\`?`,
    exitCode: exitCodes.notFound,
  });
}

/** What a step needs that did not succeed stays as it is, and the step would only be left out again. */
function checkNeeds(view: RunView, { step, downstream }: RetryRequest): void {
  const reason = findStep(view, step)?.reason;
  if (downstream === 'all' || reason?.kind !== 'upstream') return;
  throw new UserError('step-needs-another', `\`${harmless(step)}\` needs \`${harmless(reason.step)}\`, which did not succeed`, {
    hint: `begin there: \`workflow retry ${view.run.id} --step '${harmless(reason.step)}'\``,
    exitCode: exitCodes.usage,
  });
}
