// Copies files and folders with everything that belongs to them, sharing blocks where the file system can. `cp` does this
// several times faster than Node and keeps relative links as they are.
// Not here: what to copy (include.ts, plain-copy.ts).

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { diskFull } from './disk-full.ts';
import type { Run } from './run-process.ts';

// Far below what any system allows for the arguments of a program.
const ARGUMENT_BYTES_MAX = 60_000;

// How often files that were replaced while being copied are gone back to.
const PASSES = 5;

/** Copies `names`, entries of the folder `from` (paths relative to it), into the folder `to`. Nothing is overwritten on purpose: the caller leaves out what is there. */
export async function copyEntries(request: {
  readonly from: string;
  readonly names: readonly string[];
  readonly to: string;
  readonly run: Run;
}): Promise<void> {
  const { from, to, run } = request;
  for (const names of inPortions(request.names)) {
    const sources = names.map((name) => `./${name}`);
    await copyPatiently({ argv: (flags) => ['cp', ...flags, '--', ...sources, join(to, '/')], from, to, run });
  }
}

/** Copies all entries of the folder `from` but those called `leaving`, also such whose names are no text, which no argument of ours can say. */
export async function copyAll(request: {
  readonly from: string;
  readonly leaving: readonly string[];
  readonly to: string;
  readonly run: Run;
}): Promise<void> {
  const { from, leaving, to, run } = request;
  const entries = ['.', '-mindepth', '1', '-maxdepth', '1', ...leaving.flatMap((name) => ['!', '-name', name])];
  const script = (flags: readonly string[]): string => `to=$1; shift; exec cp ${flags.join(' ')} -- "$@" "$to"`;
  const argv = (flags: readonly string[]) =>
    ['find', ...entries, '-exec', 'sh', '-c', script(flags), 'sh', join(to, '/'), '{}', '+'] as const;
  await copyPatiently({ argv, from, to, run });
}

/** Copies again what was replaced while it was copied. */
async function copyPatiently(request: {
  readonly argv: (flags: readonly string[]) => readonly [string, ...string[]];
  readonly from: string;
  readonly to: string;
  readonly run: Run;
}): Promise<void> {
  const { argv, from, to, run } = request;
  for (let pass = 1; ; pass++) {
    const { code, stderr } = await run({ argv: argv(flagsOf(pass)), cwd: from });
    if (code === 0) return;
    const complaints = stderr.split('\n').filter((line) => line !== '');
    const areHarmless = complaints.length > 0 && complaints.every((line) => VANISHED.test(line) || REPLACED.test(line));
    if (!areHarmless || pass === PASSES || !existsSync(from)) throw copyFailed(from, to, stderr);
    if (!complaints.some((line) => REPLACED.test(line))) return;
  }
}

// In a folder that somebody works in files go away while they are copied: editors save aside and rename, builds delete. What
// the copy lacks for that reason was not there at another moment either. In GNU's words and in those of macOS; what cannot be
// made in the workspace is told by its whole path.
const VANISHED = /^cp: (?:cannot (?:stat|access|open|read symbolic link) )?['"]?\.\/.*: No such file or directory$/;
// Left out though it is there.
const REPLACED = /^cp: skipping file ['"]?\.\/.*, as it was replaced while being copied$/;

function flagsOf(pass: number): readonly string[] {
  if (process.platform === 'darwin') return ['-cRp'];
  // The second time only what the copy lacks, or has an older version of.
  return ['-a', '--reflink=auto', ...(pass === 1 ? [] : ['--update'])];
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
