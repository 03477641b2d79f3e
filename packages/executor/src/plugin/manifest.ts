// What a plugin's manifest says, after reading.
// Not here: how it is read (read-manifest.ts), where plugins lie (load-plugins.ts).

import type { ActionSignature, CustomValidator, ParameterType } from '@workflow-platform/core';

/** How an action of a plugin is started. */
export type PluginEntry =
  /** An ES module whose default export is made by definePlugin; path inside the plugin's folder. */
  | { readonly kind: 'module'; readonly main: string }
  /** Program and arguments; see plugin-command.ts for what in it is a path. */
  | { readonly kind: 'exec'; readonly argv: readonly string[] };

export interface PluginManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly entry: PluginEntry;
  readonly actions: readonly ActionSignature[];
  readonly parameterTypes: readonly ParameterType[];
  readonly validators: readonly CustomValidator[];
}

/** A plugin that can be used. */
export interface LoadedPlugin {
  /** Absolute path. */
  readonly folder: string;
  readonly manifest: PluginManifest;
}
