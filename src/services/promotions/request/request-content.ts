import type { Transaction } from '../../../db/transaction.ts'
import { parsePointer } from '../../../domain/asset/json/pointer.ts'
import {
  type AssetId,
  type Digest,
  digest,
  type Instant,
  type PersonId,
} from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Binding } from '../../../domain/plan/binding.ts'
import type { Evidence } from '../../../domain/plan/evidence.ts'
import type { Manifest } from '../../../domain/plan/manifest.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import { saveText } from '../../audit/save-text.ts'
import { saveContent } from '../../content/save-content.ts'
import type { SentAlong } from '../../screening/refuse-confidential.ts'
import type { Adoption, Pin, RequestDocument, StoredAcknowledgement } from '../preflight/request-document.ts'

/** A finding that the requester takes note of, in their own words where they give some. */
export interface AskedAcknowledgement {
  readonly rule: string
  readonly asset: AssetId
  readonly pointer: string
  readonly justification: string | null
}

/** What a person sends along with the assets of a promotion. */
export interface RequestContent {
  readonly bindings: readonly Binding[]
  readonly manifest: Manifest | null
  readonly evidence: readonly Evidence[]
  readonly acknowledge: readonly AskedAcknowledgement[]
  readonly adopt: readonly Adoption[]
  readonly notBefore: Instant | null
  /** Whom the requester asks first. */
  readonly reviewers: readonly PersonId[]
}

/** Types what the contract has checked as the JSON that is stored: the boundary between shapes and documents. */
function asJson(value: unknown): JsonValue {
  return value as JsonValue
}

/** A binding's value goes by the name of the place that it fills. */
function sentWithBinding(binding: Binding, place: number): readonly SentAlong[] {
  if (binding.kind === 'reference') return []
  const name = parsePointer(binding.pointer).findLast((token) => !/^[0-9]{1,9}$/.test(token))
  const below = `/bindings/${place}`
  return [
    { pointer: `${below}/pointer`, value: binding.pointer },
    { pointer: `${below}/value`, value: binding.value, ...(name === undefined ? {} : { name }) },
  ]
}

/** Everything in it that people wrote, for the rules against secrets and data of patients. */
export function sentAlong(content: RequestContent): readonly SentAlong[] {
  const { manifest, evidence, acknowledge, bindings } = content
  return [
    ...(manifest === null ? [] : [{ pointer: '/manifest', value: asJson(manifest) }]),
    ...bindings.flatMap(sentWithBinding),
    ...evidence.flatMap(({ link, note }, place) => [
      ...(link === null ? [] : [{ pointer: `/evidence/${place}/link`, value: link }]),
      ...(note === null ? [] : [{ pointer: `/evidence/${place}/note`, value: note }]),
    ]),
    ...acknowledge.flatMap(({ pointer, justification }, place) => [
      { pointer: `/acknowledge/${place}/pointer`, value: pointer },
      ...(justification === null
        ? []
        : [{ pointer: `/acknowledge/${place}/justification`, value: justification }]),
    ]),
  ]
}

function digestOfDocument(document: JsonValue): Digest {
  return digest(digestOf(canonicalBytes(document)))
}

/** The document of a request that nobody has made: words stand for themselves, nothing is stored. */
export function previewedDocument(
  content: RequestContent,
  usedElsewhere: readonly Digest[],
): RequestDocument {
  const { bindings, manifest, evidence, acknowledge, adopt, notBefore, reviewers } = content
  return {
    bindings,
    manifest: manifest === null ? null : digestOfDocument(asJson(manifest)),
    evidence: evidence.map((one) => digestOfDocument(asJson(one))),
    acknowledge: acknowledge.map(({ rule, asset, pointer, justification }) => ({
      rule,
      asset,
      pointer,
      text: null,
      commitment: justification,
    })),
    adopt,
    notBefore,
    reviewers,
    usedElsewhere,
  }
}

async function storeAcknowledgements(
  transaction: Transaction,
  { acknowledge }: RequestContent,
): Promise<readonly StoredAcknowledgement[]> {
  const stored: StoredAcknowledgement[] = []
  for (const { rule, asset, pointer, justification } of acknowledge) {
    const words = justification === null ? null : await saveText(transaction, justification)
    stored.push({
      rule,
      asset,
      pointer,
      text: words?.text ?? null,
      commitment: words?.commitment ?? null,
    })
  }
  return stored
}

/**
 * Stores what was sent along as content, each part by its digest, and people's words in the erasable side table. Returns
 * the digest of the whole.
 */
export async function storeRequestContent(
  transaction: Transaction,
  content: RequestContent,
  usedElsewhere: readonly Digest[],
  pins?: readonly Pin[],
): Promise<Digest> {
  const document: RequestDocument = {
    ...previewedDocument(content, usedElsewhere),
    acknowledge: await storeAcknowledgements(transaction, content),
    ...(pins === undefined ? {} : { pins }),
  }
  if (content.manifest !== null) await saveContent(transaction, canonicalBytes(asJson(content.manifest)))
  for (const one of content.evidence) await saveContent(transaction, canonicalBytes(asJson(one)))
  return saveContent(transaction, canonicalBytes(asJson(document)))
}
