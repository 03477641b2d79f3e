// Finds the presets of agents: those of the project, then those of the user, then those that ship with the engine. One with a
// mistake stands for nothing, and for nothing else either: what the author meant must not quietly become something weaker.
// Not here: what a preset says (read-preset.ts).

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { builtinPresets } from '@workflow-platform/agent';
import type { AgentPreset } from '@workflow-platform/agent';
import { assert } from '@workflow-platform/events';
import { problem, readDeclaration } from '../plugin/read-declaration.ts';
import type { PluginProblem } from '../plugin/read-declaration.ts';
import { readPreset } from './read-preset.ts';

export interface LoadedPresets {
  /** Sorted; those with mistakes too. */
  readonly names: readonly string[];
  readonly problems: readonly PluginProblem[];
  /** Returns a preset with the file it is from (null: ours), what is wrong with it, or null when there is none. */
  find(name: string): FoundPreset | null;
}

export type FoundPreset =
  | { readonly ok: true; readonly preset: AgentPreset; readonly file: string | null }
  | { readonly ok: false; readonly problem: PluginProblem };

/** Loads all presets of the folders, in order of strength. */
export function loadPresets(folders: readonly string[]): LoadedPresets {
  const problems: PluginProblem[] = [];
  const own = new Map<string, FoundPreset>();
  for (const folder of folders) {
    for (const file of presetFiles(folder)) {
      const name = file.replace(/\.(toml|json)$/, '');
      if (own.has(name)) continue;
      const before = problems.length;
      const path = join(folder, file);
      const preset = loadPreset(name, path, problems);
      const [first] = problems.slice(before);
      own.set(name, first === undefined && preset !== null ? { ok: true, preset, file: path } : { ok: false, problem: first! });
    }
  }
  return {
    names: [...new Set([...own.keys(), ...Object.keys(builtinPresets)])].sort(),
    problems,
    find: (name) => own.get(name) ?? findBuiltin(name),
  };
}

/** Returns the folders where presets lie, the strongest first. */
export function presetParents(env: NodeJS.ProcessEnv, projectFolder: string): readonly string[] {
  const config = env['XDG_CONFIG_HOME'] || (env['HOME'] ? join(env['HOME'], '.config') : '');
  return [join(projectFolder, '.workflow', 'agents'), ...(config === '' ? [] : [join(config, 'workflow', 'agents')])];
}

function presetFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && /\.(toml|json)$/.test(name))
    .sort();
}

const namePattern = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;

function loadPreset(name: string, file: string, problems: PluginProblem[]): AgentPreset | null {
  if (!namePattern.test(name)) {
    const help = 'use lower-case letters, digits, `.`, `_` and `-`';
    problems.push(problem('error', file, `\`${name}\` cannot be the name of an agent`, help));
    return null;
  }
  const source = readDeclaration(file, problems);
  return source === null ? null : readPreset(name, source.values, source.report);
}

function findBuiltin(name: string): FoundPreset | null {
  const values = Object.hasOwn(builtinPresets, name) ? builtinPresets[name] : undefined;
  if (values === undefined) return null;
  const preset = readPreset(name, values, (path, message) => assert(false, `preset ${name}: ${path.join('.')}: ${message}`));
  return { ok: true, preset, file: null };
}
