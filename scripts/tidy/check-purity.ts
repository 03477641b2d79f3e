// Pure packages have no clock, no chance and no world: all that arrives as arguments. The type checker refuses what has a
// type of Node's or the browser's; this refuses what plain JavaScript offers.

import type { Finding, Tree } from './tree.ts';
import { lineOf } from './tree.ts';

const PURE = /^(packages\/(core|events|scheduler|plugin-sdk\/src\/protocol)|apps\/cli\/src\/migrate-just)\//;
const IMPURE: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|(?<!new )\bDate\(\)/g, 'reads the clock'],
  [/\bMath\.random\b/g, 'is a matter of chance'],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(/g, 'waits'],
  [/\bfrom\s+['"]node:|\bimport\(\s*['"]node:/g, 'imports from Node'],
  [/(?<![\w.])process\.|\bglobalThis\b/g, 'looks at the process'],
  [/\bconsole\.|\bfetch\s*\(/g, 'talks to the world'],
  [/\.toLocale\w+\(|\bIntl\.|\.localeCompare\(/g, 'depends on the locale'],
];

export function checkPurity(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const module of tree.modules) {
    if (!PURE.test(module.path) || module.isTest) continue;
    const code = withoutComments(module.text);
    for (const [pattern, what] of IMPURE)
      for (const match of code.matchAll(pattern))
        findings.push({
          file: module.path,
          line: lineOf(code, match.index),
          rule: 'purity',
          message: `${match[0].trim()} ${what}`,
        });
  }
  return findings;
}

/** Blanks comments, template texts and quoted strings that merely mention such words (documentation in data), keeping lines. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\.|[^`\\])*`|(?<=[=(:,[]\s*|^\s*)'(?:\\.|[^'\\\n])*'(?!;)/gm, (found) =>
    found.replace(/[^\n]/g, ' '),
  );
}
