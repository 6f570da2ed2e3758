import { removeAt } from '../../../domain/asset/json/pointer.ts'
import { partnerPlaces } from '../../../domain/asset/partner-owned.ts'
import { rewriteReferences } from '../../../domain/asset/references/rewrite-references.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { ProblemCode } from '../../../domain/problem-code.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { Refused, type RefusedField } from '../../refused.ts'
import { type AcceptedContent, acceptContent, keepImmutables } from '../rules/accept-content.ts'
import { keepPartners } from '../rules/keep-partners.ts'
import type { TypedAsset } from './check-file.ts'
import type { Before, MatchedAsset } from './match-file.ts'

export interface AcceptedAsset extends MatchedAsset {
  readonly accepted: AcceptedContent
  readonly before: Before | undefined
  /** Pointers of what a partner owns and is not known here. */
  readonly leftOut: readonly string[]
}

// Of several rules that said no, the answer goes by the gravest.
const gravest: readonly ProblemCode[] = [
  'literal-secret',
  'patient-data',
  'credential-reused',
  'partner-owned',
  'reference-cycle',
  'forbidden',
]

export interface PlacedRefusal {
  readonly place: number
  readonly refused: Refused
}

const shownErrors = 1_000

function errorsOf({ place, refused }: PlacedRefusal): readonly RefusedField[] {
  const errors = refused.errors.length === 0 ? [{ pointer: '', message: refused.message }] : refused.errors
  return errors.map(({ pointer, message }) => ({ pointer: `/assets/${place}${pointer}`, message }))
}

/** What several contents were refused for, by JSON Pointer into the file and in its order, as far as it is short. */
export function refusalOf(refusals: readonly PlacedRefusal[]): Refused {
  const inOrder = refusals.toSorted((one, other) => one.place - other.place)
  const codes = new Set(inOrder.map(({ refused }) => refused.code))
  const errors = inOrder.flatMap(errorsOf)
  const more = errors.length - shownErrors
  const rest = more > 0 ? [{ pointer: '', message: `and ${more} more` }] : []
  return new Refused(
    gravest.find((code) => codes.has(code)) ?? 'invalid-body',
    'Nothing was imported: some contents are not allowed. Each place says by which rule.',
    [...errors.slice(0, shownErrors), ...rest],
  )
}

/** What partners own travels no further than where it is known: elsewhere it is left out. */
function leaveOutUnknown({ definition, content }: TypedAsset, stored: JsonValue | null) {
  const here = stored === null ? [] : partnerPlaces(definition, stored)
  const known = new Set(here.map(({ id }) => id))
  const leftOut = partnerPlaces(definition, content).filter(({ id }) => id === undefined || !known.has(id))
  // From the last to the first, so that removing an element moves none that is still to be removed.
  const kept = leftOut.reduceRight<JsonValue>((rest, { pointer }) => removeAt(rest, pointer), content)
  return { kept, leftOut: leftOut.map(({ pointer }) => pointer) }
}

async function acceptOne(
  { asset, ...match }: MatchedAsset,
  before: Before | undefined,
  targets: ReadonlyMap<AssetId, AssetId>,
): Promise<AcceptedAsset> {
  const { definition } = asset
  const bytes = before?.bytes ?? null
  const stored = bytes === null ? null : parseStrict(bytes)
  const { kept, leftOut } = leaveOutUnknown(asset, stored)
  const content = rewriteReferences(definition, kept, targets)
  const accepted = await acceptContent(definition, keepPartners(definition, stored, content))
  keepImmutables(definition, stored, accepted.content)
  return { asset, ...match, accepted, before, leftOut }
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
