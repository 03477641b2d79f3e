// `workflow cancel RUN`: ends a run early, whoever drives it. Where nobody does, this process takes it up to end it.
// Not here: how the engine is asked (ask-run.ts), what a cancel does (scheduler).

import { readPlan } from '@workflow-platform/core';
import { UserError, viewOfRun } from '@workflow-platform/events';
import type { RunOutcome } from '@workflow-platform/executor';
import type { CancelFlags } from '../arguments/cancel.ts';
import { awaitAnswer, makeRequest, notDone } from '../ask-run.ts';
import type { CliContext } from '../context.ts';
import { driveRun, withState, type OpenState } from '../drive-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { resumeRequest, type PastRun, type ResumeRequest } from '../resume-request.ts';
import { runOnScreen } from '../run-on-screen.ts';
import { isDriven } from '../run-lock.ts';
import { whoAsks } from '../who-am-i.ts';

/** Cancels the run. */
export async function cancel(context: CliContext, flags: CancelFlags, run: string): Promise<void> {
  await withState(context, async (state) => {
    const { history, paths } = state;
    const runId = history.resolveRun(run);
    const { status } = viewOfRun(history.readEvents(runId)).run;
    if (status === 'succeeded' || status === 'failed' || status === 'cancelled') {
      throw new UserError('run-finished', `run ${runId} has ended already: it ${status === 'cancelled' ? 'was ' : ''}${status}`, {
        hint: `see \`workflow status ${runId}\``,
        exitCode: exitCodes.usage,
      });
    }
    const options = { history, paths, runId, by: whoAsks(context), ifNotDriven: 'tell' } as const;
    // What the run needs to be taken up is looked for first: a request that nobody can carry out would lie about.
    const takeUp = isDriven(paths.runFolder(runId)) ? null : await preparedToEnd(context, state, runId, flags);
    const id = makeRequest({ kind: 'cancel', reason: flags.reason ?? 'workflow cancel', now: flags.now }, options);
    if (flags.noWait) return tell(context, flags, { run: runId, request: id, status: 'requested' });
    const outcome = await awaitAnswer(id, options);
    switch (outcome.kind) {
      case 'done':
        return tell(context, flags, { run: runId, request: id, status: 'stopping' });
      case 'not-driven':
        return endIt(context, state, takeUp ?? (await preparedToEnd(context, state, runId, flags)), { id, flags });
      default:
        throw notDone(outcome, runId);
    }
  });
}

type Prepared = { readonly request: ResumeRequest; readonly past: PastRun['past'] };

async function preparedToEnd(context: CliContext, { history }: OpenState, runId: string, flags: CancelFlags): Promise<Prepared> {
  const past = history.readEvents(runId);
  try {
    // Without steps that clear up, nothing starts that could want a secret.
    const secrets = flags.now ? 'not-needed' : flags;
    const plan = readPlan(history.readPlan(runId));
    return { request: await resumeRequest(context, { runId, plan, past }, secrets), past };
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'secret-missing') throw error;
    throw new UserError(error.code, `${error.message}; steps that clear up may need it`, {
      hint: `give it with \`--param\`, or leave such steps out with \`--now\``,
      exitCode: error.exitCode,
      cause: error,
    });
  }
}

/** Takes the run up with the cancel applied: what still runs is ended, what clears up is carried out. */
async function endIt(
  context: CliContext,
  state: OpenState,
  { request, past }: Prepared,
  { id, flags }: { id: string; flags: CancelFlags },
): Promise<void> {
  if (flags.json) {
    const ignore = (): void => {};
    const quiet = { onEvents: ignore, onWarning: ignore, onWorkspaceProgress: ignore, onStarted: ignore };
    const { status } = await driveRun(context, state, { ...request, ...quiet });
    return tell(context, flags, { run: request.runId, request: id, status });
  }
  await runOnScreen(context, state, request, { json: false, past });
  if (context.exitCode() === exitCodes.interrupted) context.exitWith(exitCodes.fine);
}

function tell(
  context: CliContext,
  { json }: CancelFlags,
  told: { readonly run: string; readonly request: string; readonly status: 'requested' | 'stopping' | RunOutcome['status'] },
): void {
  if (json) return context.out.write(`${JSON.stringify(told, null, 2)}\n`);
  const what = told.status === 'requested' ? `asked run ${told.run} to end` : `run ${told.run} is being cancelled`;
  context.out.write(`${what}\n`);
  context.err.write(`see it end with: workflow watch ${told.run}\n`);
}
