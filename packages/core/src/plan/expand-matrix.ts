// The combinations of a matrix.
// Not here: evaluating its lists, which item begins when (scheduler).

import type { Json } from '../model/json.ts';
import { canonicalJson } from './canonical-json.ts';
import { valueText } from './resolve-text.ts';

/** A matrix whose expressions are evaluated. */
export interface MatrixValues {
  readonly axes: readonly { readonly name: string; readonly values: readonly Json[] }[];
  readonly exclude: readonly Json[];
  readonly include: readonly Json[];
}

export type MatrixExpansion =
  | { readonly ok: true; readonly items: readonly MatrixItem[] }
  /** `of` is `exclude` or `include`, or null for the matrix as a whole. */
  | { readonly ok: false; readonly of: 'exclude' | 'include' | null; readonly index: number; readonly message: string };

export interface MatrixItem {
  /** The values of its axes with commas between: `linux,20`. */
  readonly key: string;
  readonly value: { readonly [name: string]: Json };
}

/** More than that is a mistake, or work for several runs. */
export const MATRIX_ITEMS_MAX = 10_000;

/**
 * Returns the combinations. `include` works as in GitHub Actions (docs.github.com, "expanding or adding matrix configurations"): an
 * entry is added to every combination of the axes in which it would overwrite no value of an axis, though perhaps what an earlier
 * entry added; where there is none, it is a combination of its own, which later entries leave alone.
 */
export function expandMatrix({ axes, exclude, include }: MatrixValues): MatrixExpansion {
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > MATRIX_ITEMS_MAX) return problem(null, 0, `the matrix has ${count} combinations, and may have ${MATRIX_ITEMS_MAX}`);
  const names = axes.map(({ name }) => name);
  const badExclude = findProblem('exclude', exclude, names);
  if (badExclude !== null) return badExclude;
  const badInclude = findProblem('include', include, null);
  if (badInclude !== null) return badInclude;
  const left = combinationsOf(axes).filter(
    (each) => !exclude.some((entry) => agrees(each, entry as Table, Object.keys(entry as Table))),
  );
  const items = left.map((original) => ({ original, value: { ...original } }));
  const added: Table[] = [];
  for (const entry of include as readonly Table[]) {
    const own = Object.keys(entry).filter((name) => names.includes(name));
    const fitting = items.filter(({ original }) => agrees(original, entry, own));
    for (const item of fitting) Object.assign(item.value, entry);
    if (fitting.length === 0) added.push(entry);
  }
  const all = [...items.map(({ value }) => value), ...added];
  if (all.length > MATRIX_ITEMS_MAX)
    return problem(null, 0, `the matrix has ${all.length} combinations, and may have ${MATRIX_ITEMS_MAX}`);
  return { ok: true, items: all.map((value) => ({ key: keyOf(value, names), value })) };
}

type Table = { readonly [name: string]: Json };

function combinationsOf(axes: MatrixValues['axes']): Table[] {
  return axes.reduce<Table[]>(
    (before, { name, values }) => before.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}

function agrees(combination: Table, entry: Table, names: readonly string[]): boolean {
  return names.every((name) => Object.hasOwn(combination, name) && isSame(combination[name], entry[name]));
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return one === other || canonicalJson(one ?? null) === canonicalJson(other ?? null);
}

/** `names`: all that an entry may have; null for anything. */
function findProblem(
  of: 'exclude' | 'include',
  entries: readonly Json[],
  names: readonly string[] | null,
): Extract<MatrixExpansion, { readonly ok: false }> | null {
  for (const [index, entry] of entries.entries()) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      return problem(of, index, `\`${of}\` must hold tables, such as \`{ ${names?.[0] ?? 'name'} = "…" }\``);
    const keys = Object.keys(entry);
    if (keys.length === 0) return problem(of, index, `an empty table in \`${of}\` says nothing`);
    const unknown = names === null ? undefined : keys.find((key) => !names.includes(key));
    if (unknown !== undefined)
      return problem(of, index, `\`${unknown}\` in \`${of}\` is no axis; there are ${names?.join(', ')}`);
  }
  return null;
}

function problem(
  of: 'exclude' | 'include' | null,
  index: number,
  message: string,
): Extract<MatrixExpansion, { readonly ok: false }> {
  return { ok: false, of, index, message };
}

/** Derived from the values alone, so that it stays when the matrix grows. */
function keyOf(value: Table, names: readonly string[]): string {
  const own = names.filter((name) => Object.hasOwn(value, name));
  return (own.length > 0 ? own : Object.keys(value)).map((name) => valueText(value[name] ?? null)).join(',');
}
