// `workflow workspace status [ID]`: what `list` and `show` say, by the name that scripts know.

import type { WorkspaceStatusFlags } from '../../arguments/workspace/status.ts';
import type { CliContext } from '../../context.ts';
import { listSubcommand } from './list.ts';
import { showSubcommand } from './show.ts';

/** Prints the list or one workspace. */
export function statusSubcommand(context: CliContext, flags: WorkspaceStatusFlags, id?: string): void {
  if (id === undefined) listSubcommand(context, flags);
  else showSubcommand(context, flags, id);
}
