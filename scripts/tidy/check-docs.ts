// Links between documents lead somewhere, and decisions are numbered without gaps.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Finding, Tree } from './tree.ts';
import { lineOf } from './tree.ts';

export function checkDocs(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const file of tree.files.filter((path) => path.endsWith('.md') && !path.includes('/testdata/'))) {
    const text = readFileSync(join(tree.root, file), 'utf8');
    for (const match of text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
      const target = match[1] ?? '';
      if (/^[a-z]+:/.test(target)) continue;
      if (!existsSync(join(tree.root, normalize(join(dirname(file), target)))))
        findings.push({ file, line: lineOf(text, match.index), rule: 'docs', message: `the link leads nowhere: ${target}` });
    }
  }
  const numbers = tree.files.map((path) => /^docs\/decisions\/(\d{4})-/.exec(path)?.[1]).filter((found) => found !== undefined);
  numbers.sort().forEach((number, index) => {
    if (Number(number) !== index + 1)
      findings.push({ file: 'docs/decisions', line: 1, rule: 'docs', message: `decision ${number} is out of sequence` });
  });
  return findings;
}
