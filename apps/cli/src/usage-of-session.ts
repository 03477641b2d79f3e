// What the history says of a session, or of a whole run: agents that tell totals of a session count what earlier attempts and steps
// used too, and a run counts what the runs used that its steps started.

import { addUsage, viewOfRun, type Usage } from '@workflow-platform/events';
import type { AgentUsage } from '@workflow-platform/plugin-sdk';
import type { History } from '@workflow-platform/journal';

/** Returns the sum of what attempts of the run used in that session. */
export function usageOfSession(history: History, runId: string, session: string): AgentUsage {
  const sessions = new Map<string, string>();
  let sum: Usage | null = null;
  for (const { event } of history.readEvents(runId)) {
    if (event.type === 'step.session-opened') sessions.set(event.step, event.session);
    // An attempt that goes on with a session tells no new one.
    if (event.type === 'step.usage-reported' && sessions.get(event.step) === session) sum = addUsage(sum, event.usage);
  }
  return sum === null ? {} : known(sum);
}

/** Returns the sum of what agents used in a run, and in those that its steps started. */
export function usageOfRun(history: History, runId: string): AgentUsage {
  const { usage } = viewOfRun(history.readEvents(runId)).run;
  return usage === null ? {} : known(usage);
}

function known({ inputTokens, cachedTokens, outputTokens, costUsd }: Usage): AgentUsage {
  return {
    ...(inputTokens === null ? {} : { input_tokens: inputTokens }),
    ...(cachedTokens === null ? {} : { cached_tokens: cachedTokens }),
    ...(outputTokens === null ? {} : { output_tokens: outputTokens }),
    ...(costUsd === null ? {} : { cost_usd: costUsd }),
  };
}
