// Puts the real world behind the workspaces of the repository around the current folder.
// Not here: workspaces of runs that are under way (wire.ts).

import { acquireLock, lockHolder } from '@workflow-platform/journal';
import { findAgentHome, findWorkspaceHome } from '@workflow-platform/workspace-manager';
import type { AgentHome, WorkspaceHome, WorkspaceWorld } from '@workflow-platform/workspace-manager';
import type { CliContext } from './context.ts';
import { harmlessLines } from './print/harmless.ts';

/** Finds the agent workspaces; throws a UserError outside a Jujutsu repository. */
export function agentHome(context: CliContext): AgentHome {
  return findAgentHome(worldOf(context));
}

/** Finds the workspaces of the repository or folder, whatever made them. */
export function workspaceHome(context: CliContext): WorkspaceHome {
  return findWorkspaceHome(worldOf(context));
}

function worldOf({ cwd, env, err }: CliContext): WorkspaceWorld {
  const say = (text: string) => err.write(`${err.style.dim('workflow:')} ${harmlessLines(text)}\n`);
  return { cwd, env, acquireLock, lockHolder, nowMs: Date.now, say };
}
