// Turns overrides of the command line into TOML overlays: `--set steps.build.timeout=1m`, `--env NAME=VALUE`. They are merged
// over the file and checked with it, so an override obeys the same rules as the file.
// Not here: merging (parse/layers.ts), values of parameters (given-values.ts).

import { isTomlDateTime } from '../parse/date-time.ts';
import { parseToml } from '../parse/toml-parser.ts';
import { overlayName } from './origin.ts';
import { tomlPath, tomlString } from './toml-text.ts';

/** An overlay to parse with `parseToml(text, fileName)`, or what is wrong with the argument. */
export type Override =
  | { readonly ok: true; readonly fileName: string; readonly text: string }
  | { readonly ok: false; readonly problem: string; readonly help: string };

/**
 * Reads `KEY.KEY=VALUE`. Keys with other characters than letters, digits, `_` and `-` stand in quotes. A value that is TOML is
 * taken as that, any other as text: `1m` needs no quotes.
 */
export function parseSetOverride(argument: string): Override {
  const keys = readKeys(argument);
  if (keys === null) {
    return {
      ok: false,
      problem: `\`--set ${argument}\` is not of the form KEY=VALUE`,
      help: 'for example `--set steps.build.timeout=1m`',
    };
  }
  const value = argument.slice(keys.end);
  return { ok: true, fileName: overlayName('set', argument), text: `${tomlPath(keys.path)} = ${tomlOrText(value)}\n` };
}

/** Reads `NAME=VALUE` as an environment variable of the run. The value is taken as it is; `${{ }}` means nothing in it. */
export function parseEnvOverride(argument: string): Override {
  const at = argument.indexOf('=');
  const name = argument.slice(0, Math.max(at, 0));
  if (name === '')
    return {
      ok: false,
      problem: `\`--env ${argument}\` is not of the form NAME=VALUE`,
      help: 'for example `--env RUST_LOG=debug`',
    };
  // The overlay is not named after the value, which may be secret.
  return {
    ok: true,
    fileName: overlayName('env-option', name),
    text: `${tomlPath(['env', name])} = ${tomlString(literal(argument.slice(at + 1)))}\n`,
  };
}

/** Reads dotted keys up to the `=` after them, or null when there are none. */
function readKeys(argument: string): { path: string[]; end: number } | null {
  const part = /\s*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')\s*([.=])/y;
  const path: string[] = [];
  for (;;) {
    const match = part.exec(argument);
    if (match === null) return null;
    const [, bare, basic, single, closer] = match;
    const key = bare ?? single ?? decoded(basic!);
    if (key === null) return null;
    path.push(key);
    if (closer === '=') return { path, end: part.lastIndex };
  }
}

function decoded(basic: string): string | null {
  const document = parseToml(`x = "${basic}"`, '');
  const value = document.root['x'];
  return document.diagnostics.length === 0 && typeof value === 'string' ? value : null;
}

function tomlOrText(value: string): string {
  const trimmed = value.trim();
  const prefix = 'x = ';
  const document = parseToml(`${prefix}${trimmed}`, '');
  const parsed = document.root['x'];
  const isWhole = document.spanOf(['x'], 'value').end === prefix.length + trimmed.length;
  // `5 # five` and a value that goes on with keys of its own on the next line are texts; so is what the format has no use for.
  const isValue = parsed !== undefined && document.diagnostics.length === 0 && Object.keys(document.root).length === 1 && isWhole;
  const isUsable = isValue && !isTomlDateTime(parsed) && (typeof parsed !== 'number' || Number.isFinite(parsed));
  return isUsable ? trimmed : tomlString(value);
}

/** Text in which every `${{` is an expression that gives just that. */
function literal(text: string): string {
  return text.replaceAll('${{', "${{ '${{' }}");
}
