import type { JsonObject } from '../../../src/domain/json.ts'
import { readExamples } from '../../domain/asset/read-examples.ts'

/** What the API answers for an asset. */
export interface Asset {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly environment: string
  readonly version: number
  readonly digest: string
  readonly activeVersion: number | null
  readonly association?: JsonObject
  readonly missingSecrets: readonly string[]
  readonly createdBy: string
  readonly updatedBy: string
  readonly unresolvedReferences: readonly string[]
  readonly deletedAt: string | null
  readonly deletedBy: string | null
}

export interface Problem {
  readonly code: string
  readonly detail: string
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
}

/** What the API answers for an entry of a log. */
export interface AuditEvent {
  readonly id: string
  readonly origin: string
  readonly type: string
  readonly time: string
}

export interface Page<Item> {
  readonly data: readonly Item[]
  readonly nextCursor: string | null
}

/** A value set with these codes. */
export function valueSet(...values: readonly string[]) {
  return {
    type: 'valueSet',
    name: 'Patient classes',
    content: { values: values.map((value) => ({ value, id: `code-${value}` })) },
  }
}

export const source = Object.freeze({
  type: 'source',
  name: 'The clinic',
  content: { serviceRegion: 'AWS_USA_EAST_1' },
})

export const destination = Object.freeze({
  type: 'destination',
  name: 'Intake',
  content: { endpoint: 'https://intake.example/v1', authCredential: null, cloudProviderSettings: null },
})

/** One example of every type that the examples hold, as the body that creates it. */
export function oneOfEachType() {
  const byType = new Map(readExamples('staging').map((example) => [example.type.name, example]))
  return [...byType.values()].map(({ type, name, content }) => ({ type, name, content }))
}

export function tagOf({ version, digest }: Pick<Asset, 'version' | 'digest'>): string {
  return `"${version}-${digest}"`
}
