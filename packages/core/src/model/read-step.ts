// Turns what was read of a step into its model.
// Not here: reading and its mistakes (schema/).

import type { ReadStep } from '../schema/step-shape.ts';
import { bodyOf } from './read-body.ts';
import type { Json } from './json.ts';
import { MATRIX_NAME, type Matrix, type MatrixList } from './matrix.ts';
import type { ForeachModel, RepeatModel, StepModel } from './workflow.ts';

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
    foreach: foreach === null ? null : foreachOf(foreach),
    repeat: repeat === null ? null : repeatOf(repeat),
    breakWhen: read.break_when,
    interactive: read.interactive,
    steps: steps === null ? null : steps.map(([inner, step]) => stepOf(inner, [...path, 'steps', inner], step)),
  };
}

function foreachOf(read: NonNullable<ReadStep['foreach']>): ForeachModel {
  const { as, key } = read;
  const matrix: Matrix | null =
    read.matrix === null
      ? null
      : {
          axes: read.matrix.map(([name, values]) => ({ name, values })),
          exclude: tablesOf(read.exclude),
          include: tablesOf(read.include),
        };
  return {
    in: read.in,
    matrix,
    as: as ?? (matrix === null ? null : MATRIX_NAME),
    key,
    maxParallel: read.max_parallel,
    failFast: read.fail_fast,
  };
}

function tablesOf(read: string | readonly (readonly (readonly [string, Json])[])[]): MatrixList {
  return typeof read === 'string' ? read : read.map((entries) => Object.fromEntries(entries));
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
