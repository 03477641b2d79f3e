// Puts overlays (`workflow.local.toml`, `--set KEY=VALUE`) over a workflow file: tables merge key by key, everything else
// replaces. Each value knows which text it came from.
// Not here: which overlays there are (whoever loads the file).

import type { Diagnostic, Span } from '../diagnostic/diagnostic.ts';
import type { Path, SpanPart, TomlDocument, TomlValue } from './document.ts';
import { childOf, isTomlTable, valueAtPath } from './toml-document.ts';

type Table = { readonly [key: string]: TomlValue };

/** Several texts read as one. */
export interface LayeredDocument extends TomlDocument {
  /** The workflow file first, then the overlays, the strongest last. */
  readonly layers: readonly TomlDocument[];
  /** Returns the name of the text that the value at the path came from; for a merged table, of the first that has it. */
  layerOf(path: Path): string;
}

/** Lays overlays over a document, the last one strongest. `text` and `fileName` are those of the base. */
export function layerDocuments(base: TomlDocument, overlays: readonly TomlDocument[]): LayeredDocument {
  return new Layers([base, ...overlays]);
}

class Layers implements LayeredDocument {
  readonly layers: readonly TomlDocument[];
  readonly fileName: string;
  readonly text: string;
  readonly root: Table;
  readonly diagnostics: readonly Diagnostic[];
  readonly #base: TomlDocument;

  constructor(layers: readonly [TomlDocument, ...TomlDocument[]]) {
    this.layers = layers;
    this.#base = layers[0];
    this.fileName = this.#base.fileName;
    this.text = this.#base.text;
    this.root = layers.slice(1).reduce((root, layer) => mergeTables(root, layer.root), this.#base.root);
    this.diagnostics = layers.flatMap((layer) => layer.diagnostics.map((diagnostic) => this.#markDiagnostic(layer, diagnostic)));
  }

  valueAt(path: Path): TomlValue | undefined {
    return valueAtPath(this.root, path);
  }

  spanOf(path: Path, part: SpanPart): Span {
    const layer = this.#sourceOf(path);
    return this.#mark(layer, layer.spanOf(path, part));
  }

  spanInString(path: Path, start: number, end: number): Span {
    const layer = this.#sourceOf(path);
    return this.#mark(layer, layer.spanInString(path, start, end));
  }

  isSpoiled(path: Path): boolean {
    return this.layers.some((layer) => layer.isSpoiled(path));
  }

  layerOf(path: Path): string {
    return this.#sourceOf(path).fileName;
  }

  /**
   * Finds the layer that the value at the path came from. Goes down the path with the layers whose tables were merged there;
   * where one has something else than a table, it hides all weaker ones.
   */
  #sourceOf(path: Path): TomlDocument {
    if (this.layers.length === 1) return this.#base;
    let merged = this.layers.map((layer): { layer: TomlDocument; value: TomlValue } => ({ layer, value: layer.root }));
    for (const key of path) {
      const next: typeof merged = [];
      for (const { layer, value } of merged.toReversed()) {
        const below = childOf(value, key);
        if (below === undefined) continue;
        if (isTomlTable(below) || next.length === 0) next.unshift({ layer, value: below });
        if (!isTomlTable(below)) break;
      }
      if (next.length === 0) break;
      merged = next;
    }
    return merged[0]?.layer ?? this.#base;
  }

  #mark(layer: TomlDocument, span: Span): Span {
    return layer === this.#base ? span : { file: layer.fileName, ...span };
  }

  #markDiagnostic(layer: TomlDocument, diagnostic: Diagnostic): Diagnostic {
    if (layer === this.#base) return diagnostic;
    const related = diagnostic.related.map((place) => ({ ...place, span: this.#mark(layer, place.span) }));
    return { ...diagnostic, span: this.#mark(layer, diagnostic.span), related };
  }
}

/** Merges two tables without changing either; what only one of them has is shared with it. */
function mergeTables(weak: Table, strong: Table): Table {
  const merged = Object.assign(Object.create(null) as { [key: string]: TomlValue }, weak);
  for (const [key, value] of Object.entries(strong)) {
    const below = merged[key];
    merged[key] = below !== undefined && isTomlTable(below) && isTomlTable(value) ? mergeTables(below, value) : value;
  }
  return merged;
}
