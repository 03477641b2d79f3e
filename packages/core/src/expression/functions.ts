// Which functions expressions have, and how many arguments each takes. Names compare without case.
// Not here: what they give (evaluate.ts, builtin-functions.ts; status and lookup functions: the scope of a run).

/** `pure` depends on its arguments only; `status` asks how the run went; `lookup` looks into the workspace. */
export type FunctionKind = 'pure' | 'status' | 'lookup';

export interface FunctionSignature {
  /** As people write it. */
  readonly name: string;
  readonly kind: FunctionKind;
  readonly argumentsMin: number;
  readonly argumentsMax: number;
  /** `contains(search, item)`. */
  readonly usage: string;
}

function signature(
  name: string,
  kind: FunctionKind,
  [argumentsMin, argumentsMax]: [number, number],
  usage: string,
): FunctionSignature {
  return { name, kind, argumentsMin, argumentsMax, usage };
}

/** All functions, by their name in lower case. */
export const expressionFunctions: ReadonlyMap<string, FunctionSignature> = new Map(
  [
    signature('case', 'pure', [3, Infinity], 'case(condition, value, …, otherwise)'),
    signature('contains', 'pure', [2, 2], 'contains(search, item)'),
    signature('startsWith', 'pure', [2, 2], 'startsWith(text, prefix)'),
    signature('endsWith', 'pure', [2, 2], 'endsWith(text, suffix)'),
    signature('format', 'pure', [1, 255], "format('{0} and {1}', a, b)"),
    signature('join', 'pure', [1, 2], "join(list, ', ')"),
    signature('toJSON', 'pure', [1, 1], 'toJSON(value)'),
    signature('fromJSON', 'pure', [1, 1], 'fromJSON(text)'),
    signature('semver', 'pure', [3, 3], "semver(version, '>=', '1.2.0')"),
    signature('success', 'status', [0, 0], 'success()'),
    signature('failure', 'status', [0, 0], 'failure()'),
    signature('always', 'status', [0, 0], 'always()'),
    signature('cancelled', 'status', [0, 0], 'cancelled()'),
    signature('exists', 'lookup', [1, 1], "exists('path')"),
    signature('changed', 'lookup', [1, 1], "changed('path')"),
    signature('file', 'lookup', [1, 1], "file('path')"),
  ].map((entry) => [entry.name.toLowerCase(), entry]),
);
