import { v7 as uuidv7 } from 'uuid'
import type { AssetId } from '../../src/domain/identifiers.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { canonicalBytes, digestOf } from '../../src/trust/canonical.ts'
import { expectAnswer } from '../harness/call.ts'
import type { Ground } from '../harness/ground.ts'
import type { Tenant } from '../harness/tenant.ts'

const size = 20 * 1024
const referencesOfEach = 4

/** One asset of the bundle: in staging, and as its copy stands in production. */
export interface SeededItem {
  readonly id: AssetId
  readonly target: AssetId
}

export interface SeededBundle {
  readonly items: readonly SeededItem[]
  readonly references: number
}

interface Written {
  readonly id: AssetId
  readonly type: string
  readonly digest: string
}

const conditions = 50

/** What an automation holds: forms that it assigns, and conditions up to 20 KiB, of which every tenth tells of `edition`. */
function automation(forms: readonly AssetId[], place: number, edition: string): JsonObject {
  const text = 'wards that take part as agreed; '.repeat(12).slice(0, size / conditions - 70)
  return {
    enabled: false,
    trigger: {
      eventType: 'appointment.created',
      conditions: Array.from({ length: conditions }, (_, index) => ({
        path: `$.Visit.Location.Ward${place}`,
        operator: 'equals',
        value: `${index % 10 === 0 ? edition : 'always'} ${index} ${text}`,
      })),
    },
    actions: forms.map((formTemplate, index) => ({ id: `form-${index}`, kind: 'assign-form', formTemplate })),
  }
}

async function write(ground: Ground, tenant: Tenant, type: string, content: JsonObject): Promise<Written> {
  const path = `/v1/environments/${tenant.environments.staging}/assets`
  const body = { type, name: 'Seeded', content }
  const { id, digest } = await expectAnswer<{ readonly id: AssetId; readonly digest: string }>(
    ground,
    201,
    path,
    { key: tenant.key, method: 'POST', body },
  )
  return { id, type, digest }
}

/** Puts the copy of a promoted asset into production and links both, past the logs. */
async function land(
  { superuser }: Ground,
  { organization, environments, owner }: Tenant,
  { id, type, digest }: Written,
  target: AssetId,
  content: JsonObject,
): Promise<void> {
  const bytes = Buffer.from(canonicalBytes(content))
  const landed = Buffer.from(digestOf(bytes), 'hex')
  const stored = [organization, landed, bytes]
  for (const store of ['production', 'control'] as const) {
    await superuser(store).query('SET session_replication_role = replica')
    await superuser(store).query('INSERT INTO content VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', stored)
  }
  await superuser('production').query(
    `INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
     VALUES ($1, $2, $3, $4, 'Seeded', 1, $5, $5)`,
    [organization, target, environments.production, type, owner],
  )
  await superuser('production').query(
    `INSERT INTO asset_version (organization, asset, version, digest, name, author, promotion, entry)
     VALUES ($1, $2, 1, $3, 'Seeded', $4, gen_random_uuid(), gen_random_uuid())`,
    [organization, target, landed, owner],
  )
  await superuser('control').query(
    `INSERT INTO association (organization, source_asset, destination_environment, target_asset, source_version,
       source_digest, target_version, target_digest, promotion, revision, position)
     VALUES ($1, $2, $3, $4, 1, $5, 1, $6, gen_random_uuid(), 1, 1)`,
    [organization, id, environments.production, target, Buffer.from(digest, 'hex'), landed],
  )
}

/** A bundle of so many assets of 20 KiB with four references each, promoted once and edited since. */
export async function seedBundle(ground: Ground, tenant: Tenant, count: number): Promise<SeededBundle> {
  const forms: AssetId[] = []
  const copies: AssetId[] = []
  for (let place = 0; place < referencesOfEach; place += 1) {
    const content = {
      title: 'Visit',
      fields: [{ id: `field-${place}`, label: 'Reason of the visit', kind: 'text' }],
    }
    const written = await write(ground, tenant, 'formTemplate', content)
    forms.push(written.id)
    copies.push(uuidv7() as AssetId)
    await land(ground, tenant, written, copies[place] ?? written.id, content)
  }
  const items: SeededItem[] = []
  for (let place = 0; place < count; place += 1) {
    const written = await write(ground, tenant, 'automation', automation(forms, place, 'spring'))
    const target = uuidv7() as AssetId
    await land(ground, tenant, written, target, automation(copies, place, 'spring'))
    const stored = canonicalBytes(automation(forms, place, 'spring'))
    await ground
      .superuser('control')
      .query('INSERT INTO content VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        tenant.organization,
        Buffer.from(written.digest, 'hex'),
        Buffer.from(stored),
      ])
    await expectAnswer(ground, 200, `/v1/assets/${written.id}`, {
      key: tenant.key,
      method: 'PUT',
      body: { content: automation(forms, place, 'autumn') },
      headers: { 'If-Match': `"1-${written.digest}"` },
    })
    items.push({ id: written.id, target })
  }
  for (const store of ['staging', 'production', 'control'] as const) {
    await ground.superuser(store).query('VACUUM ANALYZE')
  }
  return { items, references: count * referencesOfEach }
}
