// Turns what was read of a step into its model.
// Not here: reading and its mistakes (schema/).

import type { ReadStep } from '../schema/step-shape.ts';
import { bodyOf } from './read-body.ts';
import type { StepModel, RepeatModel } from './workflow.ts';

/** Returns the model of a step and, for a group, of those inside it. */
export function stepOf(id: string, path: readonly string[], read: ReadStep): StepModel {
  const { foreach, repeat, steps } = read;
  return {
    id,
    path,
    name: read.name,
    needs: read.needs ?? [],
    when: read.when,
    ...bodyOf(read),
    uses: read.uses,
    inputs: Object.fromEntries(read.inputs ?? []),
    onFailure: read.on_failure,
    workspace: read.workspace,
    // Without its list a foreach says nothing; the mistake is already reported.
    foreach:
      foreach === null || foreach.in === null
        ? null
        : { in: foreach.in, as: foreach.as, key: foreach.key, maxParallel: foreach.max_parallel, failFast: foreach.fail_fast },
    repeat: repeat === null ? null : repeatOf(repeat),
    breakWhen: read.break_when,
    interactive: read.interactive,
    steps: steps === null ? null : steps.map(([inner, step]) => stepOf(inner, [...path, 'steps', inner], step)),
  };
}

function repeatOf({ until, while: goesOn, max, delay, progress }: NonNullable<ReadStep['repeat']>): RepeatModel {
  return {
    until,
    while: goesOn,
    max,
    delayMs: delay,
    // Without its expression there is nothing to compare; the mistake is already reported.
    progress: progress === null || progress.of === null ? null : { of: progress.of, within: progress.within },
  };
}
