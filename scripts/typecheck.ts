// Checks all types: the whole tree with Node's, and the pure packages again without them, so that no clock, file or process
// can slip in.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
let failed = false;
for (const project of ['tsconfig.json', 'tsconfig.pure.json']) {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) failed = true;
}
process.exitCode = failed ? 1 : 0;
