import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { verdictPayloadType } from '../../../src/domain/promotion/external-verdict.ts'
import { preAuthenticationEncoding } from '../../../src/trust/dsse.ts'
import type { Name, Promotion, Room } from './approving.ts'

/** A system that keeps tickets, with a key of its own. */
export interface TicketSystem {
  readonly publicKey: string
  readonly privateKey: KeyObject
}

export function newTicketSystem(): TicketSystem {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { publicKey: publicKey.export({ format: 'jwk' }).x ?? '', privateKey }
}

/** The step that waits for such a system. */
export function ticketStep({ publicKey }: TicketSystem, name = 'ticket') {
  return { name, kind: 'external', publicKey } as const
}

/** What a system would sign of a promotion's step, but for what is given otherwise. */
export function statementOf({ id, revision, planDigest }: Promotion, step: number, change: object = {}) {
  const issuedAt = new Date().toISOString()
  const about = { promotion: id, revision, step, planDigest }
  return { ...about, verdict: 'approved', reference: 'CHG-1042', issuedAt, ...change }
}

/** The signed bytes in their envelope. */
export function sealed(
  { privateKey }: TicketSystem,
  statement: object,
  payloadType: string = verdictPayloadType,
) {
  const payload = Buffer.from(JSON.stringify(statement))
  const sig = sign(null, preAuthenticationEncoding(payloadType, payload), privateKey).toString('base64')
  return { payloadType, payload: payload.toString('base64'), signatures: [{ sig, keyid: 'tickets-2026' }] }
}

/** Somebody delivers an envelope, with a key of production unless another one is named. */
export function deliver(
  { act }: Room,
  name: Name,
  promotion: Promotion,
  step: number,
  envelope: object,
  more: object = {},
): Promise<Response> {
  return act(name, promotion, `steps/${step}/verdict`, { body: envelope, ...more })
}
