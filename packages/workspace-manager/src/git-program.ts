// Starts git so that no program runs which the repository's settings name: a step may have written them.
// Content filters (Git LFS) do run where files are checked out, as they would not be whole without.
// Not here: what git is asked (providers/git-worktree.ts).

import { join } from 'node:path';

import { commonDirOf } from './find-source.ts';
import { OUR_GIT_SETTINGS, gitSettingsEnvironment } from './git-settings.ts';
import type { GitSetting } from './git-settings.ts';
import { readRegularFile } from './regular-file.ts';
import { runProcess } from './run-process.ts';
import type { ProcessRequest, ProcessResult } from './run-process.ts';

/** Returns the command line of git with our settings, for a git that does not take them from its environment, too. */
export function gitCommand(args: readonly string[]): readonly [string, ...string[]] {
  return ['git', ...OUR_GIT_SETTINGS.flatMap(([name, value]) => ['-c', `${name}=${value}`]), ...args];
}

/** How git is asked. */
export interface AskGitOptions {
  readonly stdin?: string;
  readonly settings?: readonly GitSetting[];
  /** What stdout is cut at, in characters. */
  readonly stdoutMax?: number;
  readonly encoding?: ProcessRequest['encoding'];
}

/** Asks git something in a folder. What a partial clone lacks is not fetched: that, too, starts programs of its settings. */
export function askGit(
  cwd: string,
  args: readonly string[],
  { stdin, settings = [], stdoutMax, encoding }: AskGitOptions = {},
): Promise<ProcessResult> {
  const env = { ...gitSettingsEnvironment(settings), GIT_ALLOW_PROTOCOL: 'none' };
  return runProcess({
    argv: [...gitCommand(args)],
    cwd,
    env,
    ...(stdin === undefined ? {} : { stdin }),
    ...(stdoutMax === undefined ? {} : { stdoutMax }),
    ...(encoding === undefined ? {} : { encoding }),
  });
}

/**
 * Returns settings that switch off the content filters which the repository itself defines; those of the user and the system
 * stay. Files of such a filter that git cannot tell from their time and size then count as changed.
 */
export async function withoutOwnFilters(checkout: string): Promise<readonly GitSetting[]> {
  if (!mayDefineFilters(checkout)) return [];
  const list = ['config', '--null', '--show-scope', '--name-only', '--get-regexp', '^filter\\.'];
  const { stdout } = await askGit(checkout, list);
  const fields = stdout.split('\0');
  const filters = new Set<string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [scope = '', name = ''] = fields.slice(at, at + 2);
    if (scope === 'local' || scope === 'worktree') filters.add(name.slice(0, name.lastIndexOf('.')));
  }
  return [...filters].flatMap((filter) => [
    [`${filter}.clean`, ''],
    [`${filter}.process`, ''],
    [`${filter}.required`, 'false'],
  ]);
}

/** Saves most repositories a process: their settings neither name filters nor take in other files. */
function mayDefineFilters(checkout: string): boolean {
  const commonDir = commonDirOf(checkout);
  const text = commonDir === null ? null : readRegularFile(join(commonDir, 'config'));
  return text === null || /filter|include|worktreeconfig/i.test(text);
}
