// The second table of ARCHITECTURE.md says where each thing is decided; every file it names must be there and export
// something, so that a reader who follows the table arrives.

import type { Finding, Tree } from './tree.ts';
import { readTable } from './table.ts';

const FILE = 'ARCHITECTURE.md';

export function checkDecisions(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  const files = new Set(tree.files);
  for (const { cells, line } of readTable(tree.root, FILE, 'question')) {
    const path = (cells[1] ?? '').replaceAll('`', '');
    if (path.endsWith('/')) {
      if (!tree.files.some((file) => file.startsWith(path)))
        findings.push({ file: FILE, line, rule: 'decisions', message: `${path} does not exist` });
    } else if (!files.has(path)) findings.push({ file: FILE, line, rule: 'decisions', message: `${path} does not exist` });
    else if (!/^export /m.test(tree.byPath.get(path)?.text ?? ''))
      findings.push({ file: FILE, line, rule: 'decisions', message: `${path} exports nothing` });
    for (const [type] of (cells[2] ?? '').matchAll(/\b(?:run|step|workspace|artifact)\.[a-z-]+/g))
      if (!(tree.byPath.get('packages/events/src/run-event.ts')?.text ?? '').includes(`'${type}'`))
        findings.push({ file: FILE, line, rule: 'decisions', message: `there is no event ${type}` });
  }
  return findings;
}
