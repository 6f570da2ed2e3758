import { z } from 'zod'
import type { AssetId, PersonId } from '../../domain/identifiers.ts'
import { digestShape, idShape, reasonShape } from '../shapes.ts'

/** Read with the rules of a secret, which say what is wrong with a value without repeating it. */
export const secretRequestShape = z.strictObject({
  value: z.string().meta({ description: '1 byte to 64 KiB. It is sealed, and no answer ever holds it.' }),
})

export const suppliedSecretShape = z
  .record(z.string(), z.literal(true))
  .meta({ id: 'SuppliedSecret', description: 'One member, `has<Field>`: that the secret is there.' })

export const erasureRequestShape = z.strictObject({ reason: reasonShape })

export const erasureShape = z
  .object({
    asset: idShape<AssetId>(),
    version: z.number().int(),
    digest: digestShape,
    state: z.enum(['proposed', 'confirmed']).meta({
      description: '`proposed`: a second person has to ask for the same. `confirmed`: they have.',
    }),
    erased: z.boolean().meta({ description: 'Whether the bytes are gone.' }),
    active: z
      .boolean()
      .meta({ description: 'Whether it is the version in use, which stays so, without content.' }),
    proposedBy: idShape<PersonId>(),
    confirmedBy: idShape<PersonId>().nullable(),
  })
  .meta({ id: 'Erasure' })
