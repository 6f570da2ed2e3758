import type { AssetId, OrganizationId } from '../../../src/domain/identifiers.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import type { TestStores } from '../../support/stores.ts'

/** An asset as somebody with the database's superuser changes it, past everything that would log it. */
export interface ForeignHand {
  /** A next version with these values becomes the newest. */
  write(values: readonly string[]): Promise<void>
  /** A version becomes the newest without being written. */
  setVersion(version: number): Promise<void>
  /** The bytes of every version are blanked. */
  erase(): Promise<void>
  remove(deleted: boolean): Promise<void>
  /** A version becomes the one in use. */
  point(version: number): Promise<void>
}

export function foreignHand(stores: TestStores, organization: OrganizationId, asset: AssetId): ForeignHand {
  const production = stores.superuser('production')
  const one = [organization, asset]
  return {
    async write(values) {
      const bytes = canonicalBytes({ values: values.map((value) => ({ value })) })
      const digest = Buffer.from(digestOf(bytes), 'hex')
      await production.query('INSERT INTO content VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        organization,
        digest,
        bytes,
      ])
      await production.query(
        `INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
         SELECT $1, $2, max(version) + 1, $3, 'By hand', $2, gen_random_uuid() FROM asset_version
         WHERE organization = $1 AND asset = $2`,
        [organization, asset, digest],
      )
      await production.query(
        `UPDATE asset SET version = (SELECT max(version) FROM asset_version WHERE organization = $1 AND asset = $2)
         WHERE organization = $1 AND id = $2`,
        one,
      )
    },
    async setVersion(version) {
      await production.query('UPDATE asset SET version = $3 WHERE organization = $1 AND id = $2', [
        ...one,
        version,
      ])
    },
    async erase() {
      await production.query(
        `UPDATE content SET bytes = NULL WHERE organization = $1 AND digest IN
           (SELECT digest FROM asset_version WHERE organization = $1 AND asset = $2)`,
        one,
      )
    },
    async remove(deleted) {
      await production.query(
        'UPDATE asset SET deleted_at = CASE WHEN $3 THEN now() END WHERE organization = $1 AND id = $2',
        [...one, deleted],
      )
    },
    async point(version) {
      await production.query(
        `INSERT INTO active_version (organization, asset, version, activated_by) VALUES ($1, $2, $3, $2)
         ON CONFLICT (organization, asset) DO UPDATE SET version = excluded.version`,
        [...one, version],
      )
    },
  }
}
