// Decides how a shell that just starts for lines and backticks is had in a step: which `shell`, and what has to be set so that it
// stops where it would have.
// Not here: interpreters of whole scripts (script-recipe.ts uses the options decided here).

import { shellQuote } from '@workflow-platform/core';

export type ShellForm =
  | {
      readonly kind: 'shell';
      /** Value of `shell`; null for `sh`. */
      readonly shell: string | null;
      /** Lines at the beginning of each script. */
      readonly header: readonly string[];
      /** Whether a command that fails ends the line it stands in. */
      readonly stopsInside: boolean;
    }
  /** A program that we know no grammar of. It is given each line as an argument; `words` begin its command line. */
  | { readonly kind: 'other'; readonly words: string };

/** Returns how lines are run that just gives to this command. */
export function shellForm(command: string, args: readonly string[]): ShellForm {
  const options = readOptions(args);
  if (!isShell(command) || options === null || !options.takesText)
    return { kind: 'other', words: [command, ...args].map(shellQuote).join(' ') };
  return { kind: 'shell', shell: shellName(command), header: headerOf(command, options, true), stopsInside: options.stops };
}

/** Returns the lines that make a step's shell the one which these options give, or null when they are not known. */
export function scriptHeader(command: string, args: readonly string[]): readonly string[] | null {
  const options = readOptions(args);
  return options === null || options.takesText ? null : headerOf(command, options, options.stops);
}

/** True for the shells whose scripts a workflow can put values into. */
export function isShell(command: string): boolean {
  return /^(.*\/)?(sh|bash|dash|ash|ksh|mksh|zsh)$/.test(command);
}

/** The value of `shell`: null for the one that steps have anyway. */
export function shellName(command: string): string | null {
  const name = command.slice(command.lastIndexOf('/') + 1);
  return name === 'sh' ? null : name;
}

interface Options {
  readonly stops: boolean;
  readonly refusesUnset: boolean;
  readonly traces: boolean;
  readonly pipefail: boolean;
  readonly takesText: boolean;
}

function readOptions(args: readonly string[]): Options | null {
  let letters = '';
  let pipefail = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    if (!/^-[ceoux]+$/.test(arg)) return null;
    letters += arg.slice(1);
    if (!arg.endsWith('o')) {
      if (arg.includes('o')) return null;
      continue;
    }
    at += 1;
    if (args[at] !== 'pipefail') return null;
    pipefail = true;
  }
  const has = (letter: string) => letters.includes(letter);
  return { stops: has('e'), refusesUnset: has('u'), traces: has('x'), pipefail, takesText: has('c') };
}

/** Steps run `sh -e`, and `bash -e -o pipefail`. Lines are held together by their script, which always stops. */
function headerOf(command: string, { refusesUnset, traces, pipefail }: Options, stops: boolean): string[] {
  const isBash = shellName(command) === 'bash';
  const words = [
    ...(stops ? [] : ['+e']),
    ...(refusesUnset ? ['-u'] : []),
    ...(traces ? ['-x'] : []),
    ...(pipefail === isBash ? [] : [pipefail ? '-o pipefail' : '+o pipefail']),
  ];
  return words.length === 0 ? [] : [`set ${words.join(' ')}`];
}
