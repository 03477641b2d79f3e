// `workflow artifacts RUN [NAME]`: lists what a run kept, or copies it out after checking that it is still what was kept.
// Not here: how artifacts are stored (journal).

import { constants } from 'node:fs';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { suggest } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { openBlobs, type ArtifactRow, type Blobs } from '@workflow-platform/journal';
import type { ArtifactsFlags } from '../arguments/artifacts.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withHistory } from '../history.ts';
import { formatBytes, formatCount, formatTime } from '../print/format.ts';
import { harmless } from '../print/harmless.ts';
import { renderTable } from '../print/table.ts';

/** Lists or exports. */
export async function artifacts(context: CliContext, flags: ArtifactsFlags, run: string, name?: string): Promise<void> {
  await withHistory(context, async (history, paths) => {
    const runId = history.resolveRun(run);
    const rows = choose(history.artifactsOf(runId), name, runId);
    const blobs = openBlobs(paths.blobsFolder);
    if (flags.output !== undefined)
      await exportAll(context, rows, { blobs, folder: resolve(context.cwd, flags.output), json: flags.json });
    else if (flags.json)
      context.out.write(
        `${JSON.stringify(
          rows.map((row) => ({ ...row, file: row.prunedMs === null ? blobs.pathOf(row.digest) : null })),
          null,
          2,
        )}\n`,
      );
    else list(context, rows, runId);
  });
}

function choose(rows: readonly ArtifactRow[], name: string | undefined, runId: string): readonly ArtifactRow[] {
  if (name === undefined) return rows;
  const chosen = rows.filter((row) => row.name === name);
  if (chosen.length > 0) return chosen;
  const names = [...new Set(rows.map((row) => row.name))];
  const near = suggest(name, names);
  throw new UserError('artifact-not-found', `run ${runId} kept no artifact \`${harmless(name)}\``, {
    hint:
      near !== null
        ? `did you mean \`${near}\`?`
        : names.length === 0
          ? 'it kept none at all'
          : `it kept ${names.map(harmless).join(', ')}`,
    exitCode: exitCodes.notFound,
  });
}

function list(context: CliContext, rows: readonly ArtifactRow[], runId: string): void {
  if (rows.length === 0) {
    context.err.write(`run ${runId} kept no artifacts\n`);
    return;
  }
  const { style } = context.out;
  const cells = rows.map((row) => [
    { text: harmless(row.name), style: style.bold },
    { text: formatBytes(row.sizeBytes), right: true },
    { text: row.digest.slice(0, 12), style: style.dim },
    { text: keptText(row) },
    { text: harmless(row.path) },
  ]);
  const header = ['ARTIFACT', 'SIZE', 'SHA-256', 'KEPT UNTIL', 'PATH'];
  context.out.write(
    renderTable(cells, { header, columns: context.out.lineColumns(), style, dispensable: [2, 1, 3] })
      .map((line) => `${line}\n`)
      .join(''),
  );
}

async function exportAll(
  context: CliContext,
  rows: readonly ArtifactRow[],
  to: { blobs: Blobs; folder: string; json: boolean },
): Promise<void> {
  const exported: { name: string; path: string; file: string; digest: string; sizeBytes: number }[] = [];
  // All are checked before the first is copied: an export is whole or not there.
  for (const row of rows) {
    const file = join(to.folder, ...row.path.split('/'));
    // The path is from our own history, but a history file can come from elsewhere.
    if (relative(to.folder, file).startsWith(`..${sep}`))
      throw new UserError('artifact-outside', `the artifact path ${harmless(row.path)} leaves the folder`);
    if (row.prunedMs !== null) throw pruned(row, row.prunedMs);
    const state = await to.blobs.verify(row.digest);
    if (state !== 'intact') throw unusable(row, state);
    exported.push({ name: row.name, path: row.path, file, digest: row.digest, sizeBytes: row.sizeBytes });
  }
  for (const { digest, file } of exported) await copyOut(to.blobs.pathOf(digest), file);
  if (to.json) {
    context.out.write(`${JSON.stringify(exported, null, 2)}\n`);
    return;
  }
  for (const { file } of exported) context.out.write(`${harmless(file)}\n`);
  context.err.write(`${formatCount(exported.length, 'file')} checked and copied to ${harmless(to.folder)}\n`);
}

function keptText({ retainUntilMs, prunedMs }: ArtifactRow): string {
  if (prunedMs !== null) return `pruned ${formatTime(prunedMs)}`;
  return retainUntilMs === null ? 'for good' : formatTime(retainUntilMs);
}

function pruned(row: ArtifactRow, atMs: number): UserError {
  return new UserError(
    'artifact-pruned',
    `the file ${harmless(row.path)} of artifact ${harmless(row.name)} was pruned on ${formatTime(atMs)}`,
    {
      hint: 'name another artifact, or run the workflow again; nothing was written',
      exitCode: exitCodes.notFound,
    },
  );
}

function unusable(row: ArtifactRow, state: 'damaged' | 'missing'): UserError {
  const what = state === 'missing' ? 'is gone from the store' : 'does not have the checksum it was kept with any more';
  return new UserError(`artifact-${state}`, `the file ${harmless(row.path)} of artifact ${harmless(row.name)} ${what}`, {
    hint: 'run the workflow again; nothing was written for this file',
  });
}

async function copyOut(from: string, to: string): Promise<void> {
  try {
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(to, 0o644);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new UserError('file-exists', `${harmless(to)} is there already; it was not touched`, {
        hint: 'choose another folder, or remove the file first',
        exitCode: exitCodes.usage,
        cause,
      });
    }
    throw new UserError(
      'unwritable-file',
      `cannot write ${harmless(to)}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
