// Reads a file that somebody named, and refuses what cannot be a text file: folders, pipes, devices, huge and binary files.
// Not here: what the text means (core), looking for a file (find-workflow.ts).

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from '@workflow-platform/events';

/** The largest workflow file, in bytes. A file of 10,000 steps has about 1 MB. */
export const SOURCE_BYTES_MAX = 10 * 1024 * 1024;

/** Returns the bytes of a regular file. `what` names its part in messages: "workflow file", "parameters file". */
export function readBytes(path: string, options: { what: string; sizeBytesMax?: number }): Buffer {
  const { what, sizeBytesMax = SOURCE_BYTES_MAX } = options;
  const descriptor = open(path, what);
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) {
      throw new UserError('is-a-directory', `the ${what} ${path} is a directory`, {
        hint: `name a file inside it, such as ${path.replace(/\/+$/, '')}/workflow.toml`,
        exitCode: 2,
      });
    }
    if (!stat.isFile()) {
      throw new UserError('not-a-regular-file', `the ${what} ${path} is ${kindOf(stat)}, not a regular file`, {
        hint: 'write its content to a file first, and name that',
        exitCode: 2,
      });
    }
    if (stat.size > sizeBytesMax) throw tooLarge(path, what, sizeBytesMax, stat.size);
    return readAll(descriptor, { path, what, sizeBytesMax, expected: stat.size });
  } finally {
    closeSync(descriptor);
  }
}

function open(path: string, what: string): number {
  try {
    // Non-blocking: opening a named pipe must not wait for somebody to write to it.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw explainOpenError(cause, path, what);
  }
}

/** Turns an error of the file system about a named file into words. */
export function explainOpenError(cause: unknown, path: string, what: string): UserError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') {
    return new UserError('file-not-found', `there is no ${what} at ${path}`, {
      hint: 'check the spelling; relative paths start at the current folder',
      exitCode: 3,
      cause,
    });
  }
  if (code === 'ENOTDIR') {
    return new UserError('file-not-found', `there is no ${what} at ${path}: a part of that path is a file, not a folder`, {
      hint: 'check the spelling of the folders in front',
      exitCode: 3,
      cause,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UserError('permission-denied', `you may not read the ${what} ${path}`, {
      hint: `see who may with \`ls -l ${path}\``,
      exitCode: 2,
      cause,
    });
  }
  if (code === 'ELOOP') {
    return new UserError('link-loop', `the ${what} ${path} is a link that leads to itself`, {
      hint: 'name the real file',
      exitCode: 2,
      cause,
    });
  }
  if (code === 'ENAMETOOLONG') {
    return new UserError('name-too-long', `the name of the ${what} is longer than the file system allows`, {
      hint: 'check that a path, not the content of a file, was given',
      exitCode: 2,
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UserError('unreadable-file', `cannot read the ${what} ${path}: ${reason}`, { exitCode: 2, cause });
}

function kindOf(stat: {
  isFIFO(): boolean;
  isSocket(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
}): string {
  if (stat.isFIFO()) return 'a named pipe';
  if (stat.isSocket()) return 'a socket';
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return 'a device';
  return 'something else';
}

function tooLarge(path: string, what: string, sizeBytesMax: number, sizeBytes: number | null): UserError {
  const mebibyte = 1024 * 1024;
  const size = sizeBytes === null ? 'larger than allowed' : `${(sizeBytes / mebibyte).toFixed(1)} MiB large`;
  return new UserError('file-too-large', `the ${what} ${path} is ${size}; at most ${sizeBytesMax / mebibyte} MiB are read`, {
    hint: 'check that this is the file you meant; data belongs into files that steps read',
    exitCode: 2,
  });
}

function readAll(descriptor: number, file: { path: string; what: string; sizeBytesMax: number; expected: number }): Buffer {
  // The size is only a first guess: files of /proc say 0, and others may grow meanwhile.
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(file.expected - total + 1, 64 * 1024));
    const count = readSync(descriptor, chunk, 0, chunk.length, null);
    if (count === 0) return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, count));
    total += count;
    if (total > file.sizeBytesMax) throw tooLarge(file.path, file.what, file.sizeBytesMax, null);
  }
}
