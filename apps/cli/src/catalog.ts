// Puts together what a workflow file may use: parameter types, built-in actions, and what installed plugins add.
// Not here: loading plugins and their actions (executor), what a file refers to by path (source).

import { builtinParameterTypes, humanActions, type Catalog } from '@workflow-platform/core';
import {
  builtinActions,
  loadPlugins,
  loadPresets,
  pluginParents,
  presetParents,
  withAgents,
  type LoadedPlugins,
  type PluginProblem,
} from '@workflow-platform/executor';
import { findRepositoryRoot } from '@workflow-platform/source';
import type { CliContext } from './context.ts';
import { harmless } from './print/harmless.ts';

/** A catalog, and the plugins it was made from. */
export interface InstalledCatalog {
  readonly catalog: Catalog;
  readonly plugins: LoadedPlugins;
}

/** Loads the catalog of this installation; says on stderr which plugins cannot be used. */
export function loadCatalog(context: CliContext): InstalledCatalog {
  const project = findRepositoryRoot(context.cwd) ?? context.cwd;
  const plugins = loadPlugins(
    pluginParents(context.env, project),
    builtinParameterTypes.map((type) => type.name),
  );
  const presets = loadPresets(presetParents(context.env, project));
  tell(context, 'plugin', plugins.problems);
  tell(context, 'agent preset', presets.problems);
  return {
    plugins,
    catalog: {
      parameterTypes: [...builtinParameterTypes, ...plugins.parameterTypes],
      actions: [...withAgents(builtinActions, presets.names), ...humanActions, ...plugins.signatures],
      validators: plugins.validators,
      workflows: {},
      files: {},
    },
  };
}

function tell(context: CliContext, what: string, problems: readonly PluginProblem[]): void {
  const { style } = context.err;
  for (const { severity, file, line, column, message, help } of problems) {
    const place = line === null ? file : `${file}:${line}:${column}`;
    context.err.write(`${harmless(place)}: ${style.yellow(`${what} ${severity}`)}: ${harmless(message)}\n`);
    if (help !== null) context.err.write(`  = help: ${harmless(help)}\n`);
  }
}
