// A unit's package.json names exactly the packages that its modules import, with exact versions.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Tree } from './tree.ts';

interface Manifest {
  readonly dependencies?: { readonly [name: string]: string };
  readonly devDependencies?: { readonly [name: string]: string };
  readonly optionalDependencies?: { readonly [name: string]: string };
}

export function checkDependencies(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  const rootNames = Object.keys(read(tree, 'package.json').devDependencies ?? {});
  for (const file of tree.files.filter((path) => /^(packages|apps)\/[^/]+\/package\.json$|^testkit\/package\.json$/.test(path))) {
    const unit = file.slice(0, -'/package.json'.length);
    const manifest = read(tree, file);
    const declared = { ...manifest.dependencies, ...manifest.optionalDependencies };
    const used = new Map<string, { path: string; line: number; isTest: boolean }>();
    for (const module of tree.modules.filter((each) => each.unit === unit))
      for (const { specifier, line } of module.imports) {
        if (specifier.startsWith('.') || specifier.startsWith('node:')) continue;
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        const seen = used.get(name);
        if (seen === undefined || (seen.isTest && !module.isTest))
          used.set(name, { path: module.path, line, isTest: module.isTest });
      }
    for (const [name, { path, line, isTest }] of used)
      if (
        !(name in declared) &&
        !((isTest || unit === 'testkit') && (rootNames.includes(name) || name.startsWith('@workflow-platform/')))
      )
        findings.push({ file: path, line, rule: 'dependencies', message: `${name} is not in ${file}` });
    for (const [name, version] of Object.entries(declared)) {
      if (!used.has(name)) findings.push({ file, line: 1, rule: 'dependencies', message: `${name} is declared and not used` });
      if (!/^\d+\.\d+\.\d+$/.test(version))
        findings.push({ file, line: 1, rule: 'dependencies', message: `${name} has no exact version: ${version}` });
    }
  }
  return findings;
}

function read(tree: Tree, file: string): Manifest {
  return JSON.parse(readFileSync(join(tree.root, file), 'utf8')) as Manifest;
}
