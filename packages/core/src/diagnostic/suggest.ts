// Finds the name that somebody who mistyped probably meant.
// Not here: how a suggestion is worded in a diagnostic (build.ts).

/** Candidates longer than this are never compared: the distance takes time and memory in the product of the lengths. */
const LENGTH_MAX = 64;

/**
 * Returns the candidate nearest to `name`, or null when none is near: fewer edits (insert, delete, replace, swap
 * neighbours) than about a third of its length. Case counts half, so `Build` finds `build`. Ties go to the first candidate.
 */
export function suggest(name: string, candidates: Iterable<string>): string | null {
  if (name.length === 0 || name.length > LENGTH_MAX) return null;
  const limit = Math.max(1, Math.floor(name.length / 3));
  const folded = name.toLowerCase();
  let best: string | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (candidate === name || candidate.length === 0 || candidate.length > LENGTH_MAX) continue;
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const foldedCandidate = candidate.toLowerCase();
    const distance = editDistance(folded, foldedCandidate, limit);
    // Replacing all of a short name is no typo: `a` is not a misspelt `b`.
    if (distance > limit || distance >= Math.max(name.length, candidate.length)) continue;
    const cost = distance + (foldedCandidate !== candidate || folded !== name ? 0.5 : 0);
    if (cost < bestCost) {
      best = candidate;
      bestCost = cost;
    }
  }
  return best;
}

/** Damerau-Levenshtein distance (optimal string alignment), or `limit + 1` as soon as it must be more than `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
