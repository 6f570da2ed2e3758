import { eq } from 'drizzle-orm'
import { approverGroup } from '../../db/control/approver-group.ts'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { person as personTable } from '../../db/control/person.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Policy, PolicyRule } from '../../domain/policy/policy.ts'
import { Refused } from '../refused.ts'

interface Named {
  readonly pointer: string
  readonly value: string
}

function eachOf(pointer: string, values: readonly string[] | undefined): readonly Named[] {
  return (values ?? []).map((value, place) => ({ pointer: `${pointer}/${place}`, value }))
}

function groupsIn({ when, steps, breakGlass, escalation }: PolicyRule, rule: string): readonly Named[] {
  return [
    ...eachOf(`${rule}/when/requesterGroups`, when?.requesterGroups),
    ...steps.flatMap((step, place) =>
      step.kind === 'external'
        ? []
        : [
            ...eachOf(`${rule}/steps/${place}/groups`, step.groups),
            ...eachOf(`${rule}/steps/${place}/atLeastOneOf`, step.atLeastOneOf),
          ],
    ),
    ...(breakGlass === undefined ? [] : [{ pointer: `${rule}/breakGlass/group`, value: breakGlass.group }]),
    ...(escalation === undefined ? [] : [{ pointer: `${rule}/escalation/group`, value: escalation.group }]),
  ]
}

function peopleIn({ steps }: PolicyRule, rule: string): readonly Named[] {
  return steps.flatMap((step, place) =>
    step.kind === 'external' ? [] : eachOf(`${rule}/steps/${place}/people`, step.people),
  )
}

function pilotsIn({ pilot }: PolicyRule, rule: string): readonly Named[] {
  return pilot === undefined ? [] : [{ pointer: `${rule}/pilot`, value: pilot }]
}

function unknownTo(known: readonly string[], named: readonly Named[], message: string) {
  const all = new Set(known)
  return named.flatMap(({ pointer, value }) => (all.has(value) ? [] : [{ pointer, message }]))
}

/**
 * Refuses a policy that names what the organization does not have now.
 *
 * @throws Refused `invalid-body`, or the code that is given, with the places of groups, people and pilots.
 */
export async function refuseUnknown(
  transaction: Transaction,
  environment: EnvironmentId,
  { rules, mayFreeze }: Policy,
  code: 'invalid-body' | 'illegal-state' = 'invalid-body',
): Promise<void> {
  const { organization } = transaction
  const named = (find: (rule: PolicyRule, pointer: string) => readonly Named[]) =>
    rules.flatMap((rule, place) => find(rule, `/rules/${place}`))
  const groups = await transaction
    .select({ name: approverGroup.name })
    .from(approverGroup)
    .where(eq(approverGroup.organization, organization))
  const people = await transaction
    .select({ id: personTable.id, active: personTable.active })
    .from(personTable)
    .where(eq(personTable.organization, organization))
  const environments = await transaction
    .select({ id: environmentTable.id, kind: environmentTable.kind })
    .from(environmentTable)
    .where(eq(environmentTable.organization, organization))
  const active = people.flatMap(({ id, active }) => (active ? [id] : []))
  const pilots = environments.flatMap(({ id, kind }) =>
    kind === 'production' && id !== environment ? [id] : [],
  )
  const groupNames = groups.map(({ name }) => name)
  const errors = [
    ...unknownTo(groupNames, [...named(groupsIn), ...eachOf('/mayFreeze', mayFreeze)], 'is no group here'),
    ...unknownTo(active, named(peopleIn), 'must be an active human of this organization'),
    ...unknownTo(pilots, named(pilotsIn), 'must be another production environment of this organization'),
  ]
  if (errors.length === 0) return
  const detail = 'The policy names a group, a person or an environment that the organization does not have.'
  throw new Refused(code, detail, errors)
}
