// Reads the settings of the user, `$XDG_CONFIG_HOME/workflow/config.toml`. A file with a mistake in it counts for nothing: what
// somebody wrote about keeping things must not be half understood.
// Not here: what the keys mean (core).

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { limitDiagnostics, locateDiagnostics, parseToml, readSettings, type Settings } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { decodeText, readBytes } from '@workflow-platform/source';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { renderCount, renderDiagnostics } from './print/diagnostics.ts';

/** Returns where the settings are, whether or not there are any. */
export function settingsFile({ env }: Pick<CliContext, 'env'>): string {
  const given = env['XDG_CONFIG_HOME'];
  const home = env['HOME'];
  const folder =
    given !== undefined && isAbsolute(given) ? given : join(home !== undefined && isAbsolute(home) ? home : homedir(), '.config');
  return join(folder, 'workflow', 'config.toml');
}

/** Reads them; without a file nothing is said. Prints the mistakes and throws a UserError when there are any. */
export function loadSettings(context: CliContext): Settings {
  const file = settingsFile(context);
  const text = existsSync(file) ? decodeText(readBytes(file, { what: 'settings file' }), file) : '';
  const { settings, diagnostics } = readSettings(parseToml(text, file));
  if (diagnostics.length === 0) return settings;
  const located = locateDiagnostics([{ fileName: file, text }], limitDiagnostics(diagnostics));
  const printing = { texts: new Map([[file, text]]), style: context.err.style, columns: context.err.columns() };
  context.err.write(renderDiagnostics(located, printing));
  throw new UserError('invalid-settings', `${renderCount(located, [file])}; nothing was done`, { exitCode: exitCodes.usage });
}
