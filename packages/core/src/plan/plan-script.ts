// Makes a script of the file ready to run: each value in it becomes an environment variable.
// Not here: how a script is rewritten so that no value can become a command (rewrite-script.ts).

import { parseText } from '../expression/parse-text.ts';
import type { Text } from './plan.ts';

/** Returns the script as it is given to its interpreter, and the variables it reads. */
export function planScript(
  script: string,
  _shell: string,
): { readonly script: string; readonly env: { readonly [name: string]: Text } } {
  const env: { [name: string]: Text } = {};
  const parts = parseText(script).parts.map((part) => {
    if (part.kind === 'literal') return part.text;
    const name = `WORKFLOW_VALUE_${Object.keys(env).length + 1}`;
    env[name] = [{ expression: part.source }];
    return `"$${name}"`;
  });
  return { script: parts.join(''), env };
}
