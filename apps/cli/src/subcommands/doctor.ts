// `workflow doctor`: checks the state on this machine, or copies the history.
// Not here: the checks (doctor/), giving room back (prune).

import { resolve } from 'node:path';
import { backUpHistory, statePaths } from '@workflow-platform/journal';
import { UserError } from '@workflow-platform/events';
import type { DoctorFlags } from '../arguments/doctor.ts';
import type { CliContext } from '../context.ts';
import type { Finding, Inspection, Room } from '../doctor/finding.ts';
import { inspectArtifacts } from '../doctor/inspect-artifacts.ts';
import { inspectHistory } from '../doctor/inspect-history.ts';
import { inspectRuns } from '../doctor/inspect-runs.ts';
import { inspectWorkspaces } from '../doctor/inspect-workspaces.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { formatBytes, formatCount } from '../print/format.ts';
import { chooseGlyphs } from '../print/glyphs.ts';
import { harmless } from '../print/harmless.ts';
import { renderTable } from '../print/table.ts';

/** Checks, repairs or backs up. */
export async function doctor(context: CliContext, flags: DoctorFlags): Promise<void> {
  if (flags.backup !== undefined) return backUp(context, flags, flags.backup);
  const history = inspectHistory(statePaths(context.env), flags);
  const isReadable = history.report.schemaVersion !== null;
  const others = isReadable ? await inspectFiles(context, flags.full) : [];
  const all: readonly Inspection[] = [history, ...others, inspectWorkspaces(context, flags.full)];
  const findings = all.flatMap((each) => each.findings);
  const rooms = all.flatMap((each) => each.rooms);
  const isFine = findings.every(({ severity }) => severity === 'note');
  if (!isFine) context.exitWith(exitCodes.failed);
  if (flags.json) {
    const { report, repaired } = history;
    const { schemaVersion, freeBytes, runsFolded } = report;
    const data = { ok: isFine, full: flags.full, schemaVersion, runsFolded, freeBytes, repaired, rooms, findings };
    context.out.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  printRooms(context, rooms);
  for (const runId of history.repaired) context.err.write(`made again from its events: the rows of run ${runId}\n`);
  printFindings(context, findings);
  const { style } = context.out;
  const words = isFine ? style.green('Everything is in order.') : style.red('Not everything is in order.');
  context.out.write(`\n${words}\n`);
}

async function inspectFiles(context: CliContext, full: boolean): Promise<readonly Inspection[]> {
  return withHistory(context, async (history, paths) => [
    inspectRuns(history, paths),
    await inspectArtifacts(history, paths, full),
  ]);
}

function printRooms(context: CliContext, rooms: readonly Room[]): void {
  const { style } = context.out;
  const cells = rooms.map(({ name, place, count, sizeBytes }) => [
    { text: name, style: style.bold },
    { text: sizeBytes === null ? '-' : formatBytes(sizeBytes), right: true },
    { text: count },
    { text: harmless(place), keepEnds: true },
  ]);
  const header = ['WHAT', 'SIZE', 'HOLDS', 'PLACE'];
  for (const line of renderTable(cells, { header, columns: context.out.lineColumns(), style })) context.out.write(`${line}\n`);
}

function printFindings(context: CliContext, findings: readonly Finding[]): void {
  const { style } = context.out;
  const glyphs = chooseGlyphs(context.env);
  for (const { severity, code, what, toDo } of findings) {
    const mark = severity === 'problem' ? style.red(glyphs.failed) : style.yellow(glyphs.waiting);
    context.out.write(`\n${mark} ${style.bold(code)}: ${harmless(what)}\n  ${harmless(toDo)}\n`);
  }
}

function backUp(context: CliContext, { full, repair, json }: DoctorFlags, file: string): void {
  if (full || repair) {
    throw new UserError('wrong-usage', '--backup goes alone, or with --json', {
      hint: '`workflow doctor --help`',
      exitCode: exitCodes.usage,
    });
  }
  const target = resolve(context.cwd, file);
  const { folder } = statePaths(context.env);
  const { sizeBytes, runs } = backUpHistory(folder, target);
  if (json) context.out.write(`${JSON.stringify({ file: target, sizeBytes, runs }, null, 2)}\n`);
  else context.out.write(`${harmless(target)}\n`);
  context.err.write(
    `${formatCount(runs, 'run')} copied, ${formatBytes(sizeBytes)}; to go back to it, put it in the place of history.db in ${harmless(folder)}\n`,
  );
}
