// A shell in the workspace of a run, for a look at a break point.
// Not here: what an agent workspace puts into its environment (workspace-manager).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { WorkspaceView } from '@workflow-platform/events';
import { openShell } from '@workflow-platform/workspace-manager';
import type { CliContext } from '../context.ts';
import { harmless } from '../print/harmless.ts';
import { workspaceHome } from '../workspace-home.ts';

/** Opens the user's shell there and waits for its end; what is wrong is said and is no end of anything. */
export async function shellInWorkspace(context: CliContext, { id, path, provider, from }: WorkspaceView): Promise<void> {
  const say = (text: string): void => context.err.write(`${context.err.style.dim('workflow:')} ${harmless(text)}\n`);
  try {
    if (provider !== 'none') {
      await openShell(workspaceHome({ ...context, cwd: from }), { id, direnv: true, knowsUser: true });
      return;
    }
    if (!existsSync(path)) return say(`there is no folder ${path}`);
    say(`a shell at ${path}`);
    const shell = context.env['SHELL'] || '/bin/sh';
    const child = spawn(shell, ['-i'], { cwd: path, env: { ...context.env, PWD: path }, stdio: 'inherit' });
    await once(child, 'exit');
  } catch (cause) {
    say(cause instanceof Error ? cause.message : String(cause));
  }
}
