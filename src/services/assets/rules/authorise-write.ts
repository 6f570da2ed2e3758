import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { requireAct } from '../../people/require-right.ts'
import { Refused } from '../../refused.ts'
import type { OpenEnvironment } from './open-environment.ts'

/**
 * Whether the caller may write assets of this type here: by role, and in production only what is local to it.
 *
 * @throws Refused `promotion-only` or `forbidden`.
 */
export function authoriseWrite({ kind, standing }: OpenEnvironment, type: AssetType): void {
  if (kind === 'production' && type.promotable) {
    throw new Refused(
      'promotion-only',
      `Assets of type ${type.name} reach production by promotion alone. Change it in staging and promote it.`,
    )
  }
  const act = kind === 'production' ? 'asset.write-local' : 'asset.write'
  requireAct(act, standing, { through: 'environment', writableBy: type.writableBy })
}
