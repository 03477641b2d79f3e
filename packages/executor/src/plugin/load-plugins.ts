// Finds plugins in folders and reads their manifests. A plugin is installed by copying its folder; a broken one is told and
// left out, the others go on working.
// Not here: what a manifest says (read-manifest.ts), how an action runs (effects/attempt.ts).

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { locateDiagnostics, parseToml } from '@workflow-platform/core';
import type { ActionSignature, CustomValidator, Diagnostic, ParameterType, TomlDocument } from '@workflow-platform/core';
import { existingInside } from '../inside.ts';
import type { ManifestPath } from './fields.ts';
import { isTable } from './fields.ts';
import type { LoadedPlugin } from './manifest.ts';
import { readManifest } from './read-manifest.ts';

/** What is wrong with a plugin, or worth knowing. */
export interface PluginProblem {
  readonly severity: 'error' | 'warning';
  /** The manifest, or the folder when it has none. */
  readonly file: string;
  /** From 1; null where the place is not known. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  readonly help: string | null;
}

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
  const source = readValues(file, problems);
  if (source === null) return null;
  const report = (path: ManifestPath, message: string, help?: string): void => {
    const place = source.document === null ? null : placeOf(source.document, path);
    problems.push({ ...problem('error', file, message, help ?? null), line: place?.line ?? null, column: place?.column ?? null });
  };
  const manifest = readManifest(source.values, typeNames, report);
  if (manifest.name !== '' && manifest.name !== name) {
    report(['name'], `the plugin is called \`${manifest.name}\`, but its folder \`${name}\``, 'give both the same name');
  }
  if (manifest.entry.kind === 'module' && manifest.entry.main !== '' && existingInside(folder, manifest.entry.main) === null) {
    report(['main'], `there is no file \`${manifest.entry.main}\` in the plugin's folder`);
  }
  return problems.length === before ? { folder, manifest } : null;
}

function readValues(
  file: string,
  problems: PluginProblem[],
): { values: { readonly [key: string]: unknown }; document: TomlDocument | null } | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    problems.push(problem('error', file, `cannot be read: ${(error as Error).message}`, null));
    return null;
  }
  if (file.endsWith('.toml')) {
    const document = parseToml(text, file);
    for (const { line, column, message, help } of locateDiagnostics([document], document.diagnostics)) {
      problems.push({ severity: 'error', file, line, column, message, help });
    }
    return document.diagnostics.length === 0 ? { values: document.root, document } : null;
  }
  try {
    const values: unknown = JSON.parse(text);
    if (isTable(values)) return { values, document: null };
    problems.push(problem('error', file, 'a manifest must be a JSON object', null));
  } catch (error) {
    problems.push(problem('error', file, `is not JSON: ${(error as Error).message}`, null));
  }
  return null;
}

function placeOf(document: TomlDocument, path: ManifestPath): { line: number; column: number } | undefined {
  const part = document.valueAt(path) === undefined ? 'entry' : 'key';
  const diagnostic: Diagnostic = {
    code: 'plugin',
    severity: 'error',
    message: '',
    help: null,
    span: document.spanOf(path, part),
    related: [],
  };
  return locateDiagnostics([document], [diagnostic])[0];
}

function problem(severity: 'error' | 'warning', file: string, message: string, help: string | null): PluginProblem {
  return { severity, file, line: null, column: null, message, help };
}
