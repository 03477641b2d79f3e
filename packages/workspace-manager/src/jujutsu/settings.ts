// What the user has set that matters to us, in a repository's main checkout. Known for as long as this process lives.

import { jj } from './jj-program.ts';

/** What the user has set. */
export interface JujutsuSettings {
  /** Arguments that give commits an author where the user has set none. */
  readonly author: readonly string[];
  /** False when the user wants no git worktrees with workspaces. */
  readonly colocates: boolean;
}

/** A template that tells the settings at the end of a line; not every version knows `config`. */
export const SETTINGS_TEMPLATE = 'json(config("git.colocate")) ++ " " ++ json(config("user.name"))';

const settings = new Map<string, Promise<JujutsuSettings>>();

/** Returns the settings that hold in a repository's main checkout; asks when they are not known yet. */
export function settingsIn(root: string): Promise<JujutsuSettings> {
  const known = settings.get(root) ?? askForSettings(root);
  settings.set(root, known);
  return known;
}

/** Says whether the settings of a repository have been asked for before. */
export function hasSettingsOf(root: string): boolean {
  return settings.has(root);
}

/** Notes, and returns, what the settings template has told of a main checkout. */
export function noteSettings(root: string, told: string): JujutsuSettings {
  const [colocate, name] = [told.slice(0, told.indexOf(' ')), told.slice(told.indexOf(' ') + 1)];
  const noted = settingsOf({ hasName: !['""', 'null'].includes(name), colocates: colocate !== 'false' });
  settings.set(root, Promise.resolve(noted));
  return noted;
}

async function askForSettings(checkout: string): Promise<JujutsuSettings> {
  const template = '--template=name ++ "=" ++ value ++ "\\n"';
  const { stdout } = await jj(checkout, ['--ignore-working-copy', 'config', 'list', '--include-defaults', template]);
  const lines = new Set(stdout.split('\n'));
  const hasName = [...lines].some((line) => line.startsWith('user.name=') && line !== 'user.name=""');
  return settingsOf({ hasName, colocates: !lines.has('git.colocate=false') });
}

function settingsOf({ hasName, colocates }: { readonly hasName: boolean; readonly colocates: boolean }): JujutsuSettings {
  return { author: hasName ? [] : ['--config=user.name=workflow', '--config=user.email=workflow@localhost'], colocates };
}
