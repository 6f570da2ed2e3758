/** What a first look at content's text tells: rules need not walk through content that cannot hold what they look for. */
export interface Glance {
  /** Whether some text or name might be the address of a host. */
  readonly mayHoldAddress: boolean
  /** Whether some text or name goes beyond ASCII. */
  readonly isBeyondAscii: boolean
}

const beyondAscii = /[\u{80}-\u{10ffff}]/u

/** Looks at content's JSON text, in which characters stand as themselves. */
export function glanceAt(text: string): Glance {
  return { mayHoldAddress: text.includes('://'), isBeyondAscii: beyondAscii.test(text) }
}
