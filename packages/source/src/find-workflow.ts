// Finds the workflow that somebody named: a path, a folder, an id, or a URL.
// Not here: reading it (load-workflow.ts), fetching it (fetch-workflow.ts).

import { readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseToml, suggest } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { decodeText } from './decode-text.ts';
import { explainOpenError, readBytes } from './read-bytes.ts';
import { findRepositoryRoot } from './repository-root.ts';

/** Where a workflow file is. `pin` is the SHA-256 that its bytes must have, in lower-case hex. */
export type WorkflowLocation =
  | { readonly kind: 'file'; readonly path: string; readonly pin: string | null }
  | { readonly kind: 'url'; readonly url: string; readonly pin: string | null };

/** A workflow file that is found without being named. */
export interface WorkflowListing {
  readonly id: string;
  readonly version: string | null;
  readonly name: string | null;
  readonly path: string;
}

/**
 * Finds a workflow. Without a reference: the nearest `workflow.toml` upward to the repository root, or the only file of the
 * nearest `workflows/`. Throws a UserError (exit code 3) with the nearest names when there is none.
 */
export function findWorkflow(reference: string | null, options: { cwd: string }): WorkflowLocation {
  if (reference === null) return findDefault(options.cwd);
  if (reference.includes('\0'))
    throw new UserError('bad-reference', 'a workflow reference cannot hold a zero byte', { exitCode: 2 });
  if (reference === '') {
    throw new UserError('bad-reference', 'the workflow reference is empty', {
      hint: 'name a file, a folder with a workflow.toml, or the id of a workflow',
      exitCode: 2,
    });
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(reference) || /^file:/i.test(reference)) return locateUrl(reference);
  if (reference.startsWith('workflow:')) return findById(reference.slice('workflow:'.length), options.cwd);
  if (looksLikePath(reference)) return locatePath(reference, options.cwd);
  return findById(reference, options.cwd);
}

/** Lists the workflows that can be run by id from a folder, nearest first; of several with one id the nearest counts. */
export function listWorkflows(cwd: string): readonly WorkflowListing[] {
  const listings: WorkflowListing[] = [];
  const seen = new Set<string>();
  for (const path of candidateFiles(cwd)) {
    const listing = describe(path);
    if (listing === null || seen.has(listing.id)) continue;
    seen.add(listing.id);
    listings.push(listing);
  }
  return listings;
}

/** Lists the paths of `workflow.toml` and `workflows/*.toml` in a folder and those above it, up to the repository root. */
export function candidateFiles(cwd: string): readonly string[] {
  const start = resolve(cwd);
  const root = findRepositoryRoot(start) ?? start;
  const paths: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    const single = join(folder, 'workflow.toml');
    if (isFile(single)) paths.push(single);
    paths.push(...tomlFilesIn(join(folder, 'workflows')));
    if (folder === root || dirname(folder) === folder) return paths;
  }
}

function findDefault(cwd: string): WorkflowLocation {
  const candidates = candidateFiles(cwd);
  const single = candidates.find((path) => basename(path) === 'workflow.toml' && basename(dirname(path)) !== 'workflows');
  if (single !== undefined) return { kind: 'file', path: single, pin: null };
  if (candidates.length === 1) return { kind: 'file', path: candidates[0]!, pin: null };
  if (candidates.length === 0) {
    throw new UserError('no-workflow', `there is no workflow.toml in ${cwd} or above it`, {
      hint: 'make one with `workflow init`, or name a file',
      exitCode: 3,
    });
  }
  throw new UserError('workflow-ambiguous', `there are ${candidates.length} workflows here; say which one`, {
    hint: `one of: ${namesOf(listWorkflows(cwd))}`,
    exitCode: 2,
  });
}

function looksLikePath(reference: string): boolean {
  return reference.startsWith('.') || reference.startsWith('/') || reference.startsWith('~/') || reference.endsWith('.toml');
}

function locatePath(reference: string, cwd: string, pin: string | null = null): WorkflowLocation {
  const path = reference.startsWith('~/') ? join(homedir(), reference.slice(2)) : resolve(cwd, reference);
  let stat;
  try {
    stat = statSync(path);
  } catch (cause) {
    const error = explainOpenError(cause, reference, 'workflow file');
    const near = error.code === 'file-not-found' ? suggestFile(path) : null;
    if (near === null) throw error;
    throw new UserError(error.code, error.message, {
      hint: `did you mean ${relative(cwd, near) || near}?`,
      exitCode: error.exitCode,
      cause,
    });
  }
  if (!stat.isDirectory()) return { kind: 'file', path, pin };
  const inside = join(path, 'workflow.toml');
  if (isFile(inside)) return { kind: 'file', path: inside, pin };
  const files = tomlFilesIn(path);
  throw new UserError('no-workflow', `the folder ${reference} has no workflow.toml`, {
    hint:
      files.length === 0
        ? 'name a workflow file, or make one with `workflow init`'
        : `name one of its files: ${namesOf(files.map((file) => ({ id: basename(file) })))}`,
    exitCode: 3,
  });
}

