import { z } from 'zod'
import { instantShape } from '../shapes.ts'
import { durationShape } from './duration.ts'

// As the challenge has them, which lists them with spaces between.
const classShape = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/, 'must be one word of at most 255 visible ASCII characters')

/** How those who decide have to have signed in, as a policy asks for it; with nothing in it, through the provider. */
export const signInShape = z
  .strictObject({
    within: durationShape.optional().meta({ description: 'How long before the decision is recorded.' }),
    acr: z.array(classShape).min(1).max(10).readonly().optional().meta({
      description: 'Classes of authentication (`acr`), the preferred one first; one of them it has to be.',
    }),
  })
  .meta({
    id: 'SignIn',
    description: 'Only those decide who signed in through the identity provider, and as it says besides.',
  })

/** The same as answers show it. */
export const shownSignInShape = z.object({
  within: z.string().optional(),
  acr: z.array(z.string()).readonly().optional(),
})

/** How somebody proved who they are, as answers show it: what is not known is left out. */
export const authenticationShape = z.object({
  method: z.enum(['key', 'identity-provider']),
  authenticatedAt: instantShape.optional().meta({ description: 'When they signed in, as their token says.' }),
  acr: z.string().optional().meta({ description: 'The class of that, in the words of the provider.' }),
})

/** The same of who calls, whose token is at hand. */
export const callerAuthenticationShape = authenticationShape.extend({
  amr: z.array(z.string()).readonly().optional().meta({
    description: 'What they signed in with, in the words of RFC 8176.',
  }),
})
