import type { AssetId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { Refused, type RefusedField } from '../../refused.ts'
import { prepareSecrets } from '../../secrets/prepare-secrets.ts'
import type { SealedSecret } from '../../secrets/seal-secret.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import type { AcceptedAsset } from './accept-file.ts'

/** Raised where a file's secrets were put on record: what else the transaction did is to be done again after that. */
export class SecretsNoted extends Error {
  override readonly name = 'SecretsNoted'
}

/**
 * Seals the secrets that stand in a file, as of a version that is written by hand; by the id of the asset here.
 *
 * @throws SecretsNoted the first time there are any, Refused where one may not be stored.
 */
export async function sealFile(
  context: ServiceContext,
  opened: OpenEnvironment,
  accepted: readonly AcceptedAsset[],
  isNoted: boolean,
): Promise<ReadonlyMap<AssetId, readonly SealedSecret[]>> {
  const sealed = new Map<AssetId, readonly SealedSecret[]>()
  const refusals: Refused[] = []
  let noted = false
  for (const { asset, target, accepted: content } of accepted) {
    const pointerInBody = (pointer: string) => `/assets/${asset.place}/content${pointer}`
    const incoming = { ...opened, asset: target, values: content.secrets, pointerInBody }
    try {
      const prepared = await prepareSecrets(context, incoming, isNoted)
      if (prepared.kind === 'noted') noted = true
      else sealed.set(target, prepared.secrets)
    } catch (error) {
      if (!(error instanceof Refused) || error.code === 'unavailable') throw error
      refusals.push(error)
    }
  }
  const [first] = refusals
  const errors = refusals.flatMap((refused): readonly RefusedField[] => refused.errors)
  if (first !== undefined) throw new Refused(first.code, first.message, errors)
  if (noted) throw new SecretsNoted('the secrets of a file were put on record')
  return sealed
}
