// Finds places inside a folder, and nowhere else: neither `..` nor symbolic links lead out of it.
// Not here: what is done with the place.

import { lstatSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

/** Returns the real path of something inside a folder; null when it is not there or lies outside. The folder itself is inside. */
export function existingInside(folder: string, path: string): string | null {
  if (path.includes('\0') || isAbsolute(path)) return null;
  const root = realpath(folder);
  const place = realpath(join(folder, path));
  return root !== null && place !== null && isWithin(root, place) ? place : null;
}

/** Returns the path of something inside a folder that may yet be made; null when it would come to lie outside. */
export function possibleInside(folder: string, path: string): string | null {
  if (path.includes('\0') || isAbsolute(path)) return null;
  const root = realpath(folder);
  const wanted = join(folder, path);
  if (root === null || !isWithin(folder, wanted)) return null;
  for (let ancestor = wanted; ; ancestor = dirname(ancestor)) {
    const place = realpath(ancestor);
    // A link that leads nowhere has no real path, yet writing through it would make a file where it points.
    if (place !== null) return isWithin(root, place) ? join(place, relative(ancestor, wanted)) : null;
    if (ancestor === folder || ancestor === dirname(ancestor)) return null;
    if (isLink(ancestor)) return null;
  }
}

/** Returns whether a path is the folder or something below it; both must be absolute and without links. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function realpath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
