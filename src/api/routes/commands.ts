import { z } from 'zod'
import { commandShape } from '../../contract/promotions/commands.ts'
import { idShape } from '../../contract/shapes.ts'
import type { CommandId } from '../../domain/identifiers.ts'
import { getCommand } from '../../services/commands/get-command.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const read = defineRoute({
  method: 'get',
  path: '/v1/commands/{command}',
  operationId: 'getCommand',
  summary: 'Read a command',
  description: 'What became of something that was asked for and not settled at once. For the one who asked.',
  tags: ['commands'],
  scope: null,
  problems: [],
  request: { params: z.object({ command: idShape<CommandId>() }) },
  responses: { 200: jsonAnswer(commandShape, 'The command.') },
})

export function registerCommandRoutes(app: CountersignApp): void {
  app.openapi(read, async (c) => {
    const found = await getCommand(serviceContext(c), c.req.valid('param').command)
    setEntityTagOf(c, found)
    return c.json(found, 200)
  })
}
