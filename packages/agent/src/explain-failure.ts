// What a turn that came to nothing means: the session is gone, the quota is used up, or plain failure.
// Not here: whether it came to nothing (the conversations).

import { compilePattern } from '@workflow-platform/core';
import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentTask } from './agent-task.ts';
import { QuotaUsedUp, SessionGone } from './conversation.ts';

/** Returns the error to throw; `said` is all that the agent said of it, `message` what we say. */
export function explainFailure({ preset, session }: AgentTask, message: string, said: string): ActionError {
  if (session !== null && lastMatch(preset.sessionGone, said) !== null)
    return new SessionGone(`the agent \`${preset.name}\` does not know the session ${session.id} any more: ${message}`);
  const quota = lastMatch(preset.quota, said);
  return quota === null ? new ActionError(message) : new QuotaUsedUp(message, quota.named);
}

function lastMatch(source: string | null, text: string): { readonly named: string | null } | null {
  if (source === null) return null;
  const compiled = compilePattern(source);
  return compiled.ok ? compiled.pattern.lastMatch(text, 'reset') : null;
}
