import type { Context } from 'hono'
import { isUuid } from '../../domain/identifiers.ts'
import type { ApiEnvironment } from '../environment.ts'

// From the narrowest to the widest, as path parameters are named.
const nouns = [
  'decision',
  'command',
  'promotion',
  'asset',
  'delegation',
  'person',
  'key',
  'environment',
  'organization',
]

/** What a refused request was about, by the ids in its path. */
export function deniedSubject(c: Context<ApiEnvironment>): {
  readonly subject?: string
  readonly environment?: string
  readonly asset?: string
  readonly promotion?: string
} {
  const named = (noun: string) => {
    const value: string | undefined = c.req.param(noun)
    return value !== undefined && isUuid(value) ? { [noun]: value } : {}
  }
  const noun = nouns.find((one) => one in named(one))
  return {
    ...(noun === undefined ? {} : { subject: `${noun}/${c.req.param(noun)}` }),
    ...named('environment'),
    ...named('asset'),
    ...named('promotion'),
  }
}
