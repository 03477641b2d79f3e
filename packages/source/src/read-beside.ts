// Reads text files that a workflow names, without letting a path or a link lead out of its repository.
// Not here: what the files are for (core).

import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { UserError } from '@workflow-platform/events';
import { decodeText } from './decode-text.ts';
import { readBytes } from './read-bytes.ts';
import { findRepositoryRoot } from './repository-root.ts';

/** Where a workflow may read: its own folder is where paths start, its repository (or that folder) is where they end. */
export interface Boundary {
  readonly folder: string;
  /** Real path. */
  readonly root: string;
}

/** Returns the boundary of a workflow file. */
export function boundaryOf(workflowPath: string): Boundary {
  const folder = dirname(workflowPath);
  return { folder, root: realpathSync(findRepositoryRoot(folder) ?? folder) };
}

/** Returns the absolute path of a file inside the boundary, or throws a UserError. */
export function resolveInside(path: string, boundary: Boundary, what: string): string {
  const absolute = resolve(boundary.folder, path);
  let real: string;
  try {
    real = realpathSync(absolute);
  } catch (cause) {
    throw new UserError('file-not-found', `there is no ${what} at ${absolute}`, { exitCode: 2, cause });
  }
  if (isInside(real, boundary.root)) return absolute;
  throw new UserError('outside-repository', `the ${what} \`${path}\` is at ${real}, outside of ${boundary.root}`, {
    hint: 'a workflow only reads files of its own repository; copy the file into it',
    exitCode: 2,
  });
}

/** Reads a text file inside the boundary. */
export function readTextBeside(
  path: string,
  boundary: Boundary,
  what: string,
): { readonly path: string; readonly bytes: Buffer; readonly text: string } {
  const absolute = resolveInside(path, boundary, what);
  const bytes = readBytes(absolute, { what });
  return { path: absolute, bytes, text: decodeText(bytes, absolute) };
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
