// Asks for a line at the terminal.
// Not here: what is asked (ask-question.ts).

import { createInterface } from 'node:readline';

/** What came of it: the line, without blanks around it; or nobody wants to say anything (Ctrl-D); or the signal was there first. */
export type Said = { readonly kind: 'line'; readonly line: string } | { readonly kind: 'closed' } | { readonly kind: 'aborted' };

/** Asks for one line, which can be edited. Ctrl-C is what it is everywhere else: a signal to this program. */
export async function askLine(prompt: string, signal: AbortSignal): Promise<Said> {
  if (signal.aborted) return { kind: 'aborted' };
  const { stdin, stderr } = process;
  stdin.ref();
  const reader = createInterface({ input: stdin, output: stderr, terminal: true, historySize: 0 });
  try {
    return await new Promise<Said>((resolve) => {
      reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      reader.on('close', () => resolve({ kind: 'closed' }));
      signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
      reader.question(prompt, (line) => resolve({ kind: 'line', line: line.trim() }));
    }).then((said) => {
      // The cursor stands in the line that was asked for.
      if (said.kind !== 'line') stderr.write('\n');
      return said;
    });
  } finally {
    reader.close();
    // Otherwise it would keep the process from ending.
    stdin.unref();
  }
}
