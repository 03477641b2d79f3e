// `workflow plan [WORKFLOW]`: shows what a run would do.
// Not here: compiling (core), the picture (print/plan-picture.ts).

import { canonicalJson, type Json } from '@workflow-platform/core';
import type { PlanFlags } from '../arguments/plan.ts';
import type { CliContext } from '../context.ts';
import { preparePlan } from '../prepare-plan.ts';
import { renderPlan } from '../print/plan-picture.ts';

/** Prints the plan. */
export async function plan(this: CliContext, flags: PlanFlags, reference?: string): Promise<void> {
  const prepared = await preparePlan(this, reference ?? null, flags);
  if (flags.json) this.out.write(`${canonicalJson(prepared.plan as unknown as Json)}\n`);
  else this.out.write(renderPlan(prepared, { style: this.out.style, columns: this.out.columns() }));
}
