/** What a first look at content's text tells: rules need not walk through content that cannot hold what they look for. */
export interface Glance {
  /** Whether some text or name might be the address of a host. */
  readonly mayHoldAddress: boolean
  /** Whether some text or name goes beyond ASCII. */
  readonly isBeyondAscii: boolean
}

/** Looks at content's JSON text, in which characters stand as themselves, and at how many bytes it takes in UTF-8. */
export function glanceAt(text: string, byteLength: number): Glance {
  // Whatever is beyond ASCII takes more bytes than it counts in the text.
  return { mayHoldAddress: text.includes('://'), isBeyondAscii: byteLength > text.length }
}
