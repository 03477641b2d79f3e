// Turns the end of a process into what the scheduler is told, with a hint where a bare number would not help.
// Not here: outputs, which can still make a success a failure (collect-outputs.ts).

import type { Failure } from '@workflow-platform/events';
import type { LaunchEnd } from './launch-request.ts';

/** Returns the failure of an end, or null when the process succeeded. `program` is what was started, `tail` the log's last text. */
export function failureOf(end: LaunchEnd, program: string, tail: () => string): Failure | null {
  switch (end.kind) {
    case 'exited':
      if (end.code === 0) return null;
      return { kind: 'exit', code: end.code, ...hintFor(end.code, program, tail) };
    case 'signalled':
      return { kind: 'signal', signal: end.signal };
    case 'not-started':
      return { kind: 'spawn', message: end.message };
    case 'unwatched':
      return { kind: 'lost', message: end.message };
  }
}

/** Returns the exit status of an end, or null where there is none. */
export function exitCodeOf(end: LaunchEnd): number | null {
  return end.kind === 'exited' || end.kind === 'signalled' ? end.code : null;
}

function hintFor(code: number, program: string, tail: () => string): { hint?: string } {
  if (code !== 126 && code !== 127) return {};
  const text = tail();
  if (/Argument list too long/.test(text)) {
    return {
      hint: 'the arguments and the environment together are larger than the system allows; pass large values by stdin or a file',
    };
  }
  // The launcher's shell speaks as `dash: 7: exec: NAME: not found`; what a script of the step says carries the step's name instead.
  const isProgram = new RegExp(`(^|\\n)\\S*sh: (line )?\\d+: (exec: )?${escape(program)}: `).test(text);
  if (code === 127) {
    if (isProgram) return { hint: `\`${program}\` was not found; is it installed and on the PATH?` };
    return { hint: 'a command was not found; the log names it' };
  }
  if (isProgram) return { hint: `\`${program}\` could not be executed; is it a program, and is its file executable (chmod +x)?` };
  return { hint: 'a command could not be executed; the log names it' };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
