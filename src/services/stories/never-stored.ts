/** Raised when a workflow speaks of a stream or a command that was never stored. */
export class NeverStored extends Error {
  override readonly name = 'NeverStored'
}
