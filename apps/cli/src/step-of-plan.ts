// Says that a step which was named on the command line is not in the plan, and which one may be meant.
// Not here: steps of a run that is in the history (the subcommands).

import { suggest } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { exitCodes } from './exit-codes.ts';
import { harmless } from './print/harmless.ts';

const PATHS_MAX = 12;

/** Returns the error. `paths` are those of all steps of the plan; `what` completes "no step `x` …". */
export function noStepInPlan(step: string, paths: readonly string[], what: string): UserError {
  // An id without the groups around it, where only one step has it.
  const within = paths.filter((path) => path.endsWith(`.${step}`));
  const near = within.length === 1 ? within[0]! : suggest(step, paths);
  const list = `its steps are ${paths.slice(0, PATHS_MAX).map(harmless).join(', ')}${paths.length > PATHS_MAX ? ', …' : ''}`;
  return new UserError('step-not-found', `the workflow has no step \`${harmless(step)}\` ${what}`, {
    hint: near === null ? list : `did you mean \`${harmless(near)}\`?`,
    exitCode: exitCodes.usage,
  });
}
