import { z } from 'zod'
import type { AssetId, CommandId } from '../../domain/identifiers.ts'
import { idShape, instantShape } from '../shapes.ts'

export const commandShape = z
  .object({
    id: idShape<CommandId>(),
    kind: z.string(),
    stream: z.object({
      kind: z.enum(['promotion', 'rollout', 'review', 'production-command']),
      id: z.string().meta({ format: 'uuid' }),
    }),
    state: z.enum(['pending', 'accepted', 'refused']).meta({
      description: '`pending`: stored, delivered later, and judged then.',
    }),
    code: z.string().optional().meta({ description: 'Of a refusal, as problems have it.' }),
    detail: z.string().optional(),
    asset: idShape<AssetId>('What an act in production is about.').optional(),
    createdAt: instantShape,
  })
  .meta({ id: 'Command' })
