import type { CommandId } from '../../domain/identifiers.ts'
import type { AssetState } from './view/asset-state.ts'

/** What became of a write: done, or in production stored as a command that is carried out later. */
export type WrittenAsset =
  | { readonly kind: 'written'; readonly asset: AssetState; readonly replayed: boolean }
  | { readonly kind: 'pending'; readonly command: CommandId; readonly replayed: boolean }
