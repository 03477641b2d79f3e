// Finds the files below a folder that a glob names. Links to files count as files; links to folders are not followed, so that a
// link to the root of the disk costs nothing.
// Not here: whether a link leads out of the folder (keep-artifact.ts).

import { readdir, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { GlobOptions } from 'tinyglobby';

/** Returns the paths, relative to the folder and sorted. What belongs to version control is left out. */
export async function matchFiles(pattern: string, folder: string): Promise<readonly string[]> {
  // Most runs keep no artifacts and need no globs.
  const { glob } = await import('tinyglobby');
  const paths = await glob(pattern, {
    cwd: folder,
    dot: true,
    followSymbolicLinks: false,
    ignore: ['.git/**', '.jj/**'],
    onlyFiles: true,
    fs: { readdir: readdirWithLinks as NonNullable<NonNullable<GlobOptions['fs']>['readdir']> },
  });
  return paths.sort();
}

type Callback = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void;

function readdirWithLinks(path: string, options: { withFileTypes: true }, callback: Callback): void {
  readdir(path, options, (error, entries) => callback(error, error === null ? entries.map((entry) => asFile(entry, path)) : []));
}

/** Shows a link to a file as what it leads to; anything else as it is. */
function asFile(entry: Dirent, folder: string): Dirent {
  if (!entry.isSymbolicLink() || !leadsToFile(join(folder, entry.name))) return entry;
  return new Proxy(entry, {
    get: (target, key) => {
      if (key === 'isSymbolicLink') return () => false;
      if (key === 'isFile') return () => true;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function leadsToFile(link: string): boolean {
  try {
    return statSync(link).isFile();
  } catch {
    return false;
  }
}
