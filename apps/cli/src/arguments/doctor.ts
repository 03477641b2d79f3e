// Arguments of `workflow doctor`.

import { buildCommand } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { json, lazily, withExamples, word } from './common-flags.ts';

export interface DoctorFlags {
  readonly full: boolean;
  readonly repair: boolean;
  readonly backup?: string;
  readonly json: boolean;
}

export const doctorCommand = buildCommand<DoctorFlags, [], CliContext>({
  loader: lazily(async () => (await import('../subcommands/doctor.ts')).doctor),
  parameters: {
    flags: {
      full: { kind: 'boolean', brief: 'Look at everything: each index, each run, each kept file', default: false },
      repair: { kind: 'boolean', brief: 'Make lists again that can be derived from events', default: false },
      backup: {
        kind: 'parsed',
        parse: word,
        optional: true,
        brief: 'Copy the history into this new file, while runs go on',
        placeholder: 'FILE',
      },
      json: json('Print what was found as JSON'),
    },
  },
  docs: {
    brief: 'Check the history and everything kept beside it, or back the history up',
    fullDescription: withExamples(
      'Checks the history of runs, artifacts, logs and workspaces, and says for each thing that is wrong what to do. Exits with 1 when something is. Changes nothing without --repair.',
      [
        ['workflow doctor', 'a quick check, and what takes how much room'],
        ['workflow doctor --full', 'look at everything'],
        ['workflow doctor --backup history.bak', 'a copy of the history, as it is at one moment'],
      ],
    ),
  },
});
