// `workflow workspace status [ID]`: what `list` and `show` say, by the name that scripts know.

import type { WorkspaceStatusFlags } from '../../arguments/workspace/status.ts';
import type { CliContext } from '../../context.ts';
import { listSubcommand } from './list.ts';
import { showSubcommand } from './show.ts';

/** Prints the list or one workspace. */
export async function statusSubcommand(context: CliContext, { json }: WorkspaceStatusFlags, id?: string): Promise<void> {
  if (id === undefined) await listSubcommand(context, { json, all: false, fast: false });
  else await showSubcommand(context, { json }, id);
}
