// Imports point down only: each unit may import what the first table of ARCHITECTURE.md says, and through the door only.

import type { Finding, Tree } from './tree.ts';
import { SCOPE } from './tree.ts';
import { readTable } from './table.ts';

const FILE = 'ARCHITECTURE.md';

export function checkLayers(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  const allowed = new Map<string, Set<string> | 'any'>();
  for (const { cells, line } of readTable(tree.root, FILE, 'folder')) {
    const folder = (cells[0] ?? '').replaceAll('`', '');
    const may = cells[2] ?? '';
    allowed.set(
      folder,
      may === 'any package' ? 'any' : new Set(may === 'nothing' ? [] : may.split(',').map((name) => name.trim())),
    );
    if (!tree.files.some((file) => file.startsWith(`${folder}/`)))
      findings.push({ file: FILE, line, rule: 'layers', message: `${folder} does not exist` });
  }
  const units = new Set(tree.modules.map((module) => module.unit).filter((unit) => /^(packages|apps)\/|^testkit$/.test(unit)));
  for (const unit of units)
    if (!allowed.has(unit)) findings.push({ file: FILE, line: 1, rule: 'layers', message: `${unit} is not in the table` });

  for (const module of tree.modules) {
    const may = allowed.get(module.unit);
    for (const { specifier, line, target } of module.imports) {
      if (specifier.startsWith('.')) {
        if (target !== null && may !== undefined && !target.startsWith(`${module.unit}/`))
          findings.push({ file: module.path, line, rule: 'layers', message: `reaches out of its package: ${specifier}` });
        continue;
      }
      if (!specifier.startsWith(SCOPE)) continue;
      const name = specifier.slice(SCOPE.length);
      if (name.includes('/'))
        findings.push({ file: module.path, line, rule: 'door', message: `imports past the door of ${name.split('/')[0]}` });
      if (may === undefined || may === 'any' || module.isTest) continue;
      if (!may.has(name))
        findings.push({ file: module.path, line, rule: 'layers', message: `${module.unit} may not import ${name}` });
    }
  }
  return findings;
}
