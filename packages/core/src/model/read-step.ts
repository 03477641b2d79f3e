// Turns what was read of a step into its model.
// Not here: reading and its mistakes (schema/).

import type { ReadStep } from '../schema/step-shape.ts';
import { bodyOf } from './read-body.ts';
import type { StepModel } from './workflow.ts';

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
    repeat: repeat === null ? null : { until: repeat.until, while: repeat.while, max: repeat.max, delayMs: repeat.delay },
    breakWhen: read.break_when,
    steps: steps === null ? null : steps.map(([inner, step]) => stepOf(inner, [...path, 'steps', inner], step)),
  };
}
