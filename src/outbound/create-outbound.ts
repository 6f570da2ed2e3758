import { isIP, type LookupFunction } from 'node:net'
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { Client } from 'undici'
import { findTarget, type Reach, type Target } from './find-target.ts'
import { blocked, type FailedReason, failed, type Outcome } from './outcome.ts'

export interface OutboundOptions extends Reach {
  /** What is read of an answer at most. */
  readonly mostBytes: number
  /** In PEM, trusted besides those that everybody trusts. */
  readonly certificateAuthorities?: readonly string[]
}

export interface OutboundRequest {
  readonly url: string
  /** From now to the end of the answer, everything in between included. */
  readonly deadlineMilliseconds: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent by POST; without one it is a GET. */
  readonly body?: Uint8Array
}

/** Sends one request to a host outside. Never rejects for what the other side does. */
export type Outbound = (request: OutboundRequest) => Promise<Outcome>

interface Sending extends OutboundOptions {
  /** Whom to trust; undefined for whom everybody trusts. */
  readonly secureContext: SecureContext | undefined
}

// What was checked is what is connected to: no name is looked up a second time.
function lookupAmong(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_name, { all }, callback) => {
    const [first] = found
    if (all === true) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  }
}

const untrusted = /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/

function reasonOf(error: unknown): FailedReason {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'too-large'
  return untrusted.test(code) ? 'untrusted' : 'unreachable'
}

// A client for one request: a connection that was checked for one is never used for another.
function openClient({ url, addresses }: Target, { mostBytes, secureContext }: Sending): Client {
  return new Client(url.origin, {
    maxResponseSize: mostBytes,
    allowH2: false,
    connect: {
      lookup: lookupAmong(addresses),
      autoSelectFamily: true,
      timeout: 0,
      maxCachedSessions: 0,
      ...(secureContext === undefined ? {} : { secureContext }),
    },
  })
}

async function exchange(
  client: Client,
  { url }: Target,
  { headers = {}, body }: OutboundRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const answer = await client.request({
    path: `${url.pathname}${url.search}`,
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'user-agent': 'Countersign', 'accept-encoding': 'identity', ...headers },
    ...(body === undefined ? {} : { body }),
    signal,
  })
  if (answer.statusCode >= 300 && answer.statusCode < 400) return blocked('redirect')
  const { 'content-type': type } = answer.headers
  const contentType = typeof type === 'string' ? type : null
  return { kind: 'answered', status: answer.statusCode, contentType, body: await answer.body.bytes() }
}

async function atDeadline(signal: AbortSignal): Promise<Outcome> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  return failed('deadline')
}

async function send(sending: Sending, request: OutboundRequest, signal: AbortSignal): Promise<Outcome> {
  const target = await findTarget(request.url, sending)
  if (target.kind !== 'target') return target
  const client = openClient(target, sending)
  try {
    return await exchange(client, target, request, signal)
  } catch (error) {
    return failed(signal.aborted ? 'deadline' : reasonOf(error))
  } finally {
    await client.destroy()
  }
}

/**
 * Makes the one way by which requests leave for hosts that people name. It speaks https to public addresses alone, save for
 * hosts that the configuration names; connects to the very addresses it checked; follows no redirect; reads no more
 * than `mostBytes`; and is done by the deadline.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { certificateAuthorities: more } = options
  // Once for all requests: reading some hundred certificates takes a while.
  const secureContext = more && createSecureContext({ ca: [...rootCertificates, ...more] })
  const sending = { ...options, secureContext }
  return (request) => {
    const signal = AbortSignal.timeout(request.deadlineMilliseconds)
    return Promise.race([send(sending, request, signal), atDeadline(signal)])
  }
}
