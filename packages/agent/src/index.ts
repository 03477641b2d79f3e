// Talks to coding agents: asks one, follows what it does, checks what it answers. What is heavy (the protocol's library, the
// checker of JSON Schemas) is loaded when an agent is really asked.

import type { AgentAnswer, AgentEars, AgentTask } from './agent-task.ts';

export type { AgentAnswer, AgentEars, AgentTask, GivenSession } from './agent-task.ts';
export { QuotaUsedUp } from './conversation.ts';
export { builtinPresets } from './preset/builtin-presets.ts';
export { parsePath } from './preset/json-path.ts';
export type { AgentPreset, EventRule, PermissionWay } from './preset/preset.ts';

/** Asks an agent and returns its answer. Throws an ActionError when it gives none, or none that holds against the schema. */
export async function askAgent(task: AgentTask, ears: AgentEars): Promise<AgentAnswer> {
  const { runAgent } = await import('./run-agent.ts');
  return runAgent(task, ears);
}
