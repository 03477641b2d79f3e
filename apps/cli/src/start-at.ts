// The step that a run is asked to start at, checked against the plan before anything begins.
// Not here: what is skipped, and who would read of it (scheduler).

import type { Plan } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { stepPaths, unmetReads } from '@workflow-platform/scheduler';
import { exitCodes } from './exit-codes.ts';
import { harmless } from './print/harmless.ts';
import { noStepInPlan } from './step-of-plan.ts';

const READS_MAX = 8;

/** Returns it in the form of the run's first event. Throws a UserError for a step that is not there, and where a value would be missing. */
export function startAtOf({ startAt }: { readonly startAt?: string }, plan: Plan): { readonly startAt?: string } {
  if (startAt === undefined) return {};
  const paths = stepPaths(plan.steps);
  if (!paths.includes(startAt)) throw noStepInPlan(startAt, paths, 'to start at');
  const unmet = unmetReads(plan, startAt);
  if (unmet.length === 0) return { startAt };
  const lines = unmet.slice(0, READS_MAX).map(({ step, reads }) => `  ${harmless(step)} reads ${harmless(reads)}`);
  const more = unmet.length > READS_MAX ? [`  and ${unmet.length - READS_MAX} more`] : [];
  throw new UserError(
    'start-misses-outputs',
    [`starting at \`${harmless(startAt)}\` skips steps whose outputs are read:`, ...lines, ...more].join('\n'),
    {
      hint: "start earlier, or say in the file what counts when there is no such output: `${{ steps.ID.outputs.NAME || 'value' }}`",
      exitCode: exitCodes.usage,
    },
  );
}
