// The template `agent-review`: a coding agent reviews what a change does, after the checks that need no agent.

/** Text of the file. */
export const agentReviewTemplate = `# A coding agent reviews the latest commit; its report is kept as an artifact. Try:
#   workflow run --param focus=security
#   workflow artifacts @ review --output .
id = "agent-review"
name = "Review a change with a coding agent"
tags = ["review", "ai"]

[parameters.focus]
type = "enum"
values = ["correctness", "security", "style"]
default = "correctness"
description = "What the reviewer looks for"

[requirements]
# Any agent with a command line will do; change the action below as well.
commands = ["git", "claude"]

[workspace]
keep = "on-failure"

# An action is a step that can be used more than once.
[actions.ask-agent]
inputs.prompt = { type = "string", required = true }
argv = ["claude", "-p", "\${{ inputs.prompt }}"]
timeout = "30m"
idle_timeout = "10m"

[steps.diff]
run = """
git show --stat HEAD
git show HEAD > change.patch
"""

[steps.review]
needs = ["diff"]
uses = "ask-agent"
retry = { max = 1, initial = "30s" }
inputs.prompt = """
Review the change in the file change.patch of this folder for \${{ params.focus }}.
Read the code around it where that helps. Change no file but review.md: write your findings there,
the gravest first, each with file and line. Write "No findings." when there are none.
"""

[steps.check]
needs = ["review"]
run = """
test -s review.md || { echo "the agent wrote no review.md" >&2; exit 1; }
cat review.md
"""

[artifacts.review]
path = "review.md"
retention = "90d"
`;
