// One expression where it stands: whose it is, what it is for, and the way from a place in it to a place in the file.
// Not here: finding them all (expression-uses.ts), which names mean what (names.ts).

import type { Span } from '../diagnostic/diagnostic.ts';
import type { Remarks, Report } from '../diagnostic/report.ts';
import type { CompileResult } from '../expression/compile.ts';
import type { CompiledExpression, ExpressionError } from '../expression/expression.ts';
import type { Stretch } from '../expression/node.ts';
import type { Path, TomlDocument } from '../parse/document.ts';
import type { ActionFacts } from './action-facts.ts';
import type { StepFacts } from './step-facts.ts';

/** What an expression is for. */
export type ExpressionPlace =
  | 'when'
  | 'break_when'
  | 'until'
  | 'while'
  | 'progress'
  | 'foreach.in'
  | 'foreach.key'
  | 'repeat.max'
  | 'workspace.base'
  | 'workspace.setup'
  | 'run'
  | 'argv'
  | 'env'
  | 'stdin'
  | 'input'
  | 'workspace'
  | 'output';

/** Says whether it is evaluated for a group after its steps, or a turn of them. */
export function isAfterTurn(place: ExpressionPlace): boolean {
  return place === 'until' || place === 'while' || place === 'progress' || place === 'output';
}

/** Where the text stands that an expression is in. */
export interface TextPlace {
  readonly place: ExpressionPlace;
  /** Of the string in the document; of a template: of the key that names its file. */
  readonly path: Path;
  /** The step whose text it is; null for the workflow's own texts and for actions. */
  readonly step: StepFacts | null;
  /** The action whose body it is in. */
  readonly action: ActionFacts | null;
  /** Name of the input that gets the value, for `input`; null elsewhere. */
  readonly input: string | null;
  /** The file the text is in, when that is not the document. */
  readonly file: { readonly name: string; readonly text: string } | null;
}

/** A text in which expressions may stand, and the way from a place in it to a place in the file. */
export class PlacedText {
  readonly where: TextPlace;
  readonly #document: TomlDocument;
  /** Where the text that is meant starts in the decoded string. */
  readonly #offset: number;

  constructor(document: TomlDocument, where: TextPlace, offset = 0) {
    this.where = where;
    this.#document = document;
    this.#offset = offset;
  }

  /** Returns the place of a stretch of the text. */
  span({ start, end }: Stretch): Span {
    const { path, file } = this.where;
    // Nothing cannot be underlined: an empty `${{ }}` shows its opening.
    const from = this.#offset + (start === end && this.#offset >= 3 ? start - 3 : start);
    const to = this.#offset + end;
    return file === null ? this.#document.spanInString(path, from, to) : { start: from, end: to, file: file.name };
  }

  /** Reports a mistake at a stretch of the text. */
  report(report: Report, range: Stretch, message: string, remarks: Remarks = {}): void {
    if (report.isFull()) return;
    const { file, path } = this.where;
    const related = file === null ? [] : [report.place(path, 'value', 'the template is used here')];
    report.add(this.span(range), message, { ...remarks, related: [...(remarks.related ?? []), ...related] });
  }
}

export class ExpressionUse extends PlacedText {
  readonly source: string;
  /** Null when it did not compile. */
  readonly compiled: CompiledExpression | null;
  readonly errors: readonly ExpressionError[];

  constructor(document: TomlDocument, where: TextPlace, source: string, offset: number, result: CompileResult) {
    super(document, where, offset);
    this.source = source;
    this.compiled = result.ok ? result.expression : null;
    this.errors = result.ok ? [] : result.errors;
  }

  /** Says whether the expression decides something, and so counts as true or false. */
  get isCondition(): boolean {
    const { place } = this.where;
    return place === 'when' || place === 'break_when' || place === 'until' || place === 'while';
  }
}
