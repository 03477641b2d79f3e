// Makes a workflow of one recipe and all that it runs.
// Not here: which recipes become workflows (convert-justfile.ts), single steps (recipe-step.ts).

import type { StepModel, WorkflowModel } from '@workflow-platform/core';
import { Draft } from './draft.ts';
import { expandRecipe, type Invocation } from './expand-recipe.ts';
import { NotConvertible, type Finding } from './finding.ts';
import { attributeOf, type JustModule, type JustRecipe, type JustSettings } from './justfile.ts';
import { newStep } from './new-step.ts';
import { recipeStep, type RecipeContext } from './recipe-step.ts';
import { rootParameters } from './root-parameters.ts';

export interface RecipeConversion {
  readonly model: WorkflowModel;
  readonly remarks: readonly Finding[];
  /** What is so for all recipes of the justfile. */
  readonly notes: readonly Finding[];
}

/** Converts a recipe, or throws why it cannot be. `isIsolated`: it ran in a workspace of its own before. */
export function convertRecipe(
  target: { module: JustModule; recipe: JustRecipe; id: string; isIsolated: boolean },
  surroundings: Omit<RecipeContext, 'draft'>,
): RecipeConversion {
  const { module, recipe, id } = target;
  const draft = new Draft();
  const context: RecipeContext = { ...surroundings, draft };
  const { places, root } = context;
  const bindings = rootParameters(recipe, { module, places, draft });
  const invocations = expandRecipe({ module, recipe, bindings }, root, { draft, places });
  if (!invocations.some(({ isQuestion }) => !isQuestion)) throw new NotConvertible('nothing is in it', 'a workflow needs a step');
  for (const each of invocations) refuseUnknown(each.module);
  // Their names first: those of the steps that find values out give way.
  const ids = invocations.map((each) => draft.stepId(stepName(each)));
  const steps = invocations.map((each, at) =>
    each.isQuestion ? questionStep(each, ids[at]!, draft) : recipeStep(each, ids[at]!, context),
  );
  const first = draft.captures.map((capture) => capture.id);
  const ordered = steps.map((step, at) => {
    const { after } = invocations[at]!;
    return { ...step, needs: after.length === 0 ? first : after.map((index) => ids[index]!) };
  });
  const beside = Math.max(
    1,
    ...invocations.map((each) => invocations.filter(({ after }) => String(after) === String(each.after)).length),
  );
  return {
    model: workflowModel({ recipe, id, isIsolated: target.isIsolated, dotenv: root.settings.dotenv }, draft, {
      steps: [...draft.captures, ...ordered],
      beside,
    }),
    remarks: draft.remarks(),
    notes: draft.notes(),
  };
}

function refuseUnknown({ settings }: JustModule): void {
  const [name] = settings.unknown;
  if (name !== undefined)
    throw new NotConvertible(
      `the justfile sets \`${name.replaceAll('_', '-')}\`, which is not understood`,
      'take the setting out, or write the workflow by hand',
    );
}

function stepName({ module, recipe, isQuestion }: Invocation): string {
  const name = [...module.path, recipe.name].join('-');
  return isQuestion ? `confirm-${name}` : name;
}

/** just asks at the keyboard. A run asks nobody: who starts it says yes beforehand, or it ends here. */
function questionStep({ recipe }: Invocation, id: string, draft: Draft): StepModel {
  const asked = attributeOf(recipe, 'confirm')?.value;
  const question = typeof asked === 'string' ? asked : `Run recipe ${recipe.name}?`;
  const name = draft.parameter('confirm', { type: 'boolean', default: false, description: question });
  draft.remark(`just asks before \`${recipe.name}\`; the workflow wants \`--param ${name}=true\` instead`, null);
  const run = `[ \${{ params.${name} }} = true ] || { echo 'to run this: --param ${name}=true' >&2; exit 1; }`;
  return { ...newStep(id), run };
}

function workflowModel(
  { recipe, id, isIsolated, dotenv }: { recipe: JustRecipe; id: string; isIsolated: boolean; dotenv: JustSettings['dotenv'] },
  { parameters }: Draft,
  { steps, beside }: { steps: readonly StepModel[]; beside: number },
): WorkflowModel {
  const groups = recipe.attributes.flatMap(({ name, value }) => (name === 'group' && typeof value === 'string' ? [value] : []));
  return {
    id,
    version: null,
    name: null,
    description: recipe.doc?.trim() === '' ? null : recipe.doc,
    tags: [...new Set(groups)],
    license: null,
    homepage: null,
    maxParallel: beside,
    env: {},
    parameters,
    requirements: { commands: [], python: [] },
    workspace: {
      provider: isIsolated ? 'auto' : 'none',
      base: null,
      // A workspace of its own has what is committed; the file of variables seldom is.
      include: isIsolated && dotenv !== null ? [dotenv.path] : [],
      snapshot: null,
      keep: 'on-failure',
      setup: null,
      setupKey: [],
      direnv: 'auto',
    },
    actions: [],
    steps,
    artifacts: [],
  };
}
