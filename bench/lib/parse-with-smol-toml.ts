// Parses a file with smol-toml and ends: a yardstick for programs that do more with it.

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';

parse(readFileSync(process.argv[2] ?? '', 'utf8'));
