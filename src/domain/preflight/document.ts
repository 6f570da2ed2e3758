import { evidenceKinds } from '../plan/evidence.ts'
import { printedTable } from '../printed-table.ts'
import { checkPending } from './checks/outcomes.ts'
import { acknowledgementUnused, type RuledPlace } from './judge-findings.ts'
import { bundleRules, policyRules } from './registry.ts'
import { riskRules } from './risk.ts'
import type { Acknowledgement } from './rule.ts'

const introduction = `# Preflight

Before anybody is asked to approve, preflight makes the plan: it freezes the pinned bytes from staging, renders them for
production, compares them with what production holds, and lists what speaks against it. Each of these findings has a rule, a
severity, the staging asset and a JSON Pointer into its content, and never the value that it is about.

- \`blocker\`: the promotion goes back to its requester, and nobody is asked to decide
- \`warning\`: approvers see it, and sign it with the plan
- \`info\`: worth knowing

\`POST /v1/promotions?dryRun=true\` answers the plan that a request would get now, with every finding, who could sign each step,
and what could or has to join the bundle. It changes nothing, and it is refused for whatever the request itself would be refused
for, except that what makes a request hopeless is told as a finding. Ids of assets that would be created are reserved by the plan
of the promotion; a dry run shows others. What is hopeless is refused at once, before anybody waits: \`nothing-to-promote\`,
\`nobody-can-approve\`, \`too-many-contributors\`.

This page is printed from the registry, by \`npm run preflight:document\`.

## What it looks at in the bundle and in production

`

const byPolicy = `

## What the policy asks for

Which rule of the policy routes a promotion depends on what was found above; these look at what that rule says.

`

const besides = `

## What else is told

`

function chapters(): string {
  return `

## Acknowledgements

A request takes note of findings in \`acknowledge\`, each by its rule, asset and pointer; a finding may be sent back as it was
answered. The third column says what that does. What _may_ be acknowledged is shown to approvers as acknowledged; what _must_ be
blocks until it is; some blocks until it is acknowledged _with words_: the justification. A blocker is never acknowledged away,
and what the policy names in \`blocks\` is one, whoever took note of it. Policy raises severities; it lowers one only where the
policy says what a missing manifest counts as.

Justifications are shown to approvers. The plan holds a salted commitment of each; the words stand beside it and can be erased.
An acknowledgement of nothing that was found is told of, since what it meant has changed.

## Checks outside

Where the rule that routes a promotion names \`checks\`, each of these services is asked about every plan, once, before people see
it; [policies](policies.md) have the call and what is answered. What it says is a finding of \`external-check\`, as grave as it
says, or a blocker where the policy's \`blocks\` names it. No answer that counts is a blocker. The words are another one's: they
stand in the plan as one line without control and hidden characters, and are withheld where they look like a secret or like data
of a patient. A dry run asks nobody.

## Evidence from staging

\`evidence\` holds what was seen in staging, each piece of one kind: ${evidenceKinds.map((kind) => `\`${kind}\``).join(', ')}.
It names a digest of what was recorded, or a link to where that is kept, and a note where wanted; what is not testable says why.
The payload itself stays where it was recorded. Links and notes pass the rules against secrets and data of patients. The plan
holds the digest of every piece, so that whoever signs the plan signs the evidence. Of the kinds that the policy asks for, one
that lacks is a blocker, or a warning where a piece says that something is not testable.

## Manifest

\`manifest\` is what the requester declares of the bundle: \`endpointsUsed\`, \`webhookEventTypes\`, \`requiredPermissions\`, and in
words \`automationLogic\` and \`expectedDataFlows\`. What the rendered assets really hold is derived: every URL with a host is an
endpoint, and types say where their event types, permissions and automations stand. Every difference between the two, in either
direction, is a warning with its place. A host in \`endpointsUsed\` stands for every path of it. Without a manifest, whatever
reaches out of production or acts by itself is a blocker, or what the policy says instead.

## Values that production keeps

What staging holds locally is bound to production's own: \`{ "from", "to" }\` for an asset that is referred to, and
\`{ "asset", "pointer", "value" }\` for a place that the type names. A value that production was given stays when its asset is
promoted again and nothing else says so, also when staging has another one since; that it does is told as \`binding-remembered\`,
and a binding changes it. Where a place lies behind a position of an array, the value stays only while the array is as long as it
was and staging holds the same there: when elements moved, it is asked for again.

## References

A reference becomes production's id: of another item of the bundle, for which the plan reserves one, or by a binding, or of the
asset that was promoted before, or as remembered. A dry run offers what the bundle refers to and production lacks, with whatever
that refers to in turn, at most 200 assets; required ones have to join or be bound, and optional references are left out.

## Adoption

A staging asset without a partner may take over a production asset of its type that has none either: \`adopt\` names both. The
plan shows the difference against what stands there, approvers sign that it is adopted, and from then on the two are partners.

## Risk

A promotion's risk is the highest of these, and \`low\` where none applies. Items that change nothing do not count. A policy's rules
may ask for it.

`
}

const acknowledged: Readonly<Record<Acknowledgement, string>> = Object.freeze({
  never: '–',
  may: 'may',
  must: 'must',
  'with-words': 'must, with words',
})

function ruleTable(rules: readonly RuledPlace['rule'][]): string {
  const heads = ['rule', 'severity', 'acknowledged', 'says']
  return printedTable(
    heads,
    rules.map(({ id, severity, acknowledgement, says }) => [
      `\`${id}\``,
      severity,
      acknowledged[acknowledgement],
      says,
    ]),
  )
}

function named(names: readonly string[] | undefined, before: string): readonly string[] {
  return names === undefined ? [] : [`${before} ${names.map((name) => `\`${name}\``).join(', ')}`]
}

function riskTable(): string {
  const rows = riskRules.map(({ risk, types, actions, findings }) => [
    risk,
    [
      ...named(types, 'changes one of'),
      ...named(actions, 'an item of it is a'),
      ...named(findings, 'has a finding of'),
    ].join('; '),
  ])
  return printedTable(
    ['risk', 'the bundle'],
    [...rows, ['moderate', "changes one of the organization's own types"]],
  )
}

/** Preflight as a page of the documentation, in Markdown: every rule of the registry, and how they are answered. */
export function preflightDocument(): string {
  return (
    introduction +
    ruleTable(bundleRules) +
    byPolicy +
    ruleTable(policyRules) +
    besides +
    ruleTable([acknowledgementUnused, checkPending]) +
    chapters() +
    `${riskTable()}\n`
  )
}
