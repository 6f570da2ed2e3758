import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { ownReferencesOf } from '../../../domain/asset/references/references.ts'
import { dependencyOrder } from '../../../domain/plan/order.ts'
import { requireAct } from '../../people/require-right.ts'
import { Refused, type RefusedField } from '../../refused.ts'
import { authoriseWrite } from '../rules/authorise-write.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import { findTypes } from '../types/find-types.ts'
import type { FileAsset } from './assets-file.ts'

/** An asset of a file with its type, and its place in the file. */
export interface TypedAsset extends FileAsset {
  readonly place: number
  readonly definition: AssetType
}

async function typed(
  { control }: OpenEnvironment,
  assets: readonly FileAsset[],
  how: 'read' | 'hold',
): Promise<readonly TypedAsset[]> {
  const names = assets.map(({ type }) => type)
  const types = await findTypes(control, names, how)
  const unknown: RefusedField[] = []
  const known = assets.flatMap((asset, place) => {
    const definition = types.get(asset.type)
    if (definition !== undefined) return [{ ...asset, place, definition }]
    unknown.push({ pointer: `/assets/${place}/type`, message: 'is not the name of an asset type' })
    return []
  })
  if (unknown.length === 0) return known
  throw new Refused('invalid-body', 'Some types are not known here. See GET /v1/asset-types.', unknown)
}

function authorise(opened: OpenEnvironment, assets: readonly TypedAsset[]): void {
  const { standing } = opened
  const types = new Set(assets.map(({ definition }) => definition))
  // An empty file names no type; then whoever writes anything here may.
  const writableBy = ['engineer', 'support'] as const
  if (types.size === 0) requireAct('assets.import', standing, { through: 'environment', writableBy })
  for (const type of types) authoriseWrite(opened, type)
}

function refuseRepeated(assets: readonly FileAsset[]): void {
  const seen = new Set<string>()
  const repeated = assets.flatMap(({ id }, place) => {
    if (!seen.has(id)) {
      seen.add(id)
      return []
    }
    return [{ pointer: `/assets/${place}/id`, message: 'stands in the file already' }]
  })
  if (repeated.length > 0) {
    throw new Refused('invalid-body', 'A file holds each asset once. Leave out the repeated ones.', repeated)
  }
}

function inOrder(assets: readonly TypedAsset[]): readonly TypedAsset[] {
  const byId = new Map(assets.map((asset) => [asset.id, asset]))
  const order = dependencyOrder(
    assets.map(({ id, definition, content }) => ({
      asset: id,
      references: ownReferencesOf(definition, content).map((reference) => reference.asset),
    })),
  )
  const ordered = order.assets.flatMap((id) => byId.get(id) ?? [])
  if (order.kind === 'ordered') return ordered
  throw new Refused(
    'reference-cycle',
    'The references of these assets lead in a circle, each to the next and the last to the first. Take one of them out.',
    ordered.map(({ place }) => ({ pointer: `/assets/${place}`, message: 'refers to the next one' })),
  )
}

/**
 * The assets of a file, each with its type, of which the caller may write all here. Held types stay as they are until
 * the control transaction ends.
 *
 * @throws Refused for an unknown type or a missing right.
 */
export async function typeFile(
  opened: OpenEnvironment,
  assets: readonly FileAsset[],
  how: 'read' | 'hold',
): Promise<readonly TypedAsset[]> {
  const known = await typed(opened, assets, how)
  authorise(opened, known)
  return known
}

/**
 * The assets of a file, each after all it refers to.
 *
 * @throws Refused for an id that stands there twice, and `reference-cycle`.
 */
export function orderFile(assets: readonly TypedAsset[]): readonly TypedAsset[] {
  refuseRepeated(assets)
  return inOrder(assets)
}
