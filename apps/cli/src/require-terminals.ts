// Refuses a run with interactive steps where they cannot be had, before anything of it begins.
// Not here: the terminals (executor), the other requirements (requirements.ts).

import type { Plan, PlanStep } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { harmless } from './print/harmless.ts';

/** Runs within the run do without, too: they find this in their environment. */
export const NO_INTERACTIVE = 'WORKFLOW_NO_INTERACTIVE';

/** Throws when a step of the plan is interactive and may not, or cannot, be. */
export async function requireTerminals(context: CliContext, plan: Plan, isAllowed = true): Promise<void> {
  const step = firstInteractive(plan.steps);
  if (step === null) return;
  const told = `the step \`${harmless(step)}\` is interactive`;
  if (!isAllowed || context.env[NO_INTERACTIVE]) {
    throw new UserError('interactive-refused', `${told}, and this run is to do without`, {
      hint: `leave \`--no-interactive\` out, or say \`--set steps.${step}.interactive=false\` where it can work alone`,
      exitCode: exitCodes.usage,
    });
  }
  const { whyNoPty } = await import('@workflow-platform/executor');
  const why = await whyNoPty();
  if (why === null) return;
  throw new UserError('terminal-unavailable', `${told}, but there is no terminal for it: ${why}`, {
    hint: 'install the optional dependencies of workflow, too (`npm install --include=optional`), on a system with /dev/ptmx',
  });
}

/** Returns the path of an interactive step, as `--set` takes it; null when there is none. */
export function firstInteractive(steps: readonly PlanStep[], prefix = ''): string | null {
  for (const step of steps) {
    if (step.kind === 'attempt' && step.interactive === true) return `${prefix}${step.id}`;
    const inner = step.kind === 'group' ? firstInteractive(step.steps, `${prefix}${step.id}.steps.`) : null;
    if (inner !== null) return inner;
  }
  return null;
}
