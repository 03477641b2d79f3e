// A `foreach` over all combinations of some lists, as in a test matrix.
// Not here: which combinations there are (plan/expand-matrix.ts).

import type { Json } from './json.ts';

/** Values as they stand in the file, or an expression that gives a list of them. */
export type MatrixList = readonly Json[] | string;

/** What the item of a matrix is called unless `as` calls it something else. */
export const MATRIX_NAME = 'matrix';

/** Returns the expressions that say which items a `foreach` has. */
export function listSources(foreach: { readonly in: string | null; readonly matrix?: Matrix | null } | null): readonly string[] {
  if (foreach === null) return [];
  const { matrix = null } = foreach;
  const lists = matrix === null ? [] : [...matrix.axes.map(({ values }) => values), matrix.exclude, matrix.include];
  return [foreach.in, ...lists].filter((list) => typeof list === 'string');
}

export interface Matrix {
  /** In the order of the file: the last one changes fastest. */
  readonly axes: readonly { readonly name: string; readonly values: MatrixList }[];
  /** Tables. Combinations that agree with all that one of them says are left out. */
  readonly exclude: MatrixList;
  /** Tables, each added to the combinations that agree with it, or as one more. */
  readonly include: MatrixList;
}
