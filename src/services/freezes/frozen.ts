import { type Refusal, refused } from '../../domain/stream.ts'

/** Why nothing is authorized to land while the organization or the destination is frozen. */
export const frozen: Refusal = refused(
  'frozen',
  'A freeze of the organization or of the destination stops this. It lands when that is over or lifted.',
)
