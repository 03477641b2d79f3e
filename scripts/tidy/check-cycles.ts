// No import circles between modules, counting imports that exist at run time.

import type { Finding, Tree } from './tree.ts';

export function checkCycles(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];

  const visit = (path: string): void => {
    const module = tree.byPath.get(path);
    if (module === undefined || state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      const circle = [...trail.slice(trail.indexOf(path)), path];
      findings.push({ file: path, line: 1, rule: 'cycle', message: circle.join(' → ') });
      return;
    }
    state.set(path, 'open');
    trail.push(path);
    for (const { target, isType } of module.imports) if (target !== null && !isType) visit(target);
    trail.pop();
    state.set(path, 'done');
  };
  for (const module of tree.modules) visit(module.path);
  return findings;
}
