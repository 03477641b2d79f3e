// `workflow workspace shell ID`: the user's shell in an agent workspace.

import { openShell } from '@workflow-platform/workspace-manager';
import { workspaceHome } from '../../workspace-home.ts';
import type { WorkspaceShellFlags } from '../../arguments/workspace/shell.ts';
import type { CliContext } from '../../context.ts';

/** Opens the shell; the exit code is its own. */
export async function shellSubcommand(context: CliContext, { noDirenv }: WorkspaceShellFlags, id: string): Promise<void> {
  context.exitWith(await openShell(workspaceHome(context), { id, direnv: !noDirenv }));
}
