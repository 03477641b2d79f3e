// Where a value came from, so that people can be told: the file, an overlay, the command line, the environment, a default.
// Not here: which origin is stronger (the order in which values and overlays are given).

import type { Path, TomlDocument } from '../parse/document.ts';

/** `detail`: the variable of `env`, the file of `params-file`, `file` and `local-file`, the argument of `param`, `set` and `env-option`. */
export interface ValueOrigin {
  readonly kind: 'default' | 'file' | 'local-file' | 'set' | 'env-option' | 'env' | 'params-file' | 'param';
  readonly detail: string;
}

const SET = '--set ';
const ENV = '--env ';

/** Says in a few words where a value came from: `--param depth=deep`, `$DEPTH`, `workflow.local.toml`. */
export function describeOrigin(origin: ValueOrigin): string {
  const { kind, detail } = origin;
  switch (kind) {
    case 'default':
      return 'the default';
    case 'env':
      return `$${detail}`;
    case 'param':
      return `--param ${detail}`;
    case 'set':
      return `${SET}${detail}`;
    case 'env-option':
      return `${ENV}${detail}`;
    case 'file':
    case 'local-file':
    case 'params-file':
      return detail;
  }
}

/** Returns where the value at a path of a layered document was written, or null when it was written nowhere. */
export function originOf(document: TomlDocument, path: Path): ValueOrigin | null {
  if (document.valueAt(path) === undefined) return null;
  const { file } = document.spanOf(path, 'value');
  if (file === undefined) return { kind: 'file', detail: document.fileName };
  if (file.startsWith(SET)) return { kind: 'set', detail: file.slice(SET.length) };
  if (file.startsWith(ENV)) return { kind: 'env-option', detail: file.slice(ENV.length) };
  return { kind: 'local-file', detail: file };
}

/** The name that the overlay made of an `--env` has among the documents. */
export function overlayName(variable: string): string {
  return `${ENV}${variable}`;
}
