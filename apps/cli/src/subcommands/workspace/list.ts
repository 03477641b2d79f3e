// `workflow workspace list`: the agent workspaces of this repository, one a row.

import { listWorkspaces, type AgentWorkspaceRow } from '@workflow-platform/workspace-manager';
import { agentHome } from '../../agent-home.ts';
import type { WorkspaceListFlags } from '../../arguments/workspace/list.ts';
import type { CliContext } from '../../context.ts';
import { harmless } from '../../print/harmless.ts';
import { renderTable } from '../../print/table.ts';

/** Prints the list. */
export function listSubcommand(context: CliContext, { json }: WorkspaceListFlags): void {
  const { out, err } = context;
  const home = agentHome(context);
  const rows = listWorkspaces(home);
  if (json) {
    out.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    err.write(`there are no workspaces of ${harmless(home.repositoryRoot)} yet\n`);
    return;
  }
  const cells = rows.map((row) => [
    { text: harmless(row.workspace_id), style: out.style.bold },
    { text: harmless(statusText(row)) },
    { text: harmless(row.workflow ?? '-') },
    { text: harmless(row.updated_at ?? '-') },
    { text: harmless(row.workspace_path), keepEnds: true },
  ]);
  const header = ['WORKSPACE', 'STATUS', 'WORKFLOW', 'UPDATED', 'PATH'];
  const lines = renderTable(cells, { header, columns: out.lineColumns(), style: out.style, dispensable: [4, 3] });
  out.write(lines.map((line) => `${line}\n`).join(''));
}

/** A process that is gone without a word leaves `running` behind. */
function statusText({ status, process_alive: isAlive }: AgentWorkspaceRow): string {
  return isAlive === false ? `${status} (its process is gone)` : status;
}
