#!/usr/bin/env node
// The entry of `workflow`. Answers what must be quick before anything else loads, then hands over.
// Not here: the subcommands (application.ts).

import { VERSION } from './version.ts';

const words = process.argv.slice(2);

switch (words[0]) {
  case '--version':
  case '-V':
    process.stdout.write(`${VERSION}\n`);
    break;
  case '__complete':
    await (await import('./complete.ts')).complete(words.slice(1), process);
    break;
  case '__action':
    await (await import('./perform-action.ts')).performBuiltinAction(words[1] ?? '');
    break;
  case '__plugin':
    await (await import('./perform-action.ts')).performPluginAction(words[1] ?? '');
    break;
  default:
    await (await import('./application.ts')).runApplication(words, process);
}
