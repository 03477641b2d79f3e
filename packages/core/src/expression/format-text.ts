// `format('{0} of {1}', a, b)`: GitHub's format strings. `{{` and `}}` stand for a brace.
// Not here: how values become text (coerce.ts).

type Piece = string | number;

interface FormatProblem {
  readonly message: string;
  readonly help: string | null;
}

/** Fills a format string, or says why it can't be. */
export function formatText(template: string, values: readonly string[]): { text: string } | { problem: FormatProblem } {
  const pieces = parseFormat(template);
  if (!Array.isArray(pieces)) return { problem: pieces };
  const missing = missingIndex(pieces, values.length);
  if (missing !== null) return { problem: tooFewValues(missing, values.length) };
  return { text: pieces.map((piece) => (typeof piece === 'number' ? (values[piece] ?? '') : piece)).join('') };
}

/** Says why a format string can't take that many values, or null. */
export function formatProblem(template: string, valueCount: number): FormatProblem | null {
  const pieces = parseFormat(template);
  if (!Array.isArray(pieces)) return pieces;
  const missing = missingIndex(pieces, valueCount);
  return missing === null ? null : tooFewValues(missing, valueCount);
}

function parseFormat(template: string): Piece[] | FormatProblem {
  const pieces: Piece[] = [];
  const marker = /\{\{|\}\}|\{(\d+)\}|[{}]/g;
  let end = 0;
  for (let match = marker.exec(template); match !== null; match = marker.exec(template)) {
    pieces.push(template.slice(end, match.index));
    end = marker.lastIndex;
    if (match[1] !== undefined) pieces.push(Number(match[1]));
    else if (match[0].length === 2) pieces.push(match[0].charAt(0));
    else {
      return {
        message: `the format string has a \`${match[0]}\` at character ${match.index + 1} that stands alone`,
        help: `write \`{0}\` for the first value, \`${match[0].repeat(2)}\` for the brace itself`,
      };
    }
  }
  pieces.push(template.slice(end));
  return pieces;
}

function missingIndex(pieces: readonly Piece[], valueCount: number): number | null {
  const missing = pieces.find((piece) => typeof piece === 'number' && piece >= valueCount);
  return missing === undefined ? null : Number(missing);
}

function tooFewValues(index: number, valueCount: number): FormatProblem {
  const given = valueCount === 0 ? 'no value' : valueCount === 1 ? 'one value' : `${valueCount} values`;
  return { message: `the format string asks for \`{${index}}\` but is given ${given}`, help: 'values count from `{0}`' };
}
