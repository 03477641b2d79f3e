// Finds the files below a folder that globs name. Links to folders are not followed, so that a link to the root of the disk costs
// nothing.
// Not here: whether a link leads out of the folder (keep-artifact.ts, cache/).

import { readdir, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { GlobOptions } from 'tinyglobby';

export interface MatchOptions {
  /** Which links are matches: those that lead to a file (the default), or all, as what they are. */
  readonly links?: 'to-files' | 'all';
  /** Globs of what is no match. */
  readonly except?: readonly string[];
}

/** Returns the paths, relative to the folder and sorted. What belongs to version control is left out. */
export async function matchFiles(
  pattern: string,
  folder: string,
  { links = 'to-files', except = [] }: MatchOptions = {},
): Promise<readonly string[]> {
  // Most runs keep no artifacts and need no globs.
  const { glob } = await import('tinyglobby');
  const isMatch = links === 'all' ? () => true : leadsToFile;
  const paths = await glob(pattern, {
    cwd: folder,
    dot: true,
    followSymbolicLinks: false,
    ignore: ['.git/**', '.jj/**', ...except],
    onlyFiles: true,
    fs: { readdir: readdirWithLinks(isMatch) as NonNullable<NonNullable<GlobOptions['fs']>['readdir']> },
  });
  return paths.sort();
}

type Callback = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void;

function readdirWithLinks(isMatch: (link: string) => boolean) {
  return (path: string, options: { withFileTypes: true }, callback: Callback): void => {
    readdir(path, options, (error, entries) =>
      callback(error, error === null ? entries.map((entry) => asFile(entry, path, isMatch)) : []),
    );
  };
}

/** Shows a link that is a match as a file; anything else as it is. */
function asFile(entry: Dirent, folder: string, isMatch: (link: string) => boolean): Dirent {
  if (!entry.isSymbolicLink() || !isMatch(join(folder, entry.name))) return entry;
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
