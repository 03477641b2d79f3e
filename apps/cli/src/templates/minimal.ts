// The template `minimal`: two steps and a parameter.

/** Text of the file. */
export const minimalTemplate = `# A first workflow. Try:
#   workflow run                        run it in a workspace of its own
#   workflow run --param who=everybody  with another value
#   workflow status @                   how it went
#   workflow logs @ greet               what a step wrote
id = "hello"
name = "A first workflow"

[parameters.who]
type = "string"
default = "world"
description = "Whom to greet"

[steps.greet]
run = "echo Hello, \${{ params.who }}!"

[steps.look]
needs = ["greet"]
run = """
echo "These files are here:"
ls
"""
`;
