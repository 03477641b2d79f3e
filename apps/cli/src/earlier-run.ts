// Finds the run that a step had started before and that its next attempt goes on with, so that nothing in it is done twice when
// everything was killed: the machine went down in the middle.
// Not here: starting and driving (perform-action.ts), what a resumed run does again (scheduler).
//
//   the step's latest run                                    the next attempt
//   none, or with other values                               starts one
//   the calling run was not resumed since it was taken up    starts one: a retry of the step is a new try of all of it
//   the step was carried out with it                         starts one: `workflow retry`, or a loop that is done again
//   not succeeded                                            resumes it
//   succeeded                                                takes its result: the step was lost before it could

import { readPlan, type Plan } from '@workflow-platform/core';
import type { EventEnvelope } from '@workflow-platform/events';
import type { History } from '@workflow-platform/journal';
import type { PastRun } from './resume-request.ts';

/** Returns the run to go on with, or null. `plan` is what a new run would carry out. */
export function earlierRun(
  history: History,
  parent: { readonly runId: string; readonly step: string },
  plan: Plan,
): PastRun | null {
  const runId = history.latestRunOf(parent);
  if (runId === null) return null;
  const past = history.readEvents(runId);
  const takenUp = past.findLast(({ event }) => event.type === 'run.created' || event.type === 'run.resumed');
  if (takenUp === undefined || !mayGoOn(history.readEvents(parent.runId), parent.step, takenUp.atMs)) return null;
  const earlier = readPlan(history.readPlan(runId));
  const isSame = earlier.workflow.id === plan.workflow.id && sameJson(earlier.parameters, plan.parameters);
  return isSame ? { runId, plan: earlier, past } : null;
}

/** Whether the calling run was resumed since, and the step has not succeeded nor was asked to be carried out from its beginning. */
function mayGoOn(events: readonly EventEnvelope[], step: string, sinceMs: number): boolean {
  const since = events.filter(({ atMs }) => atMs >= sinceMs).map(({ event }) => event);
  const isSpent = since.some(
    (event) =>
      (event.type === 'step.succeeded' && event.step === step) || (event.type === 'run.resumed' && event.retry !== undefined),
  );
  return !isSpent && since.some((event) => event.type === 'run.resumed');
}

/** Both are plain data with the parameters in the order of their file. */
function sameJson(a: Plan['parameters'], b: Plan['parameters']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
