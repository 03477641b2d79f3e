// `workflow plan [WORKFLOW]`: shows what a run would do.
// Not here: compiling (core), the picture (print/plan-picture.ts).

import { writeCanonicalJson } from '@workflow-platform/core';
import type { PlanFlags } from '../arguments/plan.ts';
import type { CliContext } from '../context.ts';
import { preparePlan } from '../prepare-plan.ts';
import { renderPlan } from '../print/plan-picture.ts';

/** Prints the plan. */
export async function plan(context: CliContext, flags: PlanFlags, reference?: string): Promise<void> {
  const prepared = await preparePlan(context, reference ?? null, flags);
  if (flags.json) {
    writeCanonicalJson(prepared.plan, (piece) => context.out.write(piece));
    context.out.write('\n');
  } else context.out.write(renderPlan(prepared, { style: context.out.style, columns: context.out.columns() }));
}
