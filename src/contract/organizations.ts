import { z } from 'zod'
import type { ActorId, EnvironmentId, OrganizationId, PersonId } from '../domain/identifiers.ts'
import { keyShape } from './keys.ts'
import { personShape } from './people.ts'
import { environmentKindShape, idShape, instantShape } from './shapes.ts'

export const organizationShape = z
  .object({ id: idShape<OrganizationId>(), name: z.string(), createdAt: instantShape })
  .meta({ id: 'Organization' })

const organizationRoleShape = z.enum(['owner', 'admin', 'member'])
const grantShape = z.enum(['auditor'])
const environmentRoleShape = z.enum(['engineer', 'support', 'viewer'])

/** A role in the organization, as it is asked for. */
export const memberRoleShape = z
  .strictObject({ role: organizationRoleShape, grants: z.array(grantShape).max(1).readonly().optional() })
  .meta({ id: 'OrganizationRole' })

export const memberShape = z
  .object({
    person: idShape<PersonId>(),
    role: organizationRoleShape,
    grants: z.array(grantShape).readonly(),
  })
  .meta({ id: 'OrganizationMember' })

/** A role in an environment, as it is asked for. */
export const environmentMemberRoleShape = z
  .strictObject({ role: environmentRoleShape })
  .meta({ id: 'EnvironmentRole' })

export const environmentMemberShape = z
  .object({ person: idShape<ActorId>(), kind: z.enum(['human', 'service']), role: environmentRoleShape })
  .meta({ id: 'EnvironmentMember' })

export const environmentShape = z
  .object({
    id: idShape<EnvironmentId>(),
    name: z.string(),
    kind: environmentKindShape,
    role: environmentRoleShape.nullable().meta({ description: "The caller's." }),
  })
  .meta({ id: 'Environment' })

/** Who calls, and what they may do with this key. */
export const callerShape = z
  .object({
    person: personShape,
    account: personShape.nullable().meta({ description: 'The service account that calls, if one does.' }),
    organizations: z
      .array(
        z.object({
          id: idShape<OrganizationId>(),
          name: z.string(),
          role: organizationRoleShape.nullable(),
          grants: z.array(grantShape).readonly(),
        }),
      )
      .readonly(),
    environments: z.array(environmentShape).readonly(),
    groups: z.array(z.string()).readonly(),
    key: keyShape,
  })
  .meta({ id: 'Caller' })
