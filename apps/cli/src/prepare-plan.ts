// From what was typed to a plan: loads the file with its overrides, settles the parameters, compiles. Mistakes are printed as
// diagnostics and end the subcommand with exit code 2.
// Not here: each of these deeds (source, core), carrying the plan out (drive-run.ts).

import {
  givenByEnvironment,
  limitDiagnostics,
  locateDiagnostics,
  parseParamOption,
  parseParamsFile,
  planWorkflow,
  resolveParameters,
  type Diagnostic,
  type GivenValue,
  type GivenValues,
  type Json,
  type Plan,
  type ResolvedParameters,
  type TomlDocument,
  type WorkflowModel,
} from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import { decodeText, loadWorkflow, openSha256, readBytes, type LoadedWorkflow } from '@workflow-platform/source';
import { resolve } from 'node:path';
import type { OverrideFlags } from './arguments/common-flags.ts';
import { loadCatalog, type InstalledCatalog } from './catalog.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { overlaysOf, type PlacementFlags } from './overrides.ts';
import { renderCount, renderDiagnostics } from './print/diagnostics.ts';
import { spareMemory } from './spare-memory.ts';

/** A plan with all that was found on the way to it. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly loaded: LoadedWorkflow;
  readonly installed: InstalledCatalog;
  readonly parameters: ResolvedParameters;
}

/** Values of parameters that are given otherwise than by flags, and overlays beyond those of flags: what a calling run gives. */
export interface PreparationExtras {
  readonly given?: readonly GivenValue[];
  readonly overlays?: readonly TomlDocument[];
}

/** Prepares a plan. Throws InvalidWorkflow after printing what is wrong. */
export async function preparePlan(
  context: CliContext,
  reference: string | null,
  flags: OverrideFlags & PlacementFlags,
  extras: PreparationExtras = {},
): Promise<PreparedPlan> {
  const overlays = [...overlaysOf(flags), ...(extras.overlays ?? [])];
  const installed = loadCatalog(context);
  const loaded = await loadWorkflow(reference, { cwd: context.cwd, env: context.env, catalog: installed.catalog, overlays });
  const { document, model, catalog } = loaded;
  refuse(context, loaded, loaded.diagnostics);
  if (model === null)
    throw new UserError('empty-workflow', `${loaded.name} holds no workflow`, {
      hint: 'start with `workflow init`',
      exitCode: exitCodes.usage,
    });
  spareMemory(model.steps.length);
  const given = [...collectGiven(context, model, flags), ...(extras.given ?? [])];
  const resolution = resolveParameters({ document, model, given, catalog });
  if (!resolution.ok) return refuseAll(context, loaded, resolution.diagnostics);
  const { parameters } = resolution;
  const result = planWorkflow({ document, model, catalog, parameters, openHash: openSha256, fileDigest: loaded.fileDigest() });
  if (!('plan' in result)) return refuseAll(context, loaded, result.diagnostics);
  return { plan: result.plan, loaded, installed, parameters };
}

/** Returns the values of secret parameters, which are in no plan, as text. */
export function secretsOf({ values, secrets }: ResolvedParameters): { readonly [name: string]: string } {
  return Object.fromEntries(secrets.flatMap((name) => (values[name] === null ? [] : [[name, textOf(values[name]!)]])));
}

/** The values given for parameters, the weakest first: environment, file, flags. */
export function collectGiven(
  context: CliContext,
  model: WorkflowModel,
  flags: { param?: readonly string[]; paramsFile?: string },
): readonly GivenValue[] {
  const given: GivenValue[] = [...givenByEnvironment(model, context.env)];
  if (flags.paramsFile !== undefined) {
    const path = resolve(context.cwd, flags.paramsFile);
    const text = decodeText(readBytes(path, { what: 'parameters file' }), flags.paramsFile);
    given.push(...accept(parseParamsFile(text, flags.paramsFile), flags.paramsFile));
  }
  for (const argument of flags.param ?? []) given.push(...accept(parseParamOption(argument), null));
  return given;
}

function accept(values: GivenValues, file: string | null): readonly GivenValue[] {
  if (values.ok) return values.given;
  const where = file === null ? '' : `${file}: `;
  throw new UserError('wrong-usage', `${where}${values.problem}`, { hint: values.help, exitCode: exitCodes.usage });
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Prints the mistakes and ends when there is an error among them. Warnings are `validate`'s. */
function refuse(context: CliContext, loaded: LoadedWorkflow, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0) refuseAll(context, loaded, errors);
}

function refuseAll(context: CliContext, loaded: LoadedWorkflow, diagnostics: readonly Diagnostic[]): never {
  const located = locateDiagnostics(loaded.texts, limitDiagnostics(diagnostics));
  const texts = new Map(loaded.texts.map(({ fileName, text }) => [fileName, text]));
  const { style } = context.err;
  context.err.write(renderDiagnostics(located, { texts, style, columns: context.err.columns() }));
  throw new UserError('invalid-workflow', `${renderCount(located, [loaded.name])}; nothing was run`, {
    exitCode: exitCodes.usage,
  });
}
