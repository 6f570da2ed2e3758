import type { CommandId } from '../../domain/identifiers.ts'
import type { ScreenedAsset } from './view/content-warnings.ts'

/** What became of a write: done, or in production stored as a command that is carried out later. */
export type WrittenAsset =
  | { readonly kind: 'written'; readonly asset: ScreenedAsset; readonly replayed: boolean }
  | { readonly kind: 'pending'; readonly command: CommandId; readonly replayed: boolean }
