import { referencesOf } from '../../../domain/asset/references.ts'
import { rewriteReferences } from '../../../domain/asset/rewrite-references.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import type { ProblemCode } from '../../../domain/problem-code.ts'
import { Refused, type RefusedField } from '../../refused.ts'
import { type AcceptedContent, acceptContent, keepImmutables } from '../rules/accept-content.ts'
import type { ImportWarning } from './assets-file.ts'
import type { Before, MatchedAsset } from './match-file.ts'

export interface AcceptedAsset extends MatchedAsset {
  readonly accepted: AcceptedContent
  readonly before: Before | undefined
}

// Of several rules that said no, the answer goes by the gravest.
const gravest: readonly ProblemCode[] = ['literal-secret', 'patient-data', 'credential-reused']

interface PlacedRefusal {
  readonly place: number
  readonly refused: Refused
}

function errorsOf({ place, refused }: PlacedRefusal): readonly RefusedField[] {
  const errors = refused.errors.length === 0 ? [{ pointer: '', message: refused.message }] : refused.errors
  return errors.map(({ pointer, message }) => ({ pointer: `/assets/${place}${pointer}`, message }))
}

function refusalOf(refusals: readonly PlacedRefusal[]): Refused {
  const inOrder = refusals.toSorted((one, other) => one.place - other.place)
  const codes = new Set(inOrder.map(({ refused }) => refused.code))
  return new Refused(
    gravest.find((code) => codes.has(code)) ?? 'invalid-body',
    'Nothing was imported: some contents are not allowed. Each place says by which rule.',
    inOrder.flatMap(errorsOf),
  )
}

async function acceptOne(
  { asset, ...match }: MatchedAsset,
  before: Before | undefined,
  targets: ReadonlyMap<AssetId, AssetId>,
): Promise<AcceptedAsset> {
  const { definition, content } = asset
  const accepted = await acceptContent(definition, rewriteReferences(definition, content, targets))
  const bytes = before?.bytes ?? null
  if (bytes !== null) keepImmutables(definition, bytes, accepted.content)
  return { asset, ...match, accepted, before }
}

/**
 * Judges every content as one that is written by hand, with its references naming what they stand for here.
 *
 * @param breathe is awaited between contents: judging thousands takes seconds.
 * @throws Refused with all problems of all contents, by JSON Pointer into the file.
 */
export async function acceptFile(
  matched: readonly MatchedAsset[],
  before: ReadonlyMap<AssetId, Before>,
  breathe: () => Promise<void>,
): Promise<readonly AcceptedAsset[]> {
  const targets = new Map(matched.map(({ asset, target }) => [asset.id, target]))
  const accepted: AcceptedAsset[] = []
  const refusals: PlacedRefusal[] = []
  for (const match of matched) {
    await breathe()
    try {
      accepted.push(await acceptOne(match, before.get(match.target), targets))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusals.push({ place: match.asset.place, refused: error })
    }
  }
  if (refusals.length > 0) throw refusalOf(refusals)
  return accepted
}

/** References of the file that lead to nothing here: allowed, as in a version written by hand, and told. */
export function outwardReferences(
  matched: readonly MatchedAsset[],
): readonly { readonly pointer: string; readonly asset: AssetId }[] {
  const inside = new Set(matched.map(({ asset }) => asset.id))
  return matched.flatMap(({ asset: { definition, content, place } }) =>
    referencesOf(definition, content)
      .filter(({ asset }) => !inside.has(asset))
      .map(({ asset, pointer }) => ({ asset, pointer: `/assets/${place}/content${pointer}` })),
  )
}

/** What the importer should know though it is allowed. */
export function warningsOf(
  matched: readonly MatchedAsset[],
  known: ReadonlySet<AssetId>,
): readonly ImportWarning[] {
  const unresolved = outwardReferences(matched)
    .filter(({ asset }) => !known.has(asset))
    .map(
      ({ pointer }): ImportWarning => ({
        pointer,
        rule: 'reference-unresolved',
        message: 'refers to no asset of the file or of this environment',
      }),
    )
  const kept = matched.flatMap(({ asset, existing }): ImportWarning[] =>
    existing === undefined || existing.name === asset.name
      ? []
      : [
          {
            pointer: `/assets/${asset.place}/name`,
            rule: 'name-kept',
            message: 'differs from the name here, which stays',
          },
        ],
  )
  return [...unresolved, ...kept]
}
