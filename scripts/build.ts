// Builds the command line into dist/: one small entry and lazily loaded chunks, named by the hash of their content. CommonJS,
// because importing one of Node's modules into ES modules reads all that it exports, some of which is slow to make. Built
// aside; then new chunks are moved in beside the old ones and the entry is replaced last, so that neither a program started
// meanwhile nor one that has been running since before ever misses a file.
// Not here: types (typecheck.ts).

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const DAYS_KEPT = 7;
const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const startedAt = new Date();
mkdirSync(join(root, '.cache'), { recursive: true });
const aside = mkdtempSync(join(root, '.cache', 'build-'));

try {
  const bundle = await rolldown({
    input: { workflow: join(root, 'apps/cli/src/main.ts') },
    platform: 'node',
    preserveEntrySignatures: false,
    // What has a part in machine code is loaded from where it was installed.
    external: [/^node:/, /^@lydell\/node-pty/],
    logLevel: 'warn',
  });
  const { output } = await bundle.write({
    dir: aside,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    minify: true,
    keepNames: true,
    // Few files load faster than many: what is needed together stands together, and `status` needs no core.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: 'upkeep', test: /packages\/journal\/src\/(check|prune)\// },
        { name: 'history', test: /packages\/(events|journal)\/|packages\/core\/src\/(diagnostic\/suggest|model\/duration)/ },
        { name: 'core', test: /packages\/(core|source)\/|node_modules\/(@actions|re2js)\// },
        {
          name: 'catalog',
          test: /packages\/(executor\/src\/(builtin\/|plugin\/|preset\/|inside|attempt\/(read-outputs|reset-time))|plugin-sdk\/|agent\/(presets\/|src\/(index|conversation|preset\/)))|cli\/src\/catalog/,
        },
        { name: 'terminal', test: /packages\/executor\/src\/(terminal\/|attempt\/(process-identity|monotonic))/ },
        {
          name: 'engine',
          test: /packages\/(scheduler|executor|workspace-manager|plugin-sdk)\/|cli\/src\/(drive-run|run-on-screen|prepare-plan|requirements|stop-signals|overrides|wire)/,
        },
        {
          name: 'screen',
          test: /apps\/cli\/src\/(print\/(?!plan-picture|sarif|log-lines)|application|arguments\/|context|exit-codes|history|log-tail|attempts)|@stricli/,
        },
      ],
    },
  });
  await bundle.close();
  refuseCircles(output.filter((each) => each.type === 'chunk'));
  publish();
} finally {
  rmSync(aside, { recursive: true, force: true });
}

/** Chunks that import each other in a circle run in the wrong order: the groups above must not cut a package so. */
function refuseCircles(chunks: readonly { fileName: string; imports: readonly string[] }[]): void {
  const importsOf = new Map(chunks.map(({ fileName, imports }) => [fileName, imports]));
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name))
      throw new Error(`chunks import each other: ${[...trail.slice(trail.indexOf(name)), name].join(' → ')}`);
    // The entry only lends its version to others; it begins before all of them.
    for (const each of importsOf.get(name) ?? []) if (each !== 'workflow.cjs') visit(each, [...trail, name]);
  };
  for (const { fileName } of chunks) visit(fileName, []);
}

function publish(): void {
  mkdirSync(join(dist, 'chunks'), { recursive: true });
  const fresh = new Set(existsSync(join(aside, 'chunks')) ? readdirSync(join(aside, 'chunks')) : []);
  for (const chunk of fresh) renameSync(join(aside, 'chunks', chunk), join(dist, 'chunks', chunk));
  const assets = join(root, 'apps/cli/assets');
  if (existsSync(assets)) cpSync(assets, join(dist, 'assets'), { recursive: true });
  renameSync(join(aside, 'workflow.cjs'), join(dist, 'workflow.cjs'));
  for (const chunk of readdirSync(join(dist, 'chunks'))) {
    const path = join(dist, 'chunks', chunk);
    if (!fresh.has(chunk) && statSync(path).mtimeMs < startedAt.getTime() - DAYS_KEPT * 86_400_000) rmSync(path);
  }
  // The stamp bears the time the build began: a file saved during the build counts as newer than it.
  writeFileSync(join(dist, '.built'), '');
  utimesSync(join(dist, '.built'), startedAt, startedAt);
}
