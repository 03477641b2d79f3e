// Start-up: `--version`, `validate` and `status` against bare Node, and a run of one step.
//   node bench/startup.ts [ROUNDS]

import { describeMachine, measure, printTable } from './lib/measure.ts';
import { makeRepository, nodeProgram, ours, trueSteps } from './lib/ours.ts';

const rounds = Number(process.argv[2] ?? 21);
const single = makeRepository('one-step', trueSteps('chain', 1, 1));
const isolated = makeRepository(
  'one-step-worktree',
  trueSteps('chain', 1, 1).replace('provider = "none"', 'provider = "git"\nkeep = "never"'),
);
const bare = { name: 'node -e 0', command: [nodeProgram, '-e', '0'] };

process.stdout.write(`${describeMachine()}\n`);
printTable(
  'Start-up',
  measure(
    [
      bare,
      ours('workflow --version', single, ['--version']),
      ours('workflow --help', single, ['--help']),
      ours('workflow validate', single, ['validate', 'workflow.toml']),
      ours('workflow status', single, ['status']),
    ],
    rounds,
  ),
);
printTable(
  'A run of one step',
  measure(
    [
      bare,
      ours('workflow run, in place', single, ['run', 'workflow.toml'], { keeps: 'SQLite FULL' }),
      ours('workflow run, git worktree made and removed', isolated, ['run', 'workflow.toml'], { keeps: 'SQLite FULL' }),
    ],
    rounds,
  ),
);
