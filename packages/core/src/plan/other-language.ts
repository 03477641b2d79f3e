// Scripts in other languages than shell: no value may stand in them, as each has quotes of its own. They read variables instead.
// Not here: shells (rewrite-script.ts).

import { programOf } from './shell-kind.ts';
import { suggestEnv } from './suggest-env.ts';

/** How a program reads a variable, by the beginning of its interpreter's name. */
const readers: readonly (readonly [RegExp, string, (name: string) => string])[] = [
  [/^(?:python|pypy|ipython)/, 'Python', (name) => `os.environ["${name}"]`],
  [/^(?:node|nodejs|bun|tsx|ts-node)/, 'JavaScript', (name) => `process.env.${name}`],
  [/^deno/, 'JavaScript', (name) => `Deno.env.get("${name}")`],
  [/^(?:ruby|jruby|irb)/, 'Ruby', (name) => `ENV["${name}"]`],
  [/^perl/, 'Perl', (name) => `$ENV{${name}}`],
  [/^php/, 'PHP', (name) => `getenv("${name}")`],
  [/^lua/, 'Lua', (name) => `os.getenv("${name}")`],
  [/^(?:pwsh|powershell)/, 'PowerShell', (name) => `$env:${name}`],
  [/^(?:Rscript|R)$/, 'R', (name) => `Sys.getenv("${name}")`],
  [/^julia/, 'Julia', (name) => `ENV["${name}"]`],
  [/^elixir/, 'Elixir', (name) => `System.get_env("${name}")`],
  [/^fish/, 'fish', (name) => `"$${name}"`],
  [/^(?:csh|tcsh)/, 'csh', (name) => `"$${name}"`],
  [/^(?:awk|gawk|mawk|nawk)/, 'awk', (name) => `ENVIRON["${name}"]`],
];

/** Says why an expression can't stand in a script of another language, and what to write instead. */
export function otherLanguageHelp(
  shell: string,
  expression: string,
): { code: 'interpolation-other-language'; message: string; help: string } {
  const program = programOf(shell);
  const { name, line } = suggestEnv(expression);
  const known = readers.find(([pattern]) => pattern.test(program));
  const read = known === undefined ? `read the environment variable ${name}` : `read it with \`${known[2](name)}\``;
  return {
    code: 'interpolation-other-language',
    message: `\`\${{ }}\` can't stand in a script for \`${program}\`: ${known === undefined ? 'its quoting is unknown' : `in ${known[1]} a value could end its quotes and run as code`}`,
    help: `write \`${line}\` and ${read}`,
  };
}
