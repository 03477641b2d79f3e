// Makes the script that prepares a new workspace. It runs before any step, so all its values are known when the plan is made.
// Not here: how values stand in a script (rewrite-script.ts), running it (workspace-manager).

import type { WorkflowModel } from '../model/workflow.ts';
import type { Plan } from './plan.ts';
import type { PlanTimeValues } from './plan-time-values.ts';
import type { ScriptRewriter } from './script-rewriter.ts';

/** Returns the script with the variables it runs with: those of the file, and the values that stand in it; null for none. */
export function planSetup(
  { workspace: { setup } }: WorkflowModel,
  values: PlanTimeValues,
  scripts: ScriptRewriter,
): Plan['workspace']['setup'] {
  if (setup === null) return null;
  const { script, env } = scripts.rewrite(setup, null);
  const own = env.map(({ name, expression }) => [name, values.resolve([{ expression }], ['workspace', 'setup']) ?? ''] as const);
  return { script, env: { ...values.variables(), ...Object.fromEntries(own) } };
}
