// Turns `--env NAME=VALUE` of the command line into a TOML overlay. It is merged over the file and checked with it, so that it
// obeys the same rules as the file.
// Not here: `--set` (parse/parse-setting.ts), merging (parse/layers.ts), values of parameters (given-values.ts).

import { renderTomlPath, renderTomlValue } from '../parse/render-toml.ts';
import { overlayName } from './origin.ts';

/** An overlay to parse with `parseToml(text, fileName)`, or what is wrong with the argument. */
export type Override =
  | { readonly ok: true; readonly fileName: string; readonly text: string }
  | { readonly ok: false; readonly problem: string; readonly help: string };

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
    fileName: overlayName(name),
    text: `${renderTomlPath(['env', name])} = ${renderTomlValue(literal(argument.slice(at + 1)))}\n`,
  };
}

/** Text in which every `${{` is an expression that gives just that. */
function literal(text: string): string {
  return text.replaceAll('${{', "${{ '${{' }}");
}
