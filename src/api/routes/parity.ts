import { z } from 'zod'
import { parityCursor, parityQueryShape, parityShape } from '../../contract/assets/parity.ts'
import { idShape } from '../../contract/shapes.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import { getParity, type ParityPlace } from '../../services/environments/get-parity.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const parity = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/parity',
  operationId: 'getEnvironmentParity',
  summary: 'Compare an environment with another',
  description:
    'With a key of the environment, by whoever has a role in the other one too. From what control knows of both, which may lag behind by a moment.',
  tags: ['environments'],
  scope: 'assets:read',
  problems: [],
  request: { params: z.object({ environment: idShape<EnvironmentId>() }), query: parityQueryShape },
  responses: { 200: jsonAnswer(parityShape, 'The comparison.') },
})

interface ReadList<Item> {
  readonly count: number | null
  readonly items: readonly Item[]
  readonly next: AssetId | null
}

function shownList<Item>(list: ParityPlace['list'], { count, items, next }: ReadList<Item>) {
  return { count, data: items, nextCursor: next && parityCursor.encode({ list, after: next }) }
}

export function registerParityRoutes(app: CountersignApp): void {
  app.openapi(parity, async (c) => {
    const { environment } = c.req.valid('param')
    const { with: other, limit, cursor: place } = c.req.valid('query')
    const found = await getParity(serviceContext(c), { environment, other, limit, place })
    return c.json(
      {
        environment,
        with: other,
        onlyHere: shownList('onlyHere', found.onlyHere),
        onlyThere: shownList('onlyThere', found.onlyThere),
        behind: shownList('behind', found.behind),
        drifted: shownList('drifted', found.drifted),
        unbound: shownList('unbound', found.unbound),
      },
      200,
    )
  })
}
