// A program that starts both servers, says so in one line of JSON, and waits to be killed or, with `end`, simply ends.
import { join } from 'node:path'
import { startPostgres } from '../../src/embedded/postgres.ts'
import { startTemporal } from '../../src/embedded/temporal.ts'

const [folder = '', binary = '', afterwards = 'wait'] = process.argv.slice(2)

const [postgres, temporal] = await Promise.all([
  startPostgres({ folder: join(folder, 'postgres'), durable: false }),
  startTemporal({ folder: join(folder, 'temporal'), binary }),
])
process.stdout.write(`${JSON.stringify({ postgres: postgres.processId, temporal: temporal.processId })}\n`)
if (afterwards === 'wait') setInterval(() => {}, 1_000)
