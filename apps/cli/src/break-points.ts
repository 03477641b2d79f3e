// The break points that somebody asks for on the command line, checked against the plan before anything begins.
// Not here: what happens there (scheduler), how a person answers (answer-step.ts).

import type { Plan } from '@workflow-platform/core';
import type { BreakPoints } from '@workflow-platform/events';
import { stepPaths } from '@workflow-platform/scheduler';
import type { BreakFlags } from './arguments/common-flags.ts';
import { noStepInPlan } from './step-of-plan.ts';

/** Returns them in the form of the run's events, or nothing when none are asked for. Throws a UserError for a step that is not in the plan. */
export function breakPointsOf(
  { breakBefore = [], breakOnFailure }: BreakFlags,
  plan: Plan,
): { readonly breakPoints?: BreakPoints } {
  if (breakBefore.length === 0 && !breakOnFailure) return {};
  const paths = stepPaths(plan.steps);
  for (const step of breakBefore) checkStep(step, paths);
  return { breakPoints: { before: breakBefore, onFailure: breakOnFailure } };
}

/** A turn or an item may be named, too; which there are is known only in the run. */
function checkStep(step: string, paths: readonly string[]): void {
  const path = step.replaceAll(/\[[^\]]*\]/g, '');
  if (paths.includes(path)) return;
  throw noStepInPlan(step, paths, 'to stop before');
}
