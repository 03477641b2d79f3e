// What a screen shows of the agents of a run: the session of each step, what was used up.
// Not here: adding up (usage.ts).

import type { RunEvent } from './run-event.ts';
import { addUsage } from './usage.ts';
import type { RunSummary } from './view-run.ts';
import type { StepView } from './view.ts';

/** Notes what an attempt has told. */
export function applyAgentToStep(
  run: RunSummary,
  step: StepView,
  event: Extract<RunEvent, { readonly type: 'step.session-opened' | 'step.usage-reported' }>,
): void {
  if (event.type === 'step.session-opened') {
    step.session = event.session;
    return;
  }
  step.usage = addUsage(step.usage, event.usage);
  run.usage = addUsage(run.usage, event.usage);
}
