// `workflow workspace list`: the workspaces of this repository, one a row.

import { listAll, measureWorkspaces, rowData } from '@workflow-platform/workspace-manager';
import type { WorkspaceMeasures, WorkspaceRow, WorkspaceState } from '@workflow-platform/workspace-manager';
import type { WorkspaceListFlags } from '../../arguments/workspace/list.ts';
import type { CliContext } from '../../context.ts';
import { formatAgo, formatBytes } from '../../print/format.ts';
import { harmless } from '../../print/harmless.ts';
import { renderTable } from '../../print/table.ts';
import { workspaceHome } from '../../workspace-home.ts';

/** Prints the list. */
export async function listSubcommand(context: CliContext, { json, all, fast }: WorkspaceListFlags): Promise<void> {
  const { out, err } = context;
  const home = workspaceHome(context);
  const rows = listAll(home).filter(({ state }) => all || isThere(state));
  const measures = fast ? new Map<string, WorkspaceMeasures>() : await measureWorkspaces(home, rows);
  if (json) {
    const data = rows.map((row) => rowData(row, measures.get(row.id) ?? null));
    out.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    err.write(`there are no workspaces of ${harmless(home.repositoryRoot)} yet\n`);
    return;
  }
  const nowMs = home.nowMs();
  const cells = rows.map((row) => {
    const { sizeBytes = null, changedFiles = null } = measures.get(row.id) ?? {};
    return [
      { text: harmless(row.id), style: out.style.bold },
      { text: harmless(statusText(row)) },
      { text: harmless(ownerText(row)) },
      { text: row.usedMs === null ? '-' : formatAgo(row.usedMs, nowMs), right: true },
      { text: sizeBytes === null ? '-' : formatBytes(sizeBytes), right: true },
      { text: harmless(workText(row, changedFiles)) },
      { text: harmless(row.folder), keepEnds: true },
    ];
  });
  const header = ['WORKSPACE', 'STATUS', 'OF', 'USED', 'SIZE', 'CHANGES', 'PATH'];
  const lines = renderTable(cells, { header, columns: out.lineColumns(), style: out.style, dispensable: [6, 4, 3] });
  out.write(lines.map((line) => `${line}\n`).join(''));
}

/** The others are there for those who want to know. */
function isThere(state: WorkspaceState): boolean {
  return state === 'in-use' || state === 'ready' || state === 'unfinished';
}

function statusText({ status, state, isAlive }: WorkspaceRow): string {
  switch (state) {
    case 'in-use':
      return status === 'running' ? status : `${status} (in use)`;
    case 'ready':
      // A process that is gone without a word leaves `running` behind.
      return isAlive === false ? `${status} (its process is gone)` : status;
    case 'unfinished':
      return 'half made or removed';
    case 'missing':
      return 'its folder is gone';
    case 'gone':
      return 'gone';
    case 'foreign':
      return 'not ours';
    default:
      return state satisfies never;
  }
}

function ownerText({ owner }: WorkspaceRow): string {
  if (owner === null) return '-';
  const { runId, workflow, step } = owner;
  if (runId === null) return workflow ?? '-';
  return [`run ${runId}`, ...(step === undefined ? [] : [step])].join(' ');
}

function workText({ state, kept, appliedMs }: WorkspaceRow, changedFiles: number | null): string {
  const applied = appliedMs === null ? '' : ', applied';
  if (state === 'gone') return `kept: ${kept.map(keptText).join(', ')}${applied}`;
  if (changedFiles === null) return '-';
  if (changedFiles === 0) return 'none';
  return `${changedFiles} ${changedFiles === 1 ? 'file' : 'files'}${applied}`;
}

/** In short; `--json` has the whole names. */
function keptText({ kind, name, revision }: WorkspaceRow['kept'][number]): string {
  switch (kind) {
    case 'change':
      return `change ${name.slice(0, 12)}`;
    case 'commit':
      return `commit ${revision.slice(0, 12)}`;
    case 'files':
      return 'files';
    default:
      return kind satisfies never;
  }
}
