// Prints pieces of a step's log: as they are into a pipe, made safe on a terminal, with the step in front when there are
// several, or as JSON lines.

import type { AttemptRow } from '../attempt-files.ts';
import type { Screen } from '../context.ts';
import { LineSplitter } from '../log-reader.ts';
import { colorsOnly, harmless, lastRewrite } from './harmless.ts';
import { cutMiddle, padTo } from './width.ts';

/** Prints one attempt's log. */
export interface LogPrinter {
  print(chunk: Uint8Array): void;
  /** Prints a last line without a newline. */
  end(): void;
}

/** Chooses how the log of an attempt is printed. `alone`: nothing else is printed beside it. */
export function createLogPrinter(
  screen: Screen,
  attempt: AttemptRow,
  options: { json: boolean; alone: boolean; width: number },
): LogPrinter {
  if (options.json) {
    return printLines((line) => screen.write(`${JSON.stringify({ step: attempt.step, attempt: attempt.attempt, line })}\n`));
  }
  // Bytes for another program stay what they are.
  if (options.alone && !screen.isTerminal) return { print: (chunk) => screen.write(Buffer.from(chunk)), end: () => {} };
  const show = screen.isTerminal ? (screen.style.enabled ? colorsOnly : harmless) : (line: string) => line;
  const clean = (line: string) => show(screen.isTerminal ? lastRewrite(line) : line);
  if (options.alone) return printLines((line) => screen.write(`${clean(line)}\n`));
  const name = attempt.attempt > 1 ? `${attempt.step} #${attempt.attempt}` : attempt.step;
  const label = screen.style.cyan(padTo(cutMiddle(harmless(name), 24), options.width));
  return printLines((line) => screen.write(`${label} ${screen.style.dim('|')} ${clean(line)}\n`));
}

function printLines(print: (line: string) => void): LogPrinter {
  const splitter = new LineSplitter();
  return {
    print(chunk) {
      for (const line of splitter.push(chunk)) print(line);
    },
    end() {
      for (const line of splitter.flush()) print(line);
    },
  };
}
