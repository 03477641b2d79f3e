// `workflow workspace clean`: removes workspaces, by name or by what they are.
// Not here: which ones (decideClean), how each goes (cleanWorkspace).

import { UserError } from '@workflow-platform/events';
import { cleanWorkspace, decideClean, findRow, listAll, measureWorkspaces, reasonOf } from '@workflow-platform/workspace-manager';
import type { Cleaned, WorkspaceHome, WorkspaceMeasures, WorkspaceRow } from '@workflow-platform/workspace-manager';
import type { WorkspaceCleanFlags } from '../../arguments/workspace/clean.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { formatBytes, formatCount } from '../../print/format.ts';
import { harmless } from '../../print/harmless.ts';
import { renderTable } from '../../print/table.ts';
import { workspaceHome } from '../../workspace-home.ts';

/** Removes them; fine when there are none. */
export async function cleanSubcommand(context: CliContext, flags: WorkspaceCleanFlags, ...ids: string[]): Promise<void> {
  if (flags.json && !flags.dryRun) throw usage('--json goes with --dry-run');
  const home = workspaceHome(context);
  const chosen = await choose(home, flags, ids);
  if (flags.dryRun) return preview(context, home, chosen, flags);
  if (chosen.length === 0) return home.say('there is nothing to remove');
  let failures = 0;
  for (const id of chosen) {
    try {
      report(home, id, await cleanWorkspace(home, id, { discard: flags.discard }));
    } catch (cause) {
      // One alone is told as any mistake is; among many the others go on.
      if (chosen.length === 1) throw cause;
      failures++;
      home.say(`workspace ${id} stays: ${reasonOf(cause)}`);
    }
  }
  if (failures > 0) context.exitWith(exitCodes.failed);
}

async function choose(home: WorkspaceHome, flags: WorkspaceCleanFlags, ids: readonly string[]): Promise<readonly string[]> {
  const { allDone, olderThan } = flags;
  const isByCriteria = allDone || olderThan !== undefined;
  if (ids.length > 0 && isByCriteria) throw usage('name workspaces, or say which by --all-done and --older-than, not both');
  if (ids.length > 0) return [...new Set(ids)];
  if (!isByCriteria) throw usage('which workspace? name one, or use --all-done or --older-than');
  const olderThanMs = olderThan === undefined ? null : await durationMs(olderThan);
  const { chosen, spared } = decideClean(listAll(home), { allDone, olderThanMs, discard: flags.discard }, home.nowMs());
  if (flags.dryRun) for (const { row, why } of spared.filter(isWorthWords)) home.say(`${row.id} would stay: ${why}`);
  return chosen.map(({ id }) => id);
}

function isWorthWords({ row }: { readonly row: WorkspaceRow }): boolean {
  return row.state !== 'gone' && row.state !== 'foreign';
}

async function durationMs(text: string): Promise<number> {
  const { parseDuration } = await import('@workflow-platform/core');
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw usage(`--older-than: \`${harmless(text)}\` is no duration such as 12h or 30d`);
}

function usage(message: string): UserError {
  return new UserError('wrong-usage', message, { hint: '`workflow workspace clean --help`', exitCode: exitCodes.usage });
}

function report(home: WorkspaceHome, id: string, { isRemoved, kept, discarded }: Cleaned): void {
  if (discarded > 0) return home.say(`workspace ${id} is removed, and what was changed in it is thrown away`);
  if (!isRemoved) return home.say(`there is no workspace ${id}: nothing to remove`);
  const last = kept.at(-1);
  const where = last === undefined ? '' : `; what was changed in it is kept as ${keptText(last)}`;
  home.say(`workspace ${id} is removed${where}`);
}

function keptText({ kind, name }: Cleaned['kept'][number]): string {
  return kind === 'change' ? `change ${name.slice(0, 12)}` : name;
}

async function preview(
  context: CliContext,
  home: WorkspaceHome,
  ids: readonly string[],
  { discard, json }: WorkspaceCleanFlags,
): Promise<void> {
  const rows = ids.map((id) => findRow(home, id)).filter((row) => row !== null);
  const measures = await measureWorkspaces(home, rows);
  if (json) {
    const data = rows.map((row) => ({ workspace_id: row.id, workspace_path: row.folder, ...plan(row, measures, discard) }));
    context.out.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  const sizeBytes = rows.reduce((sum, { id }) => sum + (measures.get(id)?.sizeBytes ?? 0), 0);
  const { style } = context.out;
  const cells = rows.map((row) => {
    const { size_bytes: size, changed_files: changed, does } = plan(row, measures, discard);
    return [
      { text: harmless(row.id), style: style.bold },
      { text: size === null ? '-' : formatBytes(size), right: true },
      { text: changed === null ? '-' : formatCount(changed, 'file') },
      { text: does },
    ];
  });
  const header = ['WORKSPACE', 'SIZE', 'CHANGES', 'WOULD'];
  const lines = rows.length === 0 ? [] : renderTable(cells, { header, columns: context.out.lineColumns(), style });
  context.out.write(lines.map((line) => `${line}\n`).join(''));
  home.say(`${formatCount(rows.length, 'workspace')} would be removed, ${formatBytes(sizeBytes)}`);
}

function plan(row: WorkspaceRow, measures: ReadonlyMap<string, WorkspaceMeasures>, discard: boolean) {
  const { sizeBytes = null, changedFiles = null } = measures.get(row.id) ?? {};
  const isBusy = row.state === 'in-use';
  const does = isBusy
    ? 'be refused: it is in use'
    : row.state === 'foreign' && row.provider === null && row.metadata === null
      ? 'be removed if Jujutsu is in charge here, else refused: it was not made by workflow'
      : discard
        ? 'be removed with its changes'
        : changedFiles === 0
          ? 'be removed'
          : 'be removed; its changes are kept';
  return { size_bytes: sizeBytes, changed_files: changedFiles, does };
}
