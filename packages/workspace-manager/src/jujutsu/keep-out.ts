// Keeps files that were brought along out of a workspace's changes. Jujutsu reads ignore files of the repository and of the
// user only, which all workspaces share; but each workspace may say itself which new files it tracks on its own accord.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Source } from '../find-source.ts';
import { notIgnoredByGit } from '../providers/git-worktree.ts';
import { jj } from './jj-program.ts';

const SETTING = 'snapshot.auto-track';

/** Leaves the paths out of what the workspace at `site` tracks; returns what the user should know. */
export async function keepOut(request: {
  readonly source: Source;
  readonly site: string;
  readonly paths: readonly string[];
}): Promise<readonly string[]> {
  const { site, paths } = request;
  const { stdout } = await jj(site, ['--ignore-working-copy', 'config', 'get', SETTING]);
  const without = paths.map((path) => `root:${quoted(path)}`).join(' | ');
  const tracked = `(${stdout.trim() || 'all()'}) ~ (${without})`;
  const set = await jj(site, ['--ignore-working-copy', 'config', 'set', '--workspace', SETTING, JSON.stringify(tracked)]);
  const names = paths.map((path) => `\`${path}\``).join(', ');
  return [
    ...(set.code === 0 ? [] : [`this jj cannot leave files out of one workspace: ${names} must be ignored by the repository`]),
    // A step may commit with git, too.
    ...(existsSync(join(site, '.git')) ? await notIgnoredByGit(site, paths) : []),
  ];
}

/** As a string of Jujutsu's languages. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`;
}
