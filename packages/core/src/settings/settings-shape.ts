// The keys of `config.toml`: what a user wants of the program in all repositories.
// Not here: the keys of a workflow file (schema/workflow-shape.ts), reading (read-settings.ts).

import { duration, integer, map, optional, size, table } from '../schema/define.ts';
import { workflowId } from '../schema/formats.ts';
import type { Produced } from '../schema/shape.ts';

/** What can be said for all workflows, and otherwise for one. */
const ofRuns = {
  runs: optional(duration(), {
    doc: 'Runs that ended so long ago go, with their logs and artifacts.',
    example: '"90d"',
  }),
  keep_last: optional(integer(0, 1_000_000), {
    doc: 'The last so many runs of a workflow stay whole, however old they are. Without it: 1.',
    example: '20',
  }),
  logs: optional(duration(), {
    doc: 'Logs of runs that ended so long ago go; the runs stay.',
    example: '"30d"',
  }),
  artifacts: optional(duration(), {
    doc: 'Artifacts without a `retention` of their own go so long after their run ended; the runs stay.',
    example: '"30d"',
  }),
};

const retentionShape = table({
  name: 'retention',
  title: 'the retention',
  keys: {
    ...ofRuns,
    max_size: optional(size(), {
      doc: 'When history, logs and artifacts together take more, the oldest runs go, whatever their age.',
      example: '"5GiB"',
    }),
    bundles: optional(duration(), {
      doc: 'Workflow files that were fetched from URLs go when nothing used them for so long.',
      example: '"30d"',
    }),
    cache: optional(duration(), {
      doc: 'Kept results of cached steps go when no run used them for so long.',
      example: '"30d"',
    }),
    workspaces: optional(duration(), {
      doc: 'Workspaces that nobody used for so long go; what was changed in them is kept.',
      example: '"14d"',
    }),
    kept_work: optional(duration(), {
      doc: 'What was kept of workspaces that are gone is thrown away so long after it was kept. Without it: never.',
      example: '"90d"',
    }),
    workflows: optional(
      map({
        placeholder: '<id>',
        nameFormat: workflowId,
        values: () => table({ name: 'workflow-retention', title: 'the retention of a workflow', keys: ofRuns }),
      }),
      {
        doc: 'What holds for one workflow, by its id, in the place of what holds for all.',
        example: '{ nightly = { runs = "7d" } }',
      },
    ),
  },
});

export const settingsShape = table({
  name: 'settings',
  title: 'the settings',
  keys: {
    retention: optional(retentionShape, {
      doc: 'How long things are kept. `workflow prune` removes what is older; nothing goes by itself.',
      example: '{ runs = "90d", keep_last = 20 }',
    }),
  },
});

/** What a settings file reads as. */
export type ReadSettings = Produced<typeof settingsShape>;
