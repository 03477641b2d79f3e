// The error of a user or of the world: thrown where it happens, printed once at the top.
// Not here: mistakes in a workflow file (Diagnostic), failures of steps (Failure), our own bugs (assert).

/** Says what went wrong and where (`message`) and what to do now (`hint`). `exitCode` follows the table of the command line. */
export class UserError extends Error {
  readonly code: string;
  readonly hint: string | null;
  readonly exitCode: number;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.hint = options.hint ?? null;
    this.exitCode = options.exitCode ?? 1;
  }
}
