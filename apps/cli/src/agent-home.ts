// Puts the real world behind the agent workspaces of the repository around the current folder.
// Not here: workspaces of runs (wire.ts).

import { acquireLock, lockHolder } from '@workflow-platform/journal';
import { findAgentHome, type AgentHome } from '@workflow-platform/workspace-manager';
import type { CliContext } from './context.ts';
import { harmlessLines } from './print/harmless.ts';

/** Finds the agent workspaces; throws a UserError outside a Jujutsu repository. */
export function agentHome({ cwd, env, err }: CliContext): AgentHome {
  const say = (text: string) => err.write(`${err.style.dim('workflow:')} ${harmlessLines(text)}\n`);
  return findAgentHome({ cwd, env, acquireLock, lockHolder, nowMs: Date.now, say });
}
