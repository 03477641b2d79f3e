#!/usr/bin/env node
// The entry of `workflow`. Answers what must be quick before anything else loads, then hands over.
// Not here: the subcommands (application.ts).

import { VERSION } from './version.ts';

void dispatch(process.argv.slice(2));

async function dispatch(words: readonly string[]): Promise<void> {
  switch (words[0]) {
    case '--version':
    case '-V':
      process.stdout.write(`${VERSION}\n`);
      return;
    case '__complete':
      return (await import('./complete.ts')).complete(words.slice(1), process);
    case '__action':
      return (await import('./perform-action.ts')).performBuiltinAction(words[1] ?? '');
    case '__plugin':
      return (await import('./perform-action.ts')).performPluginAction(words[1] ?? '');
    case '__terminal':
      return (await import('./host-terminal.ts')).hostTerminal(words.slice(1));
    default:
      cacheCode();
      return (await import('./application.ts')).runApplication(words, process);
  }
}

/** Keeps compiled code for the next start, in a folder of our own: the default one in /tmp could be filled by somebody else. */
function cacheCode(): void {
  const { XDG_CACHE_HOME: cacheHome, HOME: home } = process.env;
  const folder = cacheHome?.startsWith('/') ? cacheHome : home?.startsWith('/') ? `${home}/.cache` : null;
  if (folder !== null) process.getBuiltinModule('node:module').enableCompileCache(`${folder}/workflow/code`);
}
