// An expression that parsed but could not be computed: `fromJSON` of text that is no JSON, a bad format string.
// Not here: mistakes found without evaluating (ExpressionError, a value).

/** Thrown by `evaluateExpression`; a host turns it into the failure `expression` of the step. */
export class ExpressionEvaluationError extends Error {
  override readonly name = 'ExpressionEvaluationError';
  /** Source text of the whole expression. */
  readonly source: string;
  /** Place of the part that failed, UTF-16 units within `source`. */
  readonly start: number;
  readonly end: number;

  constructor(
    message: string,
    place: { readonly source: string; readonly start: number; readonly end: number; readonly cause?: unknown },
  ) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.source = place.source;
    this.start = place.start;
    this.end = place.end;
  }
}
