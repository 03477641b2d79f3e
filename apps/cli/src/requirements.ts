// Refuses a run whose requirements this machine does not meet, naming all that is missing at once.
// Not here: the checks (executor).

import type { Plan } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { checkRequirements } from '@workflow-platform/executor';
import type { CliContext } from './context.ts';
import { formatCount } from './print/format.ts';
import { harmless } from './print/harmless.ts';

/** Throws after printing what is missing. A plan without requirements costs nothing. */
export async function checkPlanRequirements(context: CliContext, plan: Plan): Promise<void> {
  if (plan.requirements.commands.length + plan.requirements.python.length === 0) return;
  const missing = await checkRequirements(plan, context.env);
  if (missing.length === 0) return;
  const { style } = context.err;
  for (const { message, hint } of missing) {
    context.err.write(`${style.bold(style.red('error[requirement-missing]'))}: ${harmless(message)}\n`);
    context.err.write(`  ${style.cyan('=')} ${style.bold('help')}: ${harmless(hint)}\n`);
  }
  throw new UserError(
    'requirements-missing',
    `${formatCount(missing.length, 'requirement')} of \`${plan.workflow.id}\` missing on this machine; nothing was run`,
  );
}
