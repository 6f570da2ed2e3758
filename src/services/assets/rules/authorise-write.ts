import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { Refused } from '../../refused.ts'
import type { OpenEnvironment } from './open-environment.ts'

/**
 * Whether the caller may write assets of this type here: by role, and in production only what is local to it.
 *
 * @throws Refused `promotion-only` or `forbidden`.
 */
export function authoriseWrite({ kind, role }: OpenEnvironment, type: AssetType): void {
  if (kind === 'production' && type.promotable) {
    throw new Refused(
      'promotion-only',
      `Assets of type ${type.name} reach production by promotion alone. Change it in staging and promote it.`,
    )
  }
  const writers: readonly string[] = kind === 'production' ? ['engineer'] : type.writableBy
  if (!writers.includes(role)) {
    throw new Refused(
      'forbidden',
      `Writing assets of type ${type.name} here takes the role ${writers.join(' or ')}; yours is ${role}.`,
    )
  }
}
