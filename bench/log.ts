// A step that writes 100 MB: time against `cmd > file`, and the memory of the engine.
//   node bench/log.ts [ROUNDS]

import { join } from 'node:path';
import { cacheFolder, describeMachine, measure, printTable } from './lib/measure.ts';
import { makeRepository, ours } from './lib/ours.ts';

const rounds = Number(process.argv[2] ?? 5);
const command = 'yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c 100000000';
const folder = makeRepository('log', `id = "log"\n[workspace]\nprovider = "none"\n[steps.noise]\nrun = '''${command}'''\n`);

process.stdout.write(`${describeMachine()}\n`);
printTable(
  '100 MB of output',
  measure(
    [
      { name: 'sh -c "cmd" > file', command: ['sh', '-c', command], stdout: join(cacheFolder, 'noise.txt') },
      ours('workflow run', folder, ['run', 'workflow.toml']),
    ],
    rounds,
  ),
);
