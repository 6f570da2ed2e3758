import { z } from 'zod'
import type { ActorId, EnvironmentId, OrganizationId, PersonId } from '../domain/identifiers.ts'
import { opaqueCursor } from './opaque-cursor.ts'
import { pageQuery } from './pagination.ts'
import { identityShape } from './people/identity.ts'
import { keyShape } from './people/keys.ts'
import { personShape } from './people/people.ts'
import { callerAuthenticationShape } from './policies/sign-in.ts'
import { environmentKindShape, idShape, instantShape, nameShape } from './shapes.ts'

/** The switch that stops every promotion of the organization, while it is on. */
export const organizationFreezeShape = z
  .object({
    reason: z.string().nullable().meta({ description: 'Null once erased.' }),
    by: idShape<PersonId>(),
    since: instantShape,
  })
  .meta({ id: 'OrganizationFreeze' })

export const organizationShape = z
  .object({
    id: idShape<OrganizationId>(),
    name: z.string(),
    createdAt: instantShape,
    freeze: organizationFreezeShape
      .nullable()
      .meta({ description: 'Null unless the organization is frozen.' }),
    checksPublicKey: z.string().nullable().meta({
      description:
        "Ed25519, as Standard Webhooks write it (`whpk_…`): what a policy's checks are asked is signed with the other half. Null while there is none.",
    }),
  })
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

export const memberCursor = opaqueCursor(idShape<PersonId>())

export const memberQueryShape = z.strictObject({ ...pageQuery, cursor: memberCursor.shape.optional() })

/** A role in an environment, as it is asked for. */
export const environmentMemberRoleShape = z
  .strictObject({ role: environmentRoleShape })
  .meta({ id: 'EnvironmentRole' })

export const environmentMemberShape = z
  .object({
    person: idShape<ActorId>(),
    kind: z.enum(['human', 'service']),
    role: environmentRoleShape.meta({ description: 'As it was given.' }),
    effectiveRole: environmentRoleShape.nullable().meta({
      description:
        "What it comes to: a service account's is never wider than its owner's, and null where they have none.",
    }),
  })
  .meta({ id: 'EnvironmentMember' })

export const environmentMemberCursor = opaqueCursor(idShape<ActorId>())

export const environmentMemberQueryShape = z.strictObject({
  ...pageQuery,
  cursor: environmentMemberCursor.shape.optional(),
})

/** An environment as somebody who has a role in it is told that they have. */
const heldEnvironmentShape = z
  .object({
    id: idShape<EnvironmentId>(),
    name: z.string(),
    kind: environmentKindShape,
    role: environmentRoleShape.nullable().meta({ description: "The caller's." }),
  })
  .meta({ id: 'HeldEnvironment' })

export const environmentShape = z
  .object({
    ...heldEnvironmentShape.shape,
    store: z
      .string()
      .nullable()
      .meta({ description: 'The store of its own that it stands in; null for the shared one of its kind.' }),
    access: z
      .object({
        role: environmentRoleShape.nullable(),
        administer: z.boolean().meta({ description: 'Members and policy, with a key of the organization.' }),
        promoteTo: z
          .array(idShape<EnvironmentId>())
          .readonly()
          .meta({ description: 'Where assets may be promoted from here, with a key of this environment.' }),
      })
      .meta({ description: 'What the caller may do here.' }),
    organizationFreeze: organizationFreezeShape.nullable().meta({
      description: 'Stops promotions into every environment; null unless the organization is frozen.',
    }),
  })
  .meta({ id: 'Environment' })

export const environmentCursor = opaqueCursor(idShape<EnvironmentId>())

export const environmentQueryShape = z.strictObject({
  ...pageQuery,
  cursor: environmentCursor.shape.optional(),
})

/** Asks for a further environment. */
export const newEnvironmentShape = z
  .strictObject({
    name: nameShape,
    kind: environmentKindShape,
    store: z
      .string()
      .max(63, 'must have at most 63 characters')
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters and digits, joined by hyphens')
      .optional()
      .meta({
        description: 'The name of a store of this installation; the shared one of the kind when left out.',
      }),
  })
  .meta({ id: 'NewEnvironment' })

/** Asks for a further organization. */
export const newOrganizationShape = z
  .strictObject({
    name: nameShape,
    owner: z.strictObject({ name: nameShape, email: z.email().max(320).optional() }),
  })
  .meta({ id: 'NewOrganization' })

/** The answer to it: the only time the sign-in token is shown. */
export const createdOrganizationShape = z
  .object({
    ...organizationShape.shape,
    environments: z.array(z.object({ id: idShape<EnvironmentId>(), kind: environmentKindShape })).readonly(),
    owner: z.object({
      id: idShape<PersonId>(),
      name: z.string(),
      signInToken: z.string().nullable().meta({
        description:
          "Makes the owner's first keys, within a day, and nothing else. Shown once: null when repeated.",
      }),
    }),
  })
  .meta({ id: 'CreatedOrganization' })

/** Asks for a change of an organization. */
export const organizationChangeShape = z.strictObject({ name: nameShape }).meta({ id: 'OrganizationChange' })

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
    environments: z.array(heldEnvironmentShape).readonly(),
    groups: z.array(z.string()).readonly(),
    key: keyShape,
    authentication: callerAuthenticationShape,
    identity: identityShape
      .nullable()
      .meta({ description: "The caller's at the identity provider, where one is linked." }),
  })
  .meta({ id: 'Caller' })
