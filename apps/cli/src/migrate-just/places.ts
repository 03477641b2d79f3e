// Where recipes and modules work, seen from the root of the repository: the workspace of a run has the same folders.
// Not here: paths of the machine the conversion runs on; a workflow must not know them.

import { NotConvertible } from './finding.ts';
import type { JustModule } from './justfile.ts';
import { joinValues, textValue, type Value } from './value.ts';
import type { Scope } from './evaluate.ts';

export interface Places {
  /** Folder of the justfile, relative to the root of the repository; empty for the root itself. */
  readonly folder: string;
  /** Name of the justfile. */
  readonly file: string;
  /** Absolute folder of the justfile, to find modules by; null where the dump does not tell. */
  readonly absolute: string | null;
}

/** Returns the value of `workspace` for what runs where a module's recipes do. */
export function folderOf(module: JustModule, places: Places): string {
  return workspaceFolder(workingFolder(module, places));
}

/** Returns the folder in which a module's recipes work, if they do not say otherwise, relative to the root of the repository. */
export function workingFolder(module: JustModule, places: Places): string {
  return joinFolders(moduleFolder(module, places), module.settings.workingDirectory ?? '');
}

/** Returns the value of `workspace` for a folder; throws for one that is not in the repository. */
export function workspaceFolder(folder: string): string {
  if (folder.startsWith('/') || folder.split('/').includes('..'))
    throw new NotConvertible(
      `it works in \`${folder}\`, outside of the repository`,
      'let the script change there itself: `cd` in its first line',
    );
  return folder === '' ? 'inherit' : folder.replaceAll('${{', '$$${{');
}

/** Puts a folder behind another, `.` and `..` taken away. */
export function joinFolders(first: string, second: string): string {
  if (second.startsWith('/')) return second;
  const parts: string[] = [];
  for (const part of `${first}/${second}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** Returns the folder of a module relative to the root of the repository. */
export function moduleFolder(module: JustModule, { folder, absolute }: Places): string {
  if (module.path.length === 0 || module.source === null || absolute === null) return folder;
  const own = module.source.slice(0, module.source.lastIndexOf('/'));
  if (own === absolute) return folder;
  if (own.startsWith(`${absolute}/`)) return joinFolders(folder, own.slice(absolute.length + 1));
  throw new NotConvertible(
    `the module \`${module.path.join('::')}\` lies outside of the justfile's folder`,
    'move it into the repository',
  );
}

/** Returns the value of a function that names a file or folder of the justfile, or null for any other function. */
export function pathOf(name: string, { module, places, draft }: Scope): Value | null {
  switch (name.replace(/_dir$/, '_directory')) {
    case 'justfile_directory':
      return below(places.folder);
    case 'justfile':
      return below(joinFolders(places.folder, places.file));
    case 'source_directory':
    case 'module_directory':
      return below(moduleFolder(module, places));
    case 'source_file':
    case 'module_file':
      return below(
        joinFolders(moduleFolder(module, places), module.source?.slice(module.source.lastIndexOf('/') + 1) ?? places.file),
      );
    case 'invocation_directory':
    case 'invocation_directory_native':
      draft.remark(
        'the folder that just was called from is not known to a workflow; the root of the workspace takes its place',
        'give the folder as a parameter where it matters',
      );
      return below('');
    default:
      return null;
  }
}

function below(folder: string): Value {
  return joinValues([{ kind: 'expression', source: 'workspace.path' }], textValue(folder === '' ? '' : `/${folder}`));
}
