// How a step is named within a run: `build`, `turns[2].fix` (second turn of the loop `turns`), `lint[src/a.ts]` (item of a
// foreach), `checks.unit` (a step of a plain group).
// Not here: what the reference points at (scheduler).

/** Joins the reference of a group's turn (or of the group) and the id of a step in it. */
export function childRef(scopeRef: string, stepId: string): string {
  return scopeRef === '' ? stepId : `${scopeRef}.${stepId}`;
}

/** Names one item of a `foreach` or one turn of a `repeat`. */
export function itemRef(stepRef: string, key: string | number): string {
  return `${stepRef}[${key}]`;
}

/** Returns whether a reference is of something in the group, loop, `foreach` or item with the other reference. */
export function isInside(ref: string, outerRef: string): boolean {
  const next = ref[outerRef.length];
  return (next === '.' || next === '[') && ref.startsWith(outerRef);
}
