// Turns the text of a workflow file into diagnostics or a plan. Pure: no clock, no chance, no files, no network.

export type { Diagnostic, LocatedDiagnostic, RelatedPlace, Severity, Span } from './diagnostic/diagnostic.ts';
export { suggest } from './diagnostic/suggest.ts';
export type {
  Call,
  Comparison,
  CompiledExpression,
  ExpressionError,
  ExpressionScope,
  LogicalLiteral,
  Operand,
  Reference,
} from './expression/expression.ts';
export type { RulePage } from './diagnostic/rule-page.ts';
export type { ActionSignature, Catalog, CustomValidator, ParameterType, ReferredWorkflow } from './model/catalog.ts';
export type { Json } from './model/json.ts';
export type * from './model/workflow.ts';
export type { Path, SpanPart, TomlDateTime, TomlDocument, TomlValue } from './parse/document.ts';
export type * from './plan/plan.ts';
export { PLAN_SCHEMA_VERSION } from './plan/plan.ts';
