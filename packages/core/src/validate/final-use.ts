// Follows the `uses` of a step through local actions to what really runs.
// Not here: the expansion for the plan, which also carries values along (plan/expand-uses.ts).

import type { StepModel } from '../model/workflow.ts';
import { readUses } from '../plan/read-uses.ts';
import type { Facts } from './facts.ts';

/** What a step comes down to. */
export interface FinalUse {
  /** Never a local action; null for a command, a group, or an action that is not there. */
  readonly reference: string | null;
  /** The time limit that holds: of the step, or of the first action that has one. */
  readonly timeoutMs: number | null;
}

/** Returns what the step uses in the end. */
export function finalUse(step: StepModel, facts: Pick<Facts, 'actions'>): FinalUse {
  const seen = new Set<string>();
  let { uses, timeoutMs } = step;
  for (;;) {
    if (uses === null) return { reference: null, timeoutMs };
    const read = readUses(uses);
    if (read.kind !== 'local') return { reference: read.reference, timeoutMs };
    const action = facts.actions.get(read.name)?.action;
    if (action === undefined || seen.has(read.name)) return { reference: null, timeoutMs };
    seen.add(read.name);
    timeoutMs ??= action.timeoutMs;
    uses = action.uses;
  }
}
