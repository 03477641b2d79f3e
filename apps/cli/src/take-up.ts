// Takes a run up again that the history knows. What `resume` and `retry` have in common.
// Not here: what it takes (resume-request.ts), what is done again (scheduler), driving (run-on-screen.ts).

import { UserError, type RetryRequest } from '@workflow-platform/events';
import type { BreakFlags } from './arguments/common-flags.ts';
import { breakPointsOf } from './break-points.ts';
import type { CliContext } from './context.ts';
import type { OpenState } from './drive-run.ts';
import { exitCodes } from './exit-codes.ts';
import { requireTerminals } from './require-terminals.ts';
import { checkPlanRequirements } from './requirements.ts';
import { resumeRequest, type PastRun } from './resume-request.ts';
import { runOnScreen } from './run-on-screen.ts';

/** Which run, what the history knows of it, and what is asked for. */
export interface TakeUpRequest extends PastRun {
  /** Null: whatever did not succeed. */
  readonly retry: RetryRequest | null;
  readonly flags: Partial<BreakFlags> & {
    readonly param?: readonly string[];
    readonly noCache: boolean;
    readonly noWait?: boolean;
    readonly noInteractive?: boolean;
    readonly json: boolean;
  };
}

/** Takes the run up again and drives it to its end. */
export async function takeUp(context: CliContext, state: OpenState, request: TakeUpRequest): Promise<void> {
  const { plan, past, retry, flags } = request;
  await checkPlanRequirements(context, plan);
  await requireTerminals(context, plan, flags.noInteractive !== true);
  const again = await resumeRequest(context, request, flags);
  const driven = {
    ...again,
    start: { ...again.start, ...(retry === null ? {} : { retry }), ...breakPointsOf({ breakOnFailure: false, ...flags }, plan) },
    readsCache: !flags.noCache,
    leavesToPeople: flags.noWait ?? false,
    isInteractive: flags.noInteractive !== true,
  };
  await runOnScreen(context, state, driven, { json: flags.json, past });
}

/** Says that there is nothing to go on with. */
export function nothingToGoOnWith(runId: string, workflow: string): UserError {
  return new UserError('run-succeeded', `run ${runId} has succeeded; there is nothing to go on with`, {
    hint: `carry a step of it out again with \`workflow retry ${runId} --from STEP\`, or start it anew with \`workflow run ${workflow}\``,
    exitCode: exitCodes.usage,
  });
}
