import { z } from 'zod'
import { instantShape } from '../shapes.ts'

/** By which a person is known to the identity provider. */
export const identityShape = z
  .object({ issuer: z.string(), subject: z.string(), linkedAt: instantShape })
  .meta({ id: 'Identity' })

/** Asks for the link of an identity. */
export const newIdentityShape = z
  .strictObject({
    accessToken: z
      .string()
      .min(1, 'must not be empty')
      .max(8192, 'must have at most 8192 characters')
      .meta({ description: 'An access token of the identity, as it would be sent as a bearer.' }),
  })
  .meta({ id: 'NewIdentity' })
