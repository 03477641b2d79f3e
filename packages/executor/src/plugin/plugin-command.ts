// Decides which command starts a plugin's action.
// Not here: what is said to it (effects/attempt.ts).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedPlugin } from './manifest.ts';

/** Returns the command; `engine` is the command of this program, which runs modules by its subcommand `__plugin`. */
export function pluginCommand(plugin: LoadedPlugin, engine: readonly string[]): readonly string[] {
  const { entry } = plugin.manifest;
  if (entry.kind === 'module') return [...engine, '__plugin', join(plugin.folder, entry.main)];
  const [program = '', ...rest] = entry.argv;
  // The process starts in the workspace, so what names a file of the plugin needs its whole path: a program with a `/` in it,
  // and any argument that is a file of the plugin's folder.
  return [
    program.includes('/') && !program.startsWith('/') ? join(plugin.folder, program) : program,
    ...rest.map((argument) => (isFileOf(plugin.folder, argument) ? join(plugin.folder, argument) : argument)),
  ];
}

function isFileOf(folder: string, argument: string): boolean {
  return argument !== '' && !argument.startsWith('/') && !argument.startsWith('-') && existsSync(join(folder, argument));
}
