// Keeps the house in order: what compilers and linters do not see. Prints each finding as `file:line: rule: message`.
// The checks are in tidy/, one a file; ARCHITECTURE.md holds the two tables that some of them read.

import { join } from 'node:path';
import { checkCycles } from './tidy/check-cycles.ts';
import { checkDeadFiles } from './tidy/check-dead-files.ts';
import { checkDecisions } from './tidy/check-decisions.ts';
import { checkDependencies } from './tidy/check-dependencies.ts';
import { checkDocs } from './tidy/check-docs.ts';
import { checkLayers } from './tidy/check-layers.ts';
import { checkPurity } from './tidy/check-purity.ts';
import { checkTexts } from './tidy/check-texts.ts';
import { readTree } from './tidy/tree.ts';

const tree = readTree(join(import.meta.dirname, '..'));
const findings = [
  checkLayers,
  checkDecisions,
  checkPurity,
  checkCycles,
  checkDeadFiles,
  checkDependencies,
  checkTexts,
  checkDocs,
].flatMap((check) => check(tree));

for (const { file, line, rule, message } of findings) process.stdout.write(`${file}:${line}: ${rule}: ${message}\n`);
process.stdout.write(
  findings.length === 0 ? `tidy: ${tree.modules.length} modules in order\n` : `tidy: ${findings.length} findings\n`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
