import { z } from 'zod'
import { verdictPayloadType } from '../../domain/promotion/external-verdict.ts'

export const externalVerdictShape = z.enum(['approved', 'rejected'])

const base64Shape = z.string().min(1).max(8_000)

/** A verdict in a DSSE v1.0.2 envelope. */
export const verdictEnvelopeShape = z
  .strictObject({
    payloadType: z.literal(verdictPayloadType),
    payload: base64Shape.meta({
      description:
        'Base64 of a JSON object of `promotion`, `revision`, `step` (its position), `planDigest`, `verdict` (`approved` or ' +
        '`rejected`), `issuedAt`, and `reference`, one word, where the system keeps it.',
    }),
    signatures: z
      .array(
        z.strictObject({
          sig: z.string().min(1).max(200).meta({ description: 'Base64 of an Ed25519 signature.' }),
          keyid: z.string().max(200).optional().meta({ description: 'A hint, which is not read.' }),
        }),
      )
      .min(1, 'must hold a signature: what nobody signed is no verdict')
      .max(8)
      .readonly(),
  })
  .meta({ id: 'VerdictEnvelope' })
