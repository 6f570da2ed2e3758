/** The rule by which nothing was sent, or by which an answer was not believed because it leads elsewhere. */
export type BlockedRule = 'url' | 'scheme' | 'user-info' | 'port' | 'address' | 'redirect'

/** Why there is no answer, although nothing spoke against asking. */
export type FailedReason = 'unresolved' | 'unreachable' | 'untrusted' | 'deadline' | 'too-large'

export interface Blocked {
  readonly kind: 'blocked'
  readonly rule: BlockedRule
  readonly detail: string
}

export interface Failed {
  readonly kind: 'failed'
  readonly reason: FailedReason
  readonly detail: string
}

/** What came back, whatever its status says. */
export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  readonly contentType: string | null
  readonly body: Uint8Array
}

/**
 * What became of a request. `blocked` is so for good until somebody changes the address or the configuration; `failed`
 * may be tried again. Details are for people and repeat nothing of the address, which may hold a secret.
 */
export type Outcome = Answered | Blocked | Failed

const blockedDetails: Readonly<Record<BlockedRule, string>> = Object.freeze({
  url: 'This is no address. Give a whole one, such as https://checks.example/countersign.',
  scheme: 'Only https is spoken to other hosts. Give an address that begins with https://.',
  'user-info':
    'An address with a user name or a password in it is not used. Take them out; requests are signed instead.',
  port: 'This port is not one that may be spoken to. Leave it out, or have it allowed in the configuration.',
  address:
    'The host is not at a public address. Give one that is, or have this host named in the configuration.',
  redirect:
    'The host answered that it is elsewhere, which is not followed. Give the address that it leads to.',
})

const failedDetails: Readonly<Record<FailedReason, string>> = Object.freeze({
  unresolved: 'The name of the host is not known. Look for a mistake in it, or try again later.',
  unreachable: 'The host could not be reached, or broke off. Try again later.',
  untrusted: "The host's certificate is not trusted for its name. Whoever runs it has to renew it.",
  deadline: 'The host did not give its whole answer in time. Try again later.',
  'too-large': 'The answer is larger than is read. Whoever runs the host has to shorten it.',
})

export function blocked(rule: BlockedRule): Blocked {
  return { kind: 'blocked', rule, detail: blockedDetails[rule] }
}

export function failed(reason: FailedReason): Failed {
  return { kind: 'failed', reason, detail: failedDetails[reason] }
}
