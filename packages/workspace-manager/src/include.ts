// Brings files along that version control leaves out (`.env`, `node_modules`), as `[workspace] include` names them.
// What is in the workspace already is never overwritten: the version of the base counts.

import { lstatSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';

import { copyEntries } from './copy-entries.ts';
import type { Run } from './run-process.ts';

/** From where, to where, what. Folders are physical paths. */
export interface IncludeRequest {
  readonly from: string;
  readonly to: string;
  readonly patterns: readonly string[];
  /** What else there is to bring, by its path. */
  readonly paths: readonly string[];
  readonly run: Run;
}

const METADATA = new Set(['.git', '.jj']);

/** Copies what the patterns match; returns the paths that were copied and what the user should know. */
export async function bringAlong(
  request: IncludeRequest,
): Promise<{ readonly copied: readonly string[]; readonly warnings: readonly string[] }> {
  const { from, to, run } = request;
  const warnings: string[] = [];
  const byFolder = new Map<string, string[]>();
  for (const pattern of request.patterns) {
    const matches = await matchesOf(relativePattern(pattern), from);
    if (matches.length === 0) warnings.push(`workspace include \`${pattern}\` matches nothing in ${from}`);
    for (const match of matches) planCopy(match, request, byFolder);
  }
  for (const path of request.paths) planCopy(path, request, byFolder);
  const copied: string[] = [];
  for (const [folder, names] of byFolder) {
    makeFolder(to, folder);
    await copyEntries({ from, names, to: join(to, folder), run });
    copied.push(...names);
  }
  return { copied, warnings };
}

function relativePattern(pattern: string): string {
  const relative = normalize(pattern).replace(/\/+$/, '');
  const isOutside = pattern === '' || isAbsolute(pattern) || relative === '.' || relative.split(sep).includes('..');
  const isMetadata = METADATA.has(relative.split(sep)[0] ?? '');
  if (!isOutside && !isMetadata) return relative;
  throw new UserError(
    'workspace-include-invalid',
    `workspace include \`${pattern}\` ${isMetadata ? 'names version control metadata' : 'is not a path inside the repository'}`,
    {
      hint: 'name files and folders relative to the root of the repository',
      exitCode: 2,
    },
  );
}

/** Returns matching paths, none below another. */
async function matchesOf(pattern: string, from: string): Promise<readonly string[]> {
  if (!/[*?[\]{}!()]/.test(pattern)) return exists(join(from, pattern)) ? [pattern] : [];
  const found: string[] = [];
  const exclude = (name: string): boolean => METADATA.has(name.split(sep).at(-1) ?? '');
  for await (const path of glob(pattern, { cwd: from, exclude })) found.push(path);
  const matched = new Set(found);
  return found.filter((path) => !ancestorsOf(path).some((folder) => matched.has(folder))).sort();
}

/** Notes what to copy for one match: all of it, or of a folder that is there already what it lacks. */
function planCopy(path: string, request: IncludeRequest, byFolder: Map<string, string[]>): void {
  const { from, to } = request;
  const source = join(from, path);
  // A link among the folders above would lead elsewhere.
  if (realpathSync(dirname(source)) !== dirname(source)) {
    throw new UserError('workspace-include-invalid', `workspace include \`${path}\` lies behind a symbolic link`, {
      hint: 'name the place the link points at',
      exitCode: 2,
    });
  }
  const target = lstatSync(join(to, path), { throwIfNoEntry: false });
  if (target === undefined) {
    const folder = dirname(path);
    const names = byFolder.get(folder) ?? [];
    if (!names.includes(path)) byFolder.set(folder, [...names, path]);
  } else if (target.isDirectory() && lstatSync(source).isDirectory()) {
    for (const name of readdirSync(source)) planCopy(join(path, name), request, byFolder);
  }
}

/** Makes a folder inside the workspace; never through a link that the base has in that place. */
function makeFolder(to: string, folder: string): void {
  let made = to;
  for (const name of folder === '.' ? [] : folder.split(sep)) {
    made = join(made, name);
    const stat = lstatSync(made, { throwIfNoEntry: false });
    if (stat === undefined) mkdirSync(made);
    else if (!stat.isDirectory()) {
      throw new UserError(
        'workspace-include-invalid',
        `cannot bring files along into \`${folder}\`: the workspace has no folder there but a ${stat.isSymbolicLink() ? 'link' : 'file'}`,
        {
          hint: 'leave these files out of `include` and `.worktreeinclude`',
          exitCode: 2,
        },
      );
    }
  }
  assert(made === to || made.startsWith(`${to}${sep}`), 'files are brought along into the workspace only');
}

function ancestorsOf(path: string): readonly string[] {
  const ancestors: string[] = [];
  for (let folder = dirname(path); folder !== '.' && folder !== sep; folder = dirname(folder)) ancestors.push(folder);
  return ancestors;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
