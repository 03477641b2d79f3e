// `workflow workspace show ID`: what is known of one workspace.

import { showWorkspace, type NotedEvent } from '@workflow-platform/workspace-manager';
import type { WorkspaceShowFlags } from '../../arguments/workspace/show.ts';
import type { CliContext } from '../../context.ts';
import { eventText } from '../../print/event-line.ts';
import { formatTime } from '../../print/format.ts';
import { harmless } from '../../print/harmless.ts';
import { renderPairs } from '../../print/table.ts';
import { workspaceHome } from '../../workspace-home.ts';

/** Prints it. */
export async function showSubcommand(context: CliContext, { json }: WorkspaceShowFlags, id: string): Promise<void> {
  const shown = await showWorkspace(workspaceHome(context), id);
  if (json) {
    context.out.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  const { history, ...about } = shown;
  const told = Object.entries(about).filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0));
  const pairs = told.map(([key, value]) => [harmless(key), harmless(valueText(value))] as const);
  context.out.write(
    renderPairs(pairs, context.out.style)
      .map((line) => `${line}\n`)
      .join(''),
  );
  for (const { atMs, by, event } of history as readonly NotedEvent[]) {
    const text = eventText(event, atMs, null, context.out.style) ?? event.type;
    context.out.write(`${context.out.style.dim(`${formatTime(atMs)}  ${harmless(by.user)}`)}  ${text}\n`);
  }
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
