// Runs all benchmarks one after the other: the tables of docs/performance.md.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

for (const suite of [
  ['startup.ts'],
  ['steps.ts', '5', '1000', '--peers'],
  ['log.ts'],
  ['cancel.ts'],
  ['plan.ts'],
  ['scheduler.ts'],
  ['journal.ts'],
  ['step-cache.ts'],
  ['workspace.ts'],
  ['workspaces-at-once.ts'],
  ['toml-parse.ts'],
  ['expression.ts'],
])
  spawnSync(process.execPath, [join(import.meta.dirname, suite[0] ?? ''), ...suite.slice(1)], { stdio: 'inherit' });
