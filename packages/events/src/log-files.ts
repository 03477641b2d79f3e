// What is written beside the logs of a run, and into a log that was cut, so that readers need not ask the engine:
//
//   log-limits    FROM BYTES                  logs from attempt FROM on are cut at BYTES; without a line at the default
//   N.times       log AT OFFSET [WINDOW]      at AT (ms since the epoch) the log of attempt N had OFFSET bytes; WINDOW: what came
//                                             since the last sample came within the last WINDOW ms
//                 stdout AT OFFSET [WINDOW]   the same for its captured stdout
//                 left-out BYTES              so much was cut out of the log until now
//
// Invariant: below the limit a log only grows, and so do `limit + notice` bytes once the notice stands at the limit. What lies
// behind that is cut back while the attempt runs, and final when it is over.
// Not here: writing and reading the files (executor, apps/cli).

/** What a log may have unless somebody says otherwise. */
export const logBytesMaxDefault = 1024 * 1024 * 1024;

/** Name of the file with the limits, in the run's folder. */
export const logLimitsFile = 'log-limits';

/** The two files with what an attempt wrote; `stdout` exists when it is captured. */
export type LogStream = 'log' | 'stdout';

/** A look at a file of output. */
export interface LogSample {
  readonly stream: LogStream;
  readonly atMs: number;
  /** All before it was written not later than `atMs`. */
  readonly offset: number;
  /** What was added since the sample before was added within so long; null: at any time since then. */
  readonly windowMs: number | null;
}

/** Returns what stands in a log at its limit once it was cut. */
export function cutNotice(bytesMax: number): string {
  return `\nworkflow: the output is longer than ${bytesMax} bytes; only its end follows\n`;
}

/** Returns what stands between the notice and the end, when the attempt is over. */
export function cutEndNotice(missingBytes: number, { isExact }: { readonly isExact: boolean }): string {
  return `workflow: ${isExact ? '' : 'at least '}${missingBytes} bytes were left out, this is the end\n`;
}

/** Returns whether text begins with what cutEndNotice returns. */
export function isCutEndNotice(text: string): boolean {
  return /^workflow: (?:at least )?\d+ bytes were left out, this is the end\n/.test(text);
}

/** Returns the most that the log of an attempt may have, by the text of `log-limits` (null without one). */
export function logLimitOf(text: string | null, attemptNo: number): number {
  let limit = logBytesMaxDefault;
  for (const [, from, bytes] of (text ?? '').matchAll(/^(\d+) (\d+)\n/gm)) if (Number(from) <= attemptNo) limit = Number(bytes);
  return limit;
}

/** Returns a line of `log-limits`. */
export function renderLogLimit(fromAttemptNo: number, bytesMax: number): string {
  return `${fromAttemptNo} ${bytesMax}\n`;
}

/** Returns the most that captured stdout may have: what outputs are read from is refused for its length before it is cut. */
export function stdoutLimitOf(logBytesMax: number): number {
  return Math.max(logBytesMax, stdoutBytesMin);
}

/** More than outputs or the conversation of an action may have. */
const stdoutBytesMin = 64 * 1024 * 1024 + 1;

/** Returns the line of a sample. */
export function renderLogSample({ stream, atMs, offset, windowMs }: LogSample): string {
  return `${stream} ${atMs} ${offset}${windowMs === null ? '' : ` ${windowMs}`}\n`;
}

/** Returns the line that says how much was cut out. */
export function renderLeftOut(bytes: number): string {
  return `left-out ${bytes}\n`;
}

/** Returns the samples in a text, in order. A line that a full disk cut short is no sample. */
export function parseLogSamples(text: string): LogSample[] {
  return [...text.matchAll(/^(log|stdout) (\d+) (\d+)(?: (\d+))?\n/gm)].map(([, stream, atMs, offset, windowMs]) => ({
    stream: stream as LogStream,
    atMs: Number(atMs),
    offset: Number(offset),
    windowMs: windowMs === undefined ? null : Number(windowMs),
  }));
}

/** Returns what was cut out of the log by the text of its `N.times`. */
export function leftOutOf(text: string): number {
  return Number([...text.matchAll(/^left-out (\d+)\n/gm)].at(-1)?.[1] ?? 0);
}
