// Copies files and folders with everything that belongs to them, sharing blocks where the file system can. `cp` does this
// several times faster than Node and keeps relative links as they are.
// Not here: what to copy (include.ts, plain-copy.ts).

import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { diskFull } from './disk-full.ts';
import type { Run } from './run-process.ts';

// Far below what any system allows for the arguments of a program.
const ARGUMENT_BYTES_MAX = 60_000;

/** Copies `names`, entries of the folder `from` (paths relative to it), into the folder `to`. Nothing is overwritten on purpose: the caller leaves out what is there. */
export async function copyEntries(request: {
  readonly from: string;
  readonly names: readonly string[];
  readonly to: string;
  readonly run: Run;
}): Promise<void> {
  const { from, to, run } = request;
  for (const names of inPortions(request.names)) {
    const flags = process.platform === 'darwin' ? ['-cRp'] : ['-a', '--reflink=auto'];
    const sources = names.map((name) => `./${name}`);
    const { code, stderr } = await run({ argv: ['cp', ...flags, '--', ...sources, join(to, '/')], cwd: from });
    if (code !== 0) throw copyFailed(from, to, stderr);
  }
}

function copyFailed(from: string, to: string, stderr: string): UserError {
  const reason = stderr.trim().split('\n')[0] ?? '';
  if (/No space left on device|Disk quota exceeded/.test(stderr)) return diskFull(to);
  return new UserError('workspace-copy-failed', `cannot copy ${from} into the workspace: ${reason}`, {
    hint: 'make the files readable, or leave them out',
  });
}

function* inPortions(names: readonly string[]): Generator<readonly string[]> {
  let portion: string[] = [];
  let sizeBytes = 0;
  for (const name of names) {
    if (sizeBytes > ARGUMENT_BYTES_MAX) {
      yield portion;
      portion = [];
      sizeBytes = 0;
    }
    portion.push(name);
    sizeBytes += Buffer.byteLength(name) + 3;
  }
  if (portion.length > 0) yield portion;
}
