import { z } from 'zod'
import type { ActorId, ApiKeyId, EnvironmentId, OrganizationId } from '../../domain/identifiers.ts'
import { askedInstantShape, idShape, instantShape, nameShape } from '../shapes.ts'
import { scopeShape } from './scope.ts'

/** A key without its secret. */
export const keyShape = z
  .object({
    id: idShape<ApiKeyId>(),
    name: z.string(),
    actor: idShape<ActorId>('Whose key it is.'),
    actorKind: z.enum(['human', 'service']),
    organization: idShape<OrganizationId>().nullable(),
    environment: idShape<EnvironmentId>().nullable(),
    scopes: z.array(z.string()).readonly().nullable().meta({ description: 'Null: all its actor may do.' }),
    origin: z
      .enum(['made', 'identity-provider'])
      .meta({ description: 'Whether somebody made it, or an access token became it, which has no secret.' }),
    createdAt: instantShape,
    expiresAt: instantShape.nullable(),
    revokedAt: instantShape.nullable(),
  })
  .meta({ id: 'ApiKey' })

/** Asks for a key. */
export const newKeyShape = z
  .strictObject({
    name: nameShape,
    environment: idShape<EnvironmentId>('The environment it opens.').optional(),
    organization: idShape<OrganizationId>('The organization it opens.').optional(),
    account: idShape<ActorId>('The service account it is for; without it, the caller.').optional(),
    scopes: z.array(scopeShape).min(1).readonly().optional(),
    expiresAt: askedInstantShape.optional(),
  })
  .refine(({ environment, organization }) => (environment === undefined) !== (organization === undefined), {
    message: 'a key opens either an environment or the organization: name one of them',
  })
  .meta({ id: 'NewApiKey' })

/** The answer to it: the only time the secret is shown. */
export const createdKeyShape = z
  .object({
    ...keyShape.shape,
    secret: z
      .string()
      .nullable()
      .meta({ description: 'The bearer token. Shown once: null when the request is repeated.' }),
  })
  .meta({ id: 'CreatedApiKey' })
