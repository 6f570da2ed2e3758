import { isJsonArray } from '../../domain/asset/json/json-array.ts'
import type { EntryPlace } from '../../domain/audit/timeline-order.ts'
import type { Digest, OrganizationId } from '../../domain/identifiers.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/json.ts'
import { readLeaf } from '../../trust/leaf.ts'

/** An entry of a log as an auditor reads it. Ids and commitments; names and texts stand elsewhere. */
export interface AuditEvent {
  readonly id: string
  readonly origin: string
  readonly index: number
  readonly leafHash: Digest
  readonly type: string
  readonly subject: string
  /** RFC 3339 in UTC with microseconds, as in the leaf. */
  readonly time: string
  /** Nobody, where the product noticed something by itself. */
  readonly actor: { readonly person?: string; readonly via: string; readonly key?: string }
  readonly organization: OrganizationId
  readonly environment?: string
  readonly asset?: string
  readonly promotion?: string
  readonly outcome: string
  readonly details: JsonObject
  /** How far it has been made tamper-evident: sequenced in its log. */
  readonly state: 'sequenced'
}

/** An indexed entry: its place, its exact bytes and their hash. */
export interface IndexedEntry extends EntryPlace {
  readonly leaf: Uint8Array
  readonly leafHash: Digest
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function named(data: JsonObject, member: 'environment' | 'asset' | 'promotion') {
  const value = data[member]
  return typeof value === 'string' ? { [member]: value } : {}
}

function actorOf(actor: JsonValue | undefined): AuditEvent['actor'] {
  const { person, via, key } = isJsonObject(actor) ? actor : {}
  const ofKey = typeof key === 'string' ? { key } : {}
  return { ...(typeof person === 'string' ? { person } : {}), via: textOf(via), ...ofKey }
}

/**
 * Reads an entry from its leaf, which is what is signed and proved; nothing is taken from the index but the place.
 *
 * @throws LeafRefused for bytes that are no leaf.
 */
export function readEvent(
  organization: OrganizationId,
  { origin, index, leaf, leafHash }: IndexedEntry,
): AuditEvent {
  const { id, type, subject, time, data } = readLeaf(leaf)
  const { actor, environment: _, asset: __, promotion: ___, outcome, details, ...facts } = data
  return {
    id,
    origin,
    index,
    leafHash,
    type,
    subject,
    time,
    actor: actorOf(actor),
    organization,
    ...named(data, 'environment'),
    ...named(data, 'asset'),
    ...named(data, 'promotion'),
    outcome: textOf(outcome),
    details: { ...facts, ...(isJsonObject(details) ? details : {}) },
    state: 'sequenced',
  }
}

/** The entries that an event rests on: every place in its details that names an origin, an index and a leaf's hash. */
export function citedPlaces(details: JsonValue): readonly EntryPlace[] {
  if (isJsonArray(details)) return details.flatMap(citedPlaces)
  if (!isJsonObject(details)) return []
  const { origin, index, leafHash } = details
  if (typeof origin === 'string' && typeof index === 'number' && typeof leafHash === 'string') {
    return [{ origin, index }]
  }
  return Object.values(details).flatMap(citedPlaces)
}
