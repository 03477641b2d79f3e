// Settings that hold for every git of ours, also one that another program starts (`jj`).

/** A setting of git: its name and value. */
export type GitSetting = readonly [name: string, value: string];

/** No hook and no file system monitor of the repository runs on our behalf: a step may have written them. */
export const OUR_GIT_SETTINGS: readonly GitSetting[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
];

/** Returns the variables by which git gets our settings and `more`. Unlike `-c`, they take names that hold a `=`. */
export function gitSettingsEnvironment(more: readonly GitSetting[]): { readonly [name: string]: string } {
  const settings = [...OUR_GIT_SETTINGS, ...more];
  const variables = settings.flatMap(([name, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, name],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { ...Object.fromEntries(variables), GIT_CONFIG_COUNT: String(settings.length) };
}
