// What a mistake in a workflow file looks like as data. Positions count characters (Unicode code points) from 1.
// Not here: the rules (validate/), how a diagnostic is printed (the command line).

/** A stretch of source text, as UTF-16 offsets: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** The text it is in, when that is not the workflow file itself: an overlay such as `workflow.local.toml` or `--set KEY=VALUE`. */
  readonly file?: string;
}

export type Severity = 'error' | 'warning';

/** A place that helps to understand a diagnostic: "first needed here". */
export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

/** One mistake, with its place. */
export interface Diagnostic {
  /** Stable kebab-case code, listed in rules.ts: `needs-unknown`. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong and where, one sentence, no full stop. */
  readonly message: string;
  /** What to do now, or null. */
  readonly help: string | null;
  readonly span: Span;
  readonly related: readonly RelatedPlace[];
}

/** A diagnostic with its positions counted out; the shape of `validate --json`. Columns count characters from 1; the end is exclusive. */
export interface LocatedDiagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help: string | null;
  readonly related: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
    readonly message: string;
  }[];
}
