// `workflow resume RUN`: goes on with a run that did not succeed, with the plan it started with.
// Not here: what is done again (scheduler), how it is taken up (take-up.ts).

import { readPlan } from '@workflow-platform/core';
import { viewOfRun } from '@workflow-platform/events';
import type { ResumeFlags } from '../arguments/resume.ts';
import type { CliContext } from '../context.ts';
import { withState } from '../drive-run.ts';
import { nothingToGoOnWith, takeUp } from '../take-up.ts';

/** Takes the run up again. */
export async function resume(context: CliContext, flags: ResumeFlags, run: string): Promise<void> {
  await withState(context, async (state) => {
    const { history } = state;
    const runId = history.resolveRun(run);
    const past = history.readEvents(runId);
    const { status, workflow } = viewOfRun(past).run;
    if (status === 'succeeded') throw nothingToGoOnWith(runId, workflow);
    const plan = readPlan(history.readPlan(runId));
    await takeUp(context, state, { runId, plan, past, retry: null, flags });
  });
}
