// Lays a recipe out as what just would run, in order: what comes before it, the recipe, what comes after it. A recipe with the
// same arguments runs once, except behind another (`&&`), where it runs again. Each waits for the one before it, as in just;
// only with the attribute `parallel` do those before a recipe run side by side.
// Not here: what each of them does (convert-recipe.ts).

import { evaluate, type Scope } from './evaluate.ts';
import { NotConvertible } from './finding.ts';
import { attributeOf, type JustModule, type JustRecipe } from './justfile.ts';
import { expressionOf, joinValues, textValue, type Value } from './value.ts';

/** One recipe with its arguments. */
export interface Invocation {
  readonly module: JustModule;
  readonly recipe: JustRecipe;
  readonly bindings: ReadonlyMap<string, Value>;
  /** `$1`, `$2` … */
  readonly words: readonly Value[];
  /** Asks for a yes rather than doing its work. */
  readonly isQuestion: boolean;
  /** Places in the list of those that it waits for. */
  readonly after: readonly number[];
}

/** Recipes of one workflow, at most. */
const INVOCATIONS_MAX = 300;

/** Returns all that one recipe runs, each behind those that it waits for. */
export function expandRecipe(
  start: { module: JustModule; recipe: JustRecipe; bindings: ReadonlyMap<string, Value> },
  root: JustModule,
  scope: Pick<Scope, 'draft' | 'places'>,
): readonly Invocation[] {
  const invocations: Invocation[] = [];
  /** Those whose dependencies are being laid out. */
  const open = new Set<JustRecipe>();
  const add = (invocation: Invocation): number[] => {
    if (invocations.length >= INVOCATIONS_MAX)
      throw new NotConvertible(
        `it runs more than ${INVOCATIONS_MAX} recipes`,
        'split it into workflows that use each other: `uses = "./other.toml"`',
      );
    invocations.push(invocation);
    return [invocations.length - 1];
  };

  const visit = (
    target: { module: JustModule; recipe: JustRecipe; bindings: ReadonlyMap<string, Value>; words: readonly Value[] },
    after: readonly number[],
    ran: Map<string, readonly number[]>,
  ): readonly number[] => {
    const { module, recipe, bindings, words } = target;
    const key = JSON.stringify([module.path, recipe.name, words]);
    if (open.has(recipe)) throw new NotConvertible(`\`${recipe.name}\` needs itself`, 'take one of the dependencies out');
    const earlier = ran.get(key);
    if (earlier !== undefined) return union(after, earlier);
    open.add(recipe);
    const inner: Scope = { ...scope, module, bindings };
    let ends = after;
    if (attributeOf(recipe, 'confirm') !== undefined) ends = add({ ...target, isQuestion: true, after: ends });
    const call = (at: number, from: readonly number[], memory: Map<string, readonly number[]>) => {
      const dependency = recipe.dependencies[at]!;
      const found = findRecipe(dependency.recipe, module, root);
      return visit(
        {
          ...found,
          ...bind(
            found,
            dependency.arguments.map((each) => evaluate(each, inner)),
            scope,
          ),
        },
        from,
        memory,
      );
    };
    const priors = Array.from({ length: Math.min(recipe.priors, recipe.dependencies.length) }, (_, at) => at);
    if (attributeOf(recipe, 'parallel') !== undefined && priors.length > 1) {
      const from = ends;
      ends = priors.map((at) => call(at, from, ran)).reduce(union, []);
    } else for (const at of priors) ends = call(at, ends, ran);
    if (recipe.body.some((line) => line.length > 0)) ends = add({ ...target, isQuestion: false, after: ends });
    const later = new Map<string, readonly number[]>();
    for (let at = priors.length; at < recipe.dependencies.length; at += 1) ends = call(at, ends, later);
    open.delete(recipe);
    ran.set(key, ends);
    return ends;
  };

  visit({ ...start, words: start.recipe.parameters.map(({ name }) => start.bindings.get(name) ?? []) }, [], new Map());
  return invocations;
}

function union(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((one, other) => one - other);
}

/** Finds `name` in the module, and `a::name` in its module `a`, or from the root. */
function findRecipe(path: string, module: JustModule, root: JustModule): { module: JustModule; recipe: JustRecipe } {
  const names = path.split('::');
  for (const start of [module, root]) {
    let at: JustModule | undefined = start;
    for (const name of names.slice(0, -1)) at = at?.modules.get(name);
    const recipe = at?.recipes.get(names.at(-1)!);
    if (at !== undefined && recipe !== undefined) return { module: at, recipe };
  }
  throw new NotConvertible(
    `it needs the recipe \`${path}\`, which is not in the dump`,
    'look whether it is for another system (`[windows]`)',
  );
}

function bind(
  { module, recipe }: { module: JustModule; recipe: JustRecipe },
  given: readonly Value[],
  scope: Pick<Scope, 'draft' | 'places'>,
): { bindings: ReadonlyMap<string, Value>; words: readonly Value[] } {
  const bindings = new Map<string, Value>();
  const words: Value[] = [];
  for (const [at, { name, kind, default: fallback }] of recipe.parameters.entries()) {
    const values = kind === 'singular' ? given.slice(at, at + 1) : given.slice(at);
    if (values.length === 0 && fallback !== null) values.push(evaluate(fallback, { ...scope, module, bindings, name }));
    words.push(...values.map(oneWord));
    bindings.set(name, joinValues(...values.flatMap((value, index) => (index === 0 ? [value] : [textValue(' '), value]))));
  }
  return { bindings, words };
}

/** What a recipe hands on is one argument, even where it is made of several words. */
function oneWord(value: Value): Value {
  return value.some(({ kind }) => kind === 'rest') ? [{ kind: 'expression', source: expressionOf(value) }] : value;
}
