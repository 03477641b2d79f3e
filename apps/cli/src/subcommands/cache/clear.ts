// `workflow cache clear [STEP]`: removes kept results.
// Not here: which of them are worth their room by age or size.

import { UserError } from '@workflow-platform/events';
import { listCacheEntries, removeCacheEntries } from '@workflow-platform/journal';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { formatBytes, formatCount } from '../../print/format.ts';
import { harmless } from '../../print/harmless.ts';
import { stepCachePlace } from '../../step-cache-place.ts';

/** Removes them and says how much that freed. */
export function clearCache(context: CliContext, _flags: object, pattern?: string): void {
  const place = stepCachePlace(context);
  const rows = listCacheEntries(place);
  const chosen = pattern === undefined ? rows : rows.filter(({ entry }) => matches(pattern, entry.made));
  if (pattern !== undefined && chosen.length === 0) {
    throw new UserError('cache-entry-not-found', `nothing is kept of a step \`${harmless(pattern)}\``, {
      hint: 'see what is there with `workflow cache list`',
      exitCode: exitCodes.notFound,
    });
  }
  const freedBytes = removeCacheEntries(
    place,
    chosen.map(({ entry }) => entry.key),
  );
  context.err.write(`${formatCount(chosen.length, 'kept result')} removed, ${formatBytes(freedBytes)} freed\n`);
}

function matches(pattern: string, { workflow, step }: { readonly workflow: string; readonly step: string }): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
    .join('.*');
  const wanted = new RegExp(`^${source}$`, 's');
  return wanted.test(step) || wanted.test(`${workflow}/${step}`);
}
