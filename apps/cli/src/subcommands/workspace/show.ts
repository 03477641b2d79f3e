// `workflow workspace show ID`: the metadata of one agent workspace.

import { showWorkspace } from '@workflow-platform/workspace-manager';
import { agentHome } from '../../agent-home.ts';
import type { WorkspaceShowFlags } from '../../arguments/workspace/show.ts';
import type { CliContext } from '../../context.ts';
import { harmless } from '../../print/harmless.ts';
import { renderPairs } from '../../print/table.ts';

/** Prints the metadata. */
export function showSubcommand(context: CliContext, { json }: WorkspaceShowFlags, id: string): void {
  const metadata = showWorkspace(agentHome(context), id);
  if (json) {
    context.out.write(`${JSON.stringify(metadata, null, 2)}\n`);
    return;
  }
  const pairs = Object.entries(metadata).map(([key, value]) => [harmless(key), harmless(valueText(value))] as const);
  context.out.write(
    renderPairs(pairs, context.out.style)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
