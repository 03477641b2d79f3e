// Compares two texts line by line, as `diff -u` does: what is gone, what is new, and some lines around.
// Not here: how it looks (golden.ts).

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'gap';
  readonly text: string;
}

/** Lines that are the same before and after a difference. */
const CONTEXT = 3;

/** A table of more cells is not made: then all lines between the first and the last difference count as different. */
const CELLS_MAX = 4_000_000;

/** Returns the differences with their surroundings; `gap` says where in the two texts a part begins. Empty for equal texts. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const all = compare(before, after);
  const isShown = all.map(() => false);
  for (const [at, { kind }] of all.entries()) {
    if (kind !== 'same') isShown.fill(true, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
  }
  const shown: DiffLine[] = [];
  const place = { before: 1, after: 1 };
  for (const [at, line] of all.entries()) {
    if (isShown[at] && !isShown[at - 1]) shown.push({ kind: 'gap', text: `@@ -${place.before} +${place.after} @@` });
    if (isShown[at]) shown.push(line);
    if (line.kind !== 'added') place.before += 1;
    if (line.kind !== 'removed') place.after += 1;
  }
  return shown;
}

/** All lines of both, by their longest common subsequence. */
function compare(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  const middle = compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - end).map(same)];
}

function compareMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const width = after.length + 1;
  const isTooLarge = before.length * after.length > CELLS_MAX;
  // How many lines the rests from there on have in common.
  const common = new Uint32Array(isTooLarge ? 0 : (before.length + 1) * width);
  if (!isTooLarge) {
    for (let row = before.length - 1; row >= 0; row -= 1) {
      for (let column = after.length - 1; column >= 0; column -= 1) {
        const [below, beside] = [common[(row + 1) * width + column]!, common[row * width + column + 1]!];
        const isSame = before[row] === after[column];
        common[row * width + column] = isSame ? common[(row + 1) * width + column + 1]! + 1 : Math.max(below, beside);
      }
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    if (!isTooLarge && row < before.length && before[row] === after[column]) {
      lines.push({ kind: 'same', text: before[row]! });
      row += 1;
      column += 1;
    } else if (row < before.length && !(common[(row + 1) * width + column]! < common[row * width + column + 1]!)) {
      lines.push({ kind: 'removed', text: before[row++]! });
    } else if (column < after.length) lines.push({ kind: 'added', text: after[column++]! });
    else lines.push({ kind: 'removed', text: before[row++]! });
  }
  return lines;
}
