// Every module is used: reached from a door (index.ts), a program's start (main.ts, a script, a benchmark), or it is a test.
// A module that only tests reach is dead unless it stands in a test folder.

import type { Finding, Tree } from './tree.ts';

const START =
  /^(packages\/[^/]+\/src\/index\.ts|apps\/[^/]+\/src\/main\.ts|testkit\/src\/index\.ts|testkit\/src\/simulate\.ts|packages\/executor\/test\/crash\/crash-test\.ts|scripts\/[^/]+\.ts|bench\/[^/]+\.ts|examples\/.*\.ts)$/;

export function checkDeadFiles(tree: Tree): Finding[] {
  const reached = reachedFrom(
    tree,
    tree.modules.filter((module) => START.test(module.path) || isRunByName(tree, module.path)).map((module) => module.path),
  );
  const reachedByTests = reachedFrom(
    tree,
    tree.modules.filter((module) => module.path.endsWith('.test.ts')).map((module) => module.path),
  );
  return tree.modules
    .filter(({ path, isTest }) => !reached.has(path) && !path.endsWith('.test.ts') && !(isTest && reachedByTests.has(path)))
    .map(({ path, isTest }) => ({
      file: path,
      line: 1,
      rule: 'dead',
      message: !isTest && reachedByTests.has(path) ? 'only its tests use this' : 'nothing uses this',
    }));
}

/** A program that others start as a process: its file name stands in a string somewhere. */
function isRunByName(tree: Tree, path: string): boolean {
  const name = `${path.split('/').at(-1)}'`;
  return tree.modules.some(
    (module) =>
      module.path !== path &&
      new RegExp(`['"/]${name.replace('.', '\\.')}`).test(module.text.replace(/^(?:import|export).*$/gm, '')),
  );
}

function reachedFrom(tree: Tree, starts: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const queue = [...starts];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { target } of tree.byPath.get(path)?.imports ?? []) if (target !== null) queue.push(target);
  }
  return reached;
}
