import { createHash, randomBytes } from 'node:crypto'

const SALT_BYTES = 16

/** 16 fresh random bytes. One salt serves one text: with the salt gone, a commitment tells nothing about its text. */
export function newSalt(): Uint8Array {
  return new Uint8Array(randomBytes(SALT_BYTES))
}

/**
 * Binds to a text without telling it: SHA-256(salt ‖ UTF-8 of the text) as 64 lower-case hexadecimal digits.
 * RangeError unless the salt has 16 bytes and the text is well-formed Unicode, since otherwise two pairs of salt and
 * text could share a commitment.
 */
export function commit(text: string, salt: Uint8Array): string {
  if (salt.length !== SALT_BYTES) throw new RangeError(`A salt has ${SALT_BYTES} bytes.`)
  if (!text.isWellFormed())
    throw new RangeError('A text with half of a surrogate pair cannot be committed to.')
  return createHash('sha256').update(salt).update(text, 'utf8').digest('hex')
}

/** What a commitment is opened with. */
export interface Opening {
  readonly commitment: string
  readonly text: string
  readonly salt: Uint8Array
}

/** Whether `commitment` is the one that `commit` makes of this text and salt. Never throws. */
export function verifyCommitment({ commitment, text, salt }: Opening): boolean {
  return salt.length === SALT_BYTES && text.isWellFormed() && commit(text, salt) === commitment
}
