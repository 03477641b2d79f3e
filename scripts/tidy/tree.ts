// Reads what the checks look at: the modules of the repository with their imports, and its documents.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type`, or every name in it is a type. */
  readonly isType: boolean;
  /** File that a relative specifier or a package name of ours stands for, relative to the root; null for all else. */
  readonly target: string | null;
}

export interface Module {
  /** Path relative to the root, `/` between components. */
  readonly path: string;
  readonly text: string;
  /** `packages/core`, `apps/cli`, `testkit`, `scripts` … */
  readonly unit: string;
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

export interface Tree {
  readonly root: string;
  readonly modules: readonly Module[];
  readonly byPath: ReadonlyMap<string, Module>;
  /** Every file that git tracks or would track. */
  readonly files: readonly string[];
}

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

export const SCOPE = '@workflow-platform/';

export function readTree(root: string): Tree {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const files = listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
  const modules = files
    .filter((path) => path.endsWith('.ts') && !path.includes('/testdata/'))
    .map((path) => readModule(root, path));
  return { root, files, modules, byPath: new Map(modules.map((module) => [module.path, module])) };
}

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

function readModule(root: string, path: string): Module {
  const text = readFileSync(join(root, path), 'utf8');
  const parts = path.split('/');
  const unit = ['packages', 'apps'].includes(parts[0] ?? '') ? `${parts[0]}/${parts[1]}` : (parts[0] ?? '');
  const isTest = path.endsWith('.test.ts') || path.includes('/test/') || unit === 'testkit';
  return { path, text, unit, isTest, imports: importsOf(root, path, text) };
}

function importsOf(root: string, path: string, text: string): Import[] {
  const found: Import[] = [];
  const patterns = [
    /^(?:import|export)\s+(type\s+)?(?:[\w*{][^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm,
    /\bimport\(\s*()['"]([^'"]+)['"]\s*\)/g,
  ];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const specifier = match[2] ?? '';
      const names = /\{([^}]*)\}/.exec(match[0])?.[1];
      const everyNameIsType =
        names !== undefined && names.split(',').every((name) => name.trim() === '' || name.trim().startsWith('type '));
      found.push({
        specifier,
        line: lineOf(text, match.index),
        isType: match[1] !== undefined && match[1] !== '' ? true : everyNameIsType && names?.trim() !== '',
        target: targetOf(root, path, specifier),
      });
    }
  }
  return found;
}

function targetOf(root: string, from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
  if (!specifier.startsWith(SCOPE)) return null;
  const name = specifier.slice(SCOPE.length).split('/')[0] ?? '';
  for (const folder of [`packages/${name}`, `apps/${name}`, name]) {
    if (existsSync(join(root, folder, 'src/index.ts'))) return `${folder}/src/index.ts`;
  }
  return null;
}
