// What is asked of the launcher, and how it can end.
// Not here: how a request becomes shell text (render-request.ts), what an ending means for a step (explain-end.ts).

/** One process to be started. All paths are absolute. */
export interface LaunchRequest {
  /** Under which its begin and its end are recorded; a launcher and those before it in the same folder use each number once. */
  readonly attemptNo: number;
  /** Program and arguments, each passed on exactly as it is. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Added to the launcher's own environment; null takes a variable out of it. */
  readonly env: { readonly [name: string]: string | null };
  /** File that becomes stdin, or null for an empty one. */
  readonly stdin: string | null;
  /** File that takes stdout and stderr; only stderr when `stdout` is set. Made with mode 0600, appended to. */
  readonly log: string;
  /** File that takes stdout alone, or null. */
  readonly stdout: string | null;
  /** Multiplies the grace period of a stop, for a process that has processes of its own to end first. Default 1. */
  readonly graceFactor?: number;
  /** It asks its own processes to end when it is asked itself; they are ended for it only after the grace period. */
  readonly asksItsOwn?: boolean;
}

/** How an attempt's process ended. */
export type LaunchEnd =
  | { readonly kind: 'exited'; readonly code: number; readonly durationMs: number }
  /** `code` is 128 + the signal's number. */
  | { readonly kind: 'signalled'; readonly signal: string; readonly code: number; readonly durationMs: number }
  /** No process of the step ever ran. */
  | { readonly kind: 'not-started'; readonly message: string }
  /** The shell that watched over it was killed, so its exit status is unknown. Nothing of it is left. */
  | { readonly kind: 'unwatched'; readonly message: string; readonly durationMs: number };
