import { heardLater, type Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { changedImmutables } from '../../../domain/asset/immutable.ts'
import { type AssetReference, ownReferencesOf } from '../../../domain/asset/references/references.ts'
import { splitSecrets } from '../../../domain/asset/secrets.ts'
import { type Digest, digest, isUuid } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { ScreeningFinding } from '../../../screening/finding.ts'
import { screenContent } from '../../../screening/screen.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import { Refused } from '../../refused.ts'
import { refusalOf, refusedField } from '../../screening/refuse-confidential.ts'
import { type SecretValue, secretValues } from '../../secrets/secret-value.ts'
import { contentProblems } from '../content-problems.ts'
import { findTypes } from '../types/find-types.ts'
import { type ContentWarning, warningsOf } from '../view/content-warnings.ts'
import { checkRules } from './check-rules.ts'

// What a strict parser reads again.
const mostContentBytes = 1_048_576

/**
 * The type of this name in the organization's registry, which holds it as it is until the control transaction ends.
 *
 * @throws Refused `invalid-body` when the registry has none.
 */
export async function knownType(control: Transaction, name: string): Promise<AssetType> {
  const type = (await findTypes(control, [name], 'hold')).get(name)
  if (type !== undefined) return type
  throw new Refused('invalid-body', 'There is no such asset type. See GET /v1/asset-types.', [
    { pointer: '/type', message: 'is not the name of an asset type' },
  ])
}

/** Content that may be stored as a version: what stands in it, its canonical bytes, and the secrets taken out of it. */
export interface AcceptedContent {
  readonly type: AssetType
  readonly content: JsonValue
  readonly bytes: Uint8Array
  readonly digest: Digest
  readonly findings: readonly ScreeningFinding[]
  /** What looks like something that should not be there, though not surely. */
  readonly warnings: readonly ContentWarning[]
  /** To be sealed; neither content nor digest hold anything of them. */
  readonly secrets: readonly SecretValue[]
  /** What it refers to, by the rules of its type. */
  readonly references: readonly AssetReference[]
}

/** Content whose screening was begun before its type was known. */
export interface ScreenedAhead {
  readonly content: JsonValue
  readonly findings: Promise<readonly ScreeningFinding[]>
}

/** Begins the screening of content as it was sent, which nearly always is as it will be stored. */
export function screenAhead(content: JsonValue): ScreenedAhead {
  return { content, findings: heardLater(screenContent(content)) }
}

/**
 * Content that its type allows and that holds neither a secret nor data of a patient, as far as rules can tell. What its
 * type marks as secret is split off first, before anything is judged, stored or compared; what was screened ahead counts
 * where nothing was split off.
 *
 * @throws Refused `invalid-body` where the schema or a structural check is broken, or a value cannot be a secret;
 *   `literal-secret` or `patient-data` where a rule is sure; `too-large` for more than may be stored.
 */
export async function acceptContent(
  type: AssetType,
  asked: JsonValue,
  ahead?: ScreenedAhead,
): Promise<AcceptedContent> {
  const { content, secrets: found } = splitSecrets(type, asked)
  const secrets = secretValues(found)
  const problems = contentProblems(type, content)
  if (problems.length > 0) {
    throw new Refused(
      'invalid-body',
      `The content does not fit the schema of ${type.name}. See GET /v1/asset-types/${type.name}.`,
      problems.map(({ pointer, message }) => ({ pointer: `/content${pointer}`, message })),
    )
  }
  checkRules(type, content)
  const findings = await (ahead?.content === content ? ahead.findings : screenContent(content))
  const refused = findings.filter(({ confidence }) => confidence === 'high')
  if (refused.length > 0) {
    throw refusalOf(
      refused,
      refused.map((finding) => refusedField('/content', finding)),
    )
  }
  const references = knownReferences(type, content)
  const bytes = canonicalBytes(content)
  if (bytes.byteLength > mostContentBytes) throw tooLarge(bytes.byteLength)
  return {
    type,
    content,
    bytes,
    digest: digest(digestOf(bytes)),
    references,
    findings,
    warnings: warningsOf(findings),
    secrets,
  }
}

function tooLarge(size: number): Refused {
  const message = `has ${size} bytes`
  return new Refused('too-large', `Content has at most ${mostContentBytes} bytes in canonical form.`, [
    { pointer: '/content', message },
  ])
}

function knownReferences(type: AssetType, content: JsonValue): readonly AssetReference[] {
  const references = ownReferencesOf(type, content)
  const strange = references.filter(({ asset }) => !isUuid(asset))
  if (strange.length === 0) return references
  throw new Refused(
    'invalid-body',
    `A reference of ${type.name} names an asset by its id.`,
    strange.map(({ pointer }) => ({ pointer: `/content${pointer}`, message: "must be an asset's id" })),
  )
}

/**
 * Compares new content with that of the version it follows, where there is any.
 *
 * @throws Refused `invalid-body` naming every place that keeps its first value and does not here.
 */
export function keepImmutables(type: AssetType, before: JsonValue | null, after: JsonValue): void {
  const changed = before === null ? [] : changedImmutables(type, before, after)
  if (changed.length === 0) return
  throw new Refused(
    'invalid-body',
    `Some fields of ${type.name} keep their first value. Create another asset instead.`,
    changed.map((pointer) => ({ pointer: `/content${pointer}`, message: 'may not change' })),
  )
}
