// `workflow workspace run --workspace-id ID -- COMMAND …`: runs a command in an agent workspace.

import { UserError } from '@workflow-platform/events';
import { runInWorkspace } from '@workflow-platform/workspace-manager';
import { agentHome } from '../../workspace-home.ts';
import type { WorkspaceRunFlags } from '../../arguments/workspace/run.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';

/** Runs the command; the exit code is its own. */
export async function runSubcommand(context: CliContext, flags: WorkspaceRunFlags, ...command: string[]): Promise<void> {
  checkSeparator(context.words, command);
  const status = await runInWorkspace(agentHome(context), {
    id: flags.workspaceId,
    command,
    workflow: flags.workflow || null,
    baseChange: flags.baseChange || null,
    cleanup: flags.cleanup,
    direnv: flags.noDirenv ? 'off' : 'auto',
  });
  context.exitWith(status);
}

/** Without the separator, a flag of the command would be taken for ours. */
function checkSeparator(words: readonly string[], command: readonly string[]): void {
  const separator = words.indexOf('--');
  if (separator !== -1 && command.length > 0 && words.length - separator - 1 === command.length) return;
  throw new UserError('no-command', "missing command after '--'", {
    hint: '`workflow workspace run --workspace-id ID -- COMMAND …`',
    exitCode: exitCodes.usage,
  });
}
