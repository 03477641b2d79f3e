// Finds plugins in folders and reads their manifests. A plugin is installed by copying its folder; a broken one is told and
// left out, the others go on working.
// Not here: what a manifest says (read-manifest.ts), how an action runs (effects/attempt.ts).

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionSignature, CustomValidator, ParameterType } from '@workflow-platform/core';
import { existingInside } from '../inside.ts';
import type { LoadedPlugin } from './manifest.ts';
import { problem, readDeclaration } from './read-declaration.ts';
import type { PluginProblem } from './read-declaration.ts';
import { readManifest } from './read-manifest.ts';

export interface LoadedPlugins {
  readonly plugins: readonly LoadedPlugin[];
  readonly signatures: readonly ActionSignature[];
  readonly parameterTypes: readonly ParameterType[];
  readonly validators: readonly CustomValidator[];
  readonly problems: readonly PluginProblem[];
}

/**
 * Loads all plugins of the folders, in order of strength: of two plugins with one name the first counts, with a warning.
 * `typeNames` are the parameter types there are without plugins.
 */
export function loadPlugins(folders: readonly string[], typeNames: readonly string[]): LoadedPlugins {
  const problems: PluginProblem[] = [];
  const plugins = new Map<string, LoadedPlugin>();
  const parameterTypes: ParameterType[] = [];
  for (const parent of folders) {
    for (const name of pluginFolders(parent)) {
      const folder = join(parent, name);
      const stronger = plugins.get(name);
      if (stronger !== undefined) {
        problems.push(
          problem('warning', folder, `the plugin \`${name}\` is not used: the one in ${stronger.folder} comes first`, null),
        );
        continue;
      }
      const taken = [...typeNames, ...parameterTypes.map((type) => type.name)];
      const plugin = loadPlugin(folder, name, taken, problems);
      if (plugin === null) continue;
      plugins.set(name, plugin);
      parameterTypes.push(...plugin.manifest.parameterTypes);
    }
  }
  const all = [...plugins.values()];
  return {
    plugins: all,
    signatures: all.flatMap(({ manifest }) => manifest.actions),
    parameterTypes,
    validators: all.flatMap(({ manifest }) => manifest.validators),
    problems,
  };
}

/** Returns the folders where plugins lie, the strongest first: those of the project, then those of the user. */
export function pluginParents(env: NodeJS.ProcessEnv, projectFolder: string): readonly string[] {
  const data = env['XDG_DATA_HOME'] || (env['HOME'] ? join(env['HOME'], '.local', 'share') : '');
  return [join(projectFolder, '.workflow', 'plugins'), ...(data === '' ? [] : [join(data, 'workflow', 'plugins')])];
}

function pluginFolders(parent: string): readonly string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => !name.startsWith('.') && (statSync(join(parent, name), { throwIfNoEntry: false })?.isDirectory() ?? false))
    .sort();
}

function loadPlugin(folder: string, name: string, typeNames: readonly string[], problems: PluginProblem[]): LoadedPlugin | null {
  const file = ['plugin.toml', 'plugin.json'].map((one) => join(folder, one)).find((path) => existsSync(path));
  if (file === undefined) {
    problems.push(problem('error', folder, `the plugin \`${name}\` has no manifest`, 'add a plugin.toml, or remove the folder'));
    return null;
  }
  const before = problems.length;
  const source = readDeclaration(file, problems);
  if (source === null) return null;
  const { report } = source;
  const manifest = readManifest(source.values, typeNames, report);
  if (manifest.name !== '' && manifest.name !== name) {
    report(['name'], `the plugin is called \`${manifest.name}\`, but its folder \`${name}\``, 'give both the same name');
  }
  if (manifest.entry.kind === 'module' && manifest.entry.main !== '' && existingInside(folder, manifest.entry.main) === null) {
    report(['main'], `there is no file \`${manifest.entry.main}\` in the plugin's folder`);
  }
  return problems.length === before ? { folder, manifest } : null;
}
