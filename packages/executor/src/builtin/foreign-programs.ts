// What keeps git and Jujutsu from starting programs that the settings of a repository name: an earlier step may have written
// them, and the actions run in the engine.
// Not here: starting git and Jujutsu (run-tool.ts).

import { runTool } from './run-tool.ts';

/** Arguments of `jj`: no pager, nothing signed, no file system monitor, git as it is on PATH. */
export const JJ_SETTINGS = [
  '--no-pager',
  '--color=never',
  '--config=core.fsmonitor=none',
  '--config=fsmonitor.backend=none',
  '--config=signing.behavior=drop',
  '--config=git.executable-path=git',
] as const;

const GIT_SETTINGS = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.quotePath', 'false'],
] as const;

/** Runs git in a folder and returns what it prints. */
export function runGit(
  folder: string,
  args: readonly string[],
  more: readonly (readonly [string, string])[] = [],
): Promise<Buffer> {
  const settings = [...GIT_SETTINGS, ...more];
  // In variables, which unlike `-c` take names that hold a `=`.
  const variables = settings.flatMap(([name, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, name],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return runTool('git', ['--no-pager', ...args], folder, {
    ...Object.fromEntries(variables),
    GIT_CONFIG_COUNT: String(settings.length),
    // Updating the index runs a hook; what a partial clone lacks is fetched by programs of its settings.
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: 'none',
  });
}

/** Returns settings that switch off the content filters which the repository itself defines; those of the user and the system stay. */
export async function withoutOwnFilters(folder: string): Promise<readonly (readonly [string, string])[]> {
  const list = ['config', '--null', '--show-scope', '--name-only', '--list'];
  const fields = (await runGit(folder, list)).toString().split('\0');
  const filters = new Set<string>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [scope = '', name = ''] = fields.slice(at, at + 2);
    const isOwn = scope === 'local' || scope === 'worktree';
    if (isOwn && name.startsWith('filter.')) filters.add(name.slice(0, name.lastIndexOf('.')));
  }
  return [...filters].flatMap((filter) => [
    [`${filter}.clean`, ''],
    [`${filter}.process`, ''],
    [`${filter}.required`, 'false'],
  ]);
}
