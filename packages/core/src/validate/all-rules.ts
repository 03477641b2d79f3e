// Every rule that looks at the whole file, in the order in which they are explained. A new rule is a file of its own and a line here.
// Not here: what parsing and reading find (parse/toml-rules.ts, schema/shape-rules.ts).

import { actionsAreAcyclic } from './actions-are-acyclic.ts';
import { actionsAreUsed } from './actions-are-used.ts';
import { alwaysEndsWithCancel } from './always-ends-with-cancel.ts';
import { artifactsAreDistinct } from './artifacts-are-distinct.ts';
import { breaksAreInLoops } from './breaks-are-in-loops.ts';
import { cachesAreOfCommands } from './caches-are-of-commands.ts';
import { changedPathsAreLiteral } from './changed-paths-are-literal.ts';
import { comparisonsCanHold } from './comparisons-can-hold.ts';
import { comparisonsDoNotCoerce } from './comparisons-do-not-coerce.ts';
import { comparisonsMatchCase } from './comparisons-match-case.ts';
import { conditionsHaveNoLiterals } from './conditions-have-no-literals.ts';
import { conditionsVary } from './conditions-vary.ts';
import { contextsAreKnown } from './contexts-are-known.ts';
import { contextsAreOpen } from './contexts-are-open.ts';
import { scriptsAreSafe } from './scripts-are-safe.ts';
import { expressionsCompile, interpolationsAreClosed } from './expressions-compile.ts';
import { failuresCanHappen } from './failures-can-happen.ts';
import { filesAreThere } from './files-are-there.ts';
import { axesAreKnown } from './axes-are-known.ts';
import { foreachesHaveOneList } from './foreaches-have-one-list.ts';
import { matricesAreSound } from './matrices-are-sound.ts';
import { foreachKeysDiffer } from './foreach-keys-differ.ts';
import { foreachNamesAreFree } from './foreach-names-are-free.ts';
import { groupsAreShallow } from './groups-are-shallow.ts';
import { groupsHaveGroupKeys } from './groups-have-group-keys.ts';
import { idleTimeoutsAreShorter } from './idle-timeouts-are-shorter.ts';
import { idsAreDistinct } from './ids-are-distinct.ts';
import { idsDoNotShadow } from './ids-do-not-shadow.ts';
import { inputsAreGiven } from './inputs-are-given.ts';
import { inputsAreKnown } from './inputs-are-known.ts';
import { inputsAreUsed } from './inputs-are-used.ts';
import { inputsHaveTheirType } from './inputs-have-their-type.ts';
import { itemsAreInForeach } from './items-are-in-foreach.ts';
import { interactiveStepsHaveATerminal } from './interactive-steps-have-a-terminal.ts';
import { iterationsAreInLoops } from './iterations-are-in-loops.ts';
import { lookupsAreInSteps } from './lookups-are-in-steps.ts';
import { loopsEnd } from './loops-end.ts';
import { namesAreDistinct } from './names-are-distinct.ts';
import { namesAreKnown } from './names-are-known.ts';
import { needsAreAcyclic } from './needs-are-acyclic.ts';
import { needsAreKnown } from './needs-are-known.ts';
import { needsAreOthers } from './needs-are-others.ts';
import { needsAreUnique } from './needs-are-unique.ts';
import { needsStayInScope } from './needs-stay-in-scope.ts';
import { outputPatternsHaveOneGroup } from './output-patterns-have-one-group.ts';
import { outputValuesAreOfGroups } from './output-values-are-of-groups.ts';
import { outputsAreKnown } from './outputs-are-known.ts';
import { parametersAreUsed } from './parameters-are-used.ts';
import { parametersHaveTheirEnvironment } from './parameters-have-their-environment.ts';
import { quotaPatternsNameReset } from './quota-patterns-name-reset.ts';
import { questionsAreSound } from './questions-are-sound.ts';
import { retriesCanHappen } from './retries-can-happen.ts';
import type { Check, Rule } from './rule.ts';
import { secretsAreReadAsSecrets } from './secrets-are-read-as-secrets.ts';
import { secretsStayInEnv } from './secrets-stay-in-env.ts';
import { stdinIsRead } from './stdin-is-read.ts';
import { stepPropertiesAreKnown } from './step-properties-are-known.ts';
import { stepReadsAreAncestors } from './step-reads-are-ancestors.ts';
import { stepsAreKnown } from './steps-are-known.ts';
import { snapshotsHaveHistory } from './snapshots-have-history.ts';
import { usesAreAvailable } from './uses-are-available.ts';
import { usesAreKnown } from './uses-are-known.ts';
import { variablesAreFree } from './variables-are-free.ts';
import { workflowsDoNotIncludeThemselves } from './workflows-do-not-include-themselves.ts';
import { waitsHaveWaitKeys } from './waits-have-wait-keys.ts';

/** The rules of this folder, each with its page. */
export const allRules: readonly Rule[] = [
  needsAreKnown,
  needsStayInScope,
  needsAreOthers,
  needsAreUnique,
  needsAreAcyclic,
  idsAreDistinct,
  idsDoNotShadow,
  groupsAreShallow,
  groupsHaveGroupKeys,
  loopsEnd,
  breaksAreInLoops,
  foreachesHaveOneList,
  matricesAreSound,
  axesAreKnown,
  foreachNamesAreFree,
  foreachKeysDiffer,
  usesAreKnown,
  actionsAreAcyclic,
  workflowsDoNotIncludeThemselves,
  inputsAreKnown,
  inputsAreGiven,
  stdinIsRead,
  inputsHaveTheirType,
  questionsAreSound,
  waitsHaveWaitKeys,
  contextsAreKnown,
  contextsAreOpen,
  itemsAreInForeach,
  iterationsAreInLoops,
  namesAreKnown,
  namesAreDistinct,
  stepsAreKnown,
  stepReadsAreAncestors,
  stepPropertiesAreKnown,
  outputsAreKnown,
  outputValuesAreOfGroups,
  outputPatternsHaveOneGroup,
  lookupsAreInSteps,
  changedPathsAreLiteral,
  conditionsVary,
  conditionsHaveNoLiterals,
  comparisonsDoNotCoerce,
  comparisonsCanHold,
  comparisonsMatchCase,
  alwaysEndsWithCancel,
  failuresCanHappen,
  secretsStayInEnv,
  secretsAreReadAsSecrets,
  variablesAreFree,
  filesAreThere,
  quotaPatternsNameReset,
  retriesCanHappen,
  idleTimeoutsAreShorter,
  cachesAreOfCommands,
  interactiveStepsHaveATerminal,
  parametersAreUsed,
  parametersHaveTheirEnvironment,
  actionsAreUsed,
  inputsAreUsed,
  artifactsAreDistinct,
  snapshotsHaveHistory,
];

/** All that validating does: the rules, and checks whose pages stand elsewhere. */
export const allChecks: readonly Check[] = [
  ...expressionsCompile,
  interpolationsAreClosed,
  ...scriptsAreSafe,
  usesAreAvailable,
  ...allRules,
];
