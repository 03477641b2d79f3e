// The break points that somebody asks for on the command line, checked against the plan before anything begins.
// Not here: what happens there (scheduler), how a person answers (answer-step.ts).

import { suggest, type Plan } from '@workflow-platform/core';
import { UserError, type BreakPoints } from '@workflow-platform/events';
import { stepPaths } from '@workflow-platform/scheduler';
import type { BreakFlags } from './arguments/common-flags.ts';
import { exitCodes } from './exit-codes.ts';
import { harmless } from './print/harmless.ts';

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
  const near = suggest(path, paths);
  const list = `its steps are ${paths.slice(0, PATHS_MAX).map(harmless).join(', ')}${paths.length > PATHS_MAX ? ', …' : ''}`;
  throw new UserError('step-not-found', `the workflow has no step \`${harmless(step)}\` to stop before`, {
    hint: near === null ? list : `did you mean \`${harmless(near)}\`?`,
    exitCode: exitCodes.usage,
  });
}

const PATHS_MAX = 12;
