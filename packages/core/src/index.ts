// Turns the text of a workflow file into diagnostics or a plan. Pure: no clock, no chance, no files, no network.

export type { Diagnostic, LocatedDiagnostic, RelatedPlace, Severity, Span } from './diagnostic/diagnostic.ts';
export { suggest } from './diagnostic/suggest.ts';
export type { Call, CompiledExpression, ExpressionError, ExpressionScope, Reference } from './expression/expression.ts';
export type { ComparisonOperator, Stretch } from './expression/node.ts';
export { truthy } from './expression/coerce.ts';
export { compileExpression } from './expression/compile.ts';
export type { CompileResult } from './expression/compile.ts';
export { compiledExpression } from './expression/compiled-expressions.ts';
export { evaluateExpression } from './expression/evaluate.ts';
export { ExpressionEvaluationError } from './expression/evaluation-error.ts';
export { expressionFunctions } from './expression/functions.ts';
export type { FunctionKind, FunctionSignature } from './expression/functions.ts';
export { parseText, textOf } from './expression/parse-text.ts';
export type { ParsedText, TextPart, TextProblem } from './expression/parse-text.ts';
export type { RulePage } from './diagnostic/rule-page.ts';
export type { ActionSignature, Catalog, CustomValidator, ParameterType, ReferredWorkflow } from './model/catalog.ts';
export type { Json } from './model/json.ts';
export { bareCatalog, builtinParameterTypes } from './model/parameter-types.ts';
export { compilePattern, type Pattern, type PatternProblem } from './model/pattern.ts';
export { parseDuration, renderDuration } from './model/duration.ts';
export { parseSize } from './model/size.ts';
export { type ModelReading, readModel } from './model/read-model.ts';
export { renderWorkflow } from './model/render-workflow.ts';
export {
  givenByEnvironment,
  type GivenValue,
  type GivenValues,
  parseParamOption,
  parseParamsFile,
} from './model/given-values.ts';
export { describeOrigin, originOf, type ValueOrigin } from './model/origin.ts';
export { type Override, parseEnvOverride } from './model/overrides.ts';
export { type ParameterResolution, type ResolvedParameters, resolveParameters } from './model/resolve-parameters.ts';
export { describeKey, keyPlaces, keysAt, valuesAt } from './schema/describe-key.ts';
export type { KeyDescription, KeySummary } from './schema/describe-key.ts';
export { type JsonSchema, workflowJsonSchema } from './schema/json-schema.ts';
export { renderKeyReference } from './schema/render-key-reference.ts';
export type * from './model/workflow.ts';
export type { Path, SpanPart, TomlDateTime, TomlDocument, TomlValue } from './parse/document.ts';
export { layerDocuments } from './parse/layers.ts';
export type { LayeredDocument } from './parse/layers.ts';
export { locateDiagnostics } from './parse/locate-diagnostics.ts';
export type { SourceText } from './parse/locate-diagnostics.ts';
export { parseSetting } from './parse/parse-setting.ts';
export { renderToml, renderTomlKey, renderTomlValue } from './parse/render-toml.ts';
export { parseToml } from './parse/toml-parser.ts';
export { isTomlDateTime } from './parse/date-time.ts';
export { isTomlTable } from './parse/toml-document.ts';
export type * from './plan/plan.ts';
export { PLAN_SCHEMA_VERSION } from './plan/plan.ts';
export { canonicalJson, writeCanonicalJson } from './plan/canonical-json.ts';
export { planLevels, type PlanLevelStep, topologicalOrder } from './plan/levels.ts';
export { planWorkflow, type PlanRequest, type PlanResult, type TextHash } from './plan/plan-workflow.ts';
export { readPlan } from './plan/read-plan.ts';
export { readUses, type Uses } from './plan/read-uses.ts';
export { filesReadInText, referencesOf, type References } from './plan/references-of.ts';
export { resolveTemplate, resolveText, valueText } from './plan/resolve-text.ts';
export { withInputs } from './plan/with-inputs.ts';
export { readSettings, type Retention, type RunRetention, type Settings } from './settings/read-settings.ts';
export { validateWorkflow } from './validate/validate-workflow.ts';
export { explainRule, rules } from './validate/rules.ts';
export { DIAGNOSTICS_MAX, limitDiagnostics, sortDiagnostics } from './diagnostic/limit.ts';
export { listSources, MATRIX_NAME } from './model/matrix.ts';
export type { Matrix, MatrixList } from './model/matrix.ts';
export { expandMatrix, MATRIX_ITEMS_MAX } from './plan/expand-matrix.ts';
export type { MatrixExpansion, MatrixItem, MatrixValues } from './plan/expand-matrix.ts';
export { unguardedReferences } from './expression/unguarded-references.ts';
export { isAsked, loginName, mayAnswer } from './question/may-answer.ts';
export { checkAnswer, type CheckedAnswer } from './question/check-answer.ts';
export { humanActions } from './question/human-actions.ts';
export type { OnTimeout, Question, QuestionEdit, QuestionField, QuestionProblem } from './question/question.ts';
export { readQuestion } from './question/read-question.ts';
export { rewriteScript } from './plan/rewrite-script.ts';
export type { RewrittenScript, ScriptProblem } from './plan/rewrite-script.ts';
export { shellQuote } from './plan/shell-quote.ts';
