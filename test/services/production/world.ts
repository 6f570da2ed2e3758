import { v7 as uuidv7 } from 'uuid'
import { withOrganization } from '../../../src/db/transaction.ts'
import {
  type EnvironmentId,
  identifier,
  type OrganizationId,
  type PersonId,
} from '../../../src/domain/identifiers.ts'
import { appendEntries } from '../../../src/services/audit/append-entries.ts'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import { commit, newSalt } from '../../../src/trust/commitment.ts'
import type { TestStores } from '../../support/stores.ts'

/** An organization with what every promotion and production command refers to. */
export interface World {
  readonly stores: TestStores
  readonly organization: OrganizationId
  readonly staging: EnvironmentId
  readonly production: EnvironmentId
  readonly requester: PersonId
  readonly approver: PersonId
  readonly text: string
}

export type Put = (table: string, row: Readonly<Record<string, unknown>>) => Promise<void>

export const hexadecimal = (value: string) => Buffer.from(value, 'hex')

/** Writes rows of control as the superuser, in one transaction at whose end the deferred triggers look. */
export async function writing(
  { stores, organization }: Pick<World, 'stores' | 'organization'>,
  work: (put: Put) => Promise<void>,
): Promise<void> {
  const client = await stores.superuser('control').connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('countersign.organization', $1, true)", [organization])
    await work(async (table, given) => {
      const row: Readonly<Record<string, unknown>> = { organization, ...given }
      const columns = Object.keys(row)
      const names = columns.map((column) => client.escapeIdentifier(column)).join(', ')
      const places = columns.map((_, place) => `$${place + 1}`).join(', ')
      const again = table === 'content' ? 'ON CONFLICT DO NOTHING' : ''
      await client.query(
        `INSERT INTO ${client.escapeIdentifier(table)} (${names}) VALUES (${places}) ${again}`,
        Object.values(row),
      )
    })
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

/** A new organization: two people with keys, two environments, a policy, a text. */
export async function newWorld(stores: TestStores): Promise<World> {
  const world: World = {
    stores,
    organization: identifier(uuidv7()),
    staging: identifier(uuidv7()),
    production: identifier(uuidv7()),
    requester: identifier(uuidv7()),
    approver: identifier(uuidv7()),
    text: uuidv7(),
  }
  await writing(world, async (put) => {
    await put('organization', { name: 'A hospital' })
    for (const kind of ['staging', 'production'] as const) {
      await put('environment', { id: world[kind], kind, name: kind })
    }
    for (const id of [world.requester, world.approver]) {
      await put('actor', { id, kind: 'human' })
      await put('person', { id, name: 'Somebody' })
      await put('environment_member', { environment: world.production, actor: id, role: 'viewer' })
      // Everybody has one key, which goes by their own id.
      const secret = hexadecimal('00'.repeat(32))
      await put('api_key', { id, actor: id, door: 'organization', name: 'Key', secret_digest: secret })
    }
    const steps = [{ name: 'approval', kind: 'approval', approvals: 1, groups: [] }]
    const document = canonicalBytes({ rules: [{ steps }] })
    await put('policy', { environment: world.production, version: 1, document, proposed_by: world.approver })
    const salt = newSalt()
    const commitment = hexadecimal(commit('Because.', salt))
    await put('erasable_text', { id: world.text, text: 'Because.', salt, commitment })
  })
  return world
}

/** Stores what a person asked for, and gives the command's id. */
export async function putCommand(
  put: Put,
  person: PersonId,
  asked: {
    readonly id?: string
    readonly kind: string
    readonly stream: string
    readonly streamKind: string
  },
): Promise<string> {
  const id = asked.id ?? uuidv7()
  await put('command', {
    id,
    stream_kind: asked.streamKind,
    stream: asked.stream,
    kind: asked.kind,
    person,
    actor: person,
    api_key: person,
    arguments: canonicalBytes({}),
    fingerprint: hexadecimal('00'.repeat(32)),
  })
  return id
}

/** Appends one entry to control's log with the login that does so there, and gives its id and place. */
export async function appendToControl(
  { stores, organization, requester }: World,
  type: string,
  subject: string,
): Promise<{ readonly id: string; readonly index: number; readonly leafHash: string }> {
  const id = uuidv7()
  const actor = { person: requester, via: 'workflow' } as const
  const [entry] = await withOrganization(
    stores.pool('control', 'worker_control'),
    organization,
    (transaction) => appendEntries(transaction, [{ id, type, subject, actor }]),
  )
  if (entry === undefined) throw new Error('nothing was appended')
  return { id, index: entry.index, leafHash: Buffer.from(entry.leafHash).toString('hex') }
}
