import { type Digest, digest } from '../../../domain/identifiers.ts'
import { isVerifyingKey } from '../../../domain/policy/steps/verifying-key.ts'
import {
  type JudgedStep,
  refusalOfAnother,
  type VerdictStatement,
  verdictPayloadType,
  verdictStatement,
} from '../../../domain/promotion/external-verdict.ts'
import { digestOf } from '../../../trust/canonical.ts'
import { type Envelope, envelopeBytes, verifyEnvelope } from '../../../trust/dsse.ts'
import { isJsonObject } from '../../../trust/json.ts'
import { JsonRefused, parseStrict } from '../../../trust/strict-parse.ts'

/** A step that waits for a system, with the key that the plan names for it. */
export interface AwaitedStep extends JudgedStep {
  readonly publicKey: string
}

/** What a system says of a step, and the envelope that proves it. */
export interface SignedVerdict {
  readonly kind: 'signed'
  readonly statement: VerdictStatement
  /** Canonical, with the one signature that was verified. */
  readonly envelope: Uint8Array
  readonly digest: Digest
}

export interface RefusedVerdict {
  readonly kind: 'refused'
  readonly code: 'invalid-body' | 'invalid-signature' | 'precondition-failed'
  readonly detail: string
}

const mostBytes = 4_096

function statementIn(payload: Uint8Array): VerdictStatement | undefined {
  try {
    const document = parseStrict(payload, { bytes: mostBytes, depth: 2 })
    return isJsonObject(document) ? verdictStatement(document) : undefined
  } catch (error) {
    if (error instanceof JsonRefused) return undefined
    throw error
  }
}

function refuse(code: RefusedVerdict['code'], detail: string): RefusedVerdict {
  return { kind: 'refused', code, detail }
}

/**
 * Whether an envelope holds the verdict of the system that a step waits for: signed with its key, and for just this step of
 * this plan. What is read are the bytes that were verified.
 */
export function verifyVerdict(envelope: Envelope, step: AwaitedStep): SignedVerdict | RefusedVerdict {
  if (envelope.payloadType !== verdictPayloadType) {
    return refuse('invalid-body', `A verdict has the payload type ${verdictPayloadType}.`)
  }
  const verified = isVerifyingKey(step.publicKey) ? verifyEnvelope(envelope, step.publicKey) : undefined
  if (verified === undefined) {
    return refuse(
      'invalid-signature',
      `No signature of this verdict is by the key that the plan names for step ${step.step}, or what was signed has been changed since.`,
    )
  }
  const statement = statementIn(verified.payload)
  if (statement === undefined) {
    return refuse(
      'invalid-body',
      'What was signed is no verdict: strict JSON with promotion, revision, step, planDigest, verdict, issuedAt and, if any, ' +
        'reference, and nothing else.',
    )
  }
  const another = refusalOfAnother(statement, step)
  if (another !== null) return refuse(another.code, another.detail)
  const bytes = envelopeBytes(verified)
  return { kind: 'signed', statement, envelope: bytes, digest: digest(digestOf(bytes)) }
}
