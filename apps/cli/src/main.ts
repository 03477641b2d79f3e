#!/usr/bin/env node
// The entry of `workflow`. Answers what must be quick before anything else loads, then hands over.
// Not here: the subcommands (application.ts).

import { enableCompileCache } from 'node:module';
import { VERSION } from './version.ts';

// Compiled code is kept between starts, which halves the time that loading takes. Node checks each entry against its source.
const cacheFolder = process.env['XDG_CACHE_HOME'] || (process.env['HOME'] ? `${process.env['HOME']}/.cache` : '');
const keepCompiled = (): void => {
  if (process.env['NODE_COMPILE_CACHE'] === undefined && cacheFolder !== '')
    enableCompileCache(`${cacheFolder}/workflow/compiled`);
};

const words = process.argv.slice(2);

switch (words[0]) {
  case '--version':
  case '-V':
    process.stdout.write(`${VERSION}\n`);
    break;
  case '__complete':
    keepCompiled();
    await (await import('./complete.ts')).complete(words.slice(1), process);
    break;
  case '__action':
    keepCompiled();
    await (await import('./perform-action.ts')).performBuiltinAction(words[1] ?? '');
    break;
  case '__plugin':
    keepCompiled();
    await (await import('./perform-action.ts')).performPluginAction(words[1] ?? '');
    break;
  default:
    keepCompiled();
    await (await import('./application.ts')).runApplication(words, process);
}