function suggestFile(path: string): string | null {
  try {
    // The ending is alike in all of them and would make any two names look alike.
    const ending = extname(path);
    const stems = readdirSync(dirname(path)).flatMap((name) => (extname(name) === ending ? [basename(name, ending)] : []));
    const near = suggest(basename(path, ending), stems);
    return near === null ? null : join(dirname(path), near + ending);
  } catch {
    return null;
  }
}

function locateUrl(reference: string): WorkflowLocation {
  let url: URL;
  try {
    url = new URL(reference);
  } catch (cause) {
    throw new UserError('bad-url', `\`${reference}\` is not a valid URL`, { exitCode: 2, cause });
  }
  const pin = parsePin(url.hash, reference);
  url.hash = '';
  if (url.protocol === 'file:') return locateFileUrl(url, pin, reference);
  if (url.username !== '' || url.password !== '') {
    throw new UserError('bad-url', 'a workflow URL must not hold a user name or password', {
      hint: 'they would end up in the history of runs; fetch the file first, and run it by its path',
      exitCode: 2,
    });
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
    return { kind: 'url', url: url.href, pin };
  throw new UserError('bad-url', `workflows are not loaded over \`${url.protocol}\``, {
    hint:
      url.protocol === 'http:'
        ? `use https: anybody on the way could change what runs here`
        : 'use an https: or file: URL, or a path',
    exitCode: 2,
  });
}

function locateFileUrl(url: URL, pin: string | null, reference: string): WorkflowLocation {
  let path: string;
  try {
    path = fileURLToPath(url);
  } catch (cause) {
    throw new UserError('bad-url', `\`${reference}\` does not name a file on this machine`, {
      hint: 'write file: URLs with three slashes: file:///home/ana/workflow.toml',
      exitCode: 2,
      cause,
    });
  }
  return locatePath(path, '/', pin);
}

function parsePin(hash: string, reference: string): string | null {
  if (hash === '') return null;
  const match = /^#sha256=([0-9a-fA-F]{64})$/.exec(hash);
  if (match !== null) return match[1]!.toLowerCase();
  throw new UserError('bad-pin', `the part after # of \`${reference}\` is not a pin`, {
    hint: 'a pin is #sha256= and 64 hexadecimal digits, as printed by `sha256sum FILE`',
    exitCode: 2,
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function findById(reference: string, cwd: string): WorkflowLocation {
  const at = reference.lastIndexOf('@');
  const id = at > 0 ? reference.slice(0, at) : reference;
  const version = at > 0 ? reference.slice(at + 1) : null;
  const listings = listWorkflows(cwd);
  const found = listings.find((listing) => listing.id === id);
  if (found !== undefined) {
    if (version === null || found.version === version) return { kind: 'file', path: found.path, pin: null };
    const has = found.version === null ? 'has no version' : `is version ${found.version}`;
    throw new UserError('workflow-not-found', `the workflow \`${id}\` in ${found.path} ${has}, not ${version}`, {
      hint: `run it as it is with \`workflow run ${id}\``,
      exitCode: 3,
    });
  }
  // `deploy/prod` or `flows`: what is no id may still be a path.
  if (pathExists(resolve(cwd, reference))) return locatePath(reference, cwd);
  throw new UserError('workflow-not-found', `there is no workflow \`${id}\` here`, {
    hint: hintForId(id, listings, cwd),
    exitCode: 3,
  });
}

function hintForId(id: string, listings: readonly WorkflowListing[], cwd: string): string {
  const near = suggest(
    id,
    listings.map((listing) => listing.id),
  );
  if (near !== null) return `did you mean \`${near}\`?`;
  const sameFile = listings.find((listing) => basename(listing.path, '.toml') === id);
  if (sameFile !== undefined) return `${relative(cwd, sameFile.path)} has the id \`${sameFile.id}\``;
  if (listings.length > 0) return `one of: ${namesOf(listings)}`;
  return 'name a file such as ./workflow.toml, or make one with `workflow init`';
}

function namesOf(listings: readonly { readonly id: string }[]): string {
  const names = listings.slice(0, 12).map((listing) => listing.id);
  return names.join(', ') + (listings.length > names.length ? ` and ${listings.length - names.length} more` : '');
}

function describe(path: string): WorkflowListing | null {
  try {
    const document = parseToml(decodeText(readBytes(path, { what: 'workflow file' }), path), path);
    const text = (key: string) => {
      const value = document.valueAt([key]);
      return typeof value === 'string' ? value : null;
    };
    const id = text('id');
    return id === null ? null : { id, version: text('version'), name: text('name'), path };
  } catch (error) {
    // One unreadable file must not hide the others; naming it by its path says what is wrong with it.
    if (error instanceof UserError) return null;
    throw error;
  }
}

function tomlFilesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.toml') && !name.endsWith('.local.toml'))
      .sort()
      .map((name) => join(folder, name))
      .filter(isFile);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function pathExists(path: string): boolean {
  try {
    realpathSync(path);
    return true;
  } catch {
    return false;
  }
}
