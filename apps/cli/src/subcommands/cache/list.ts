// `workflow cache list`: what is kept of cached steps, one a row.

import { listCacheEntries } from '@workflow-platform/journal';
import type { CacheListFlags } from '../../arguments/cache/list.ts';
import type { CliContext } from '../../context.ts';
import { formatAgo, formatBytes } from '../../print/format.ts';
import { harmless } from '../../print/harmless.ts';
import { renderTable } from '../../print/table.ts';
import { stepCachePlace } from '../../step-cache-place.ts';

/** Prints the list. */
export function listCache(context: CliContext, { json }: CacheListFlags): void {
  const { out, err } = context;
  const rows = listCacheEntries(stepCachePlace(context));
  if (json) {
    const data = rows.map(({ entry: { key, made, files, outputs }, sizeBytes, lastUsedMs }) => ({
      key,
      workflow: made.workflow,
      step: made.step,
      runId: made.runId,
      madeAtMs: made.atMs,
      lastUsedMs,
      sizeBytes,
      outputs,
      files: files.map((file) => file.path),
    }));
    out.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    err.write('nothing is kept of cached steps\n');
    return;
  }
  const nowMs = Date.now();
  const cells = rows.map(({ entry: { key, made, files }, sizeBytes, lastUsedMs }) => [
    { text: harmless(made.step), style: out.style.bold },
    { text: harmless(made.workflow) },
    { text: String(files.length), right: true },
    { text: formatBytes(sizeBytes), right: true },
    { text: formatAgo(made.atMs, nowMs), right: true },
    { text: formatAgo(lastUsedMs, nowMs), right: true },
    { text: harmless(made.runId) },
    { text: key.slice(0, 12), style: out.style.dim },
  ]);
  const header = ['STEP', 'WORKFLOW', 'FILES', 'SIZE', 'MADE', 'USED', 'RUN', 'KEY'];
  const lines = renderTable(cells, { header, columns: out.lineColumns(), style: out.style, dispensable: [7, 6, 4, 2] });
  out.write(lines.map((line) => `${line}\n`).join(''));
}
