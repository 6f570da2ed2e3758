import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll } from 'vitest'
import type { PolicyCheck } from '../../../src/domain/policy/policy.ts'

/** What arrived at a check. */
export interface Arrived {
  readonly method: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Services that are asked about plans, until the test file ends: one for each path that a test gives an answer for. */
export interface Receiver {
  readonly port: number
  /** Connections that were opened, whether or not anything was said. */
  connections(): number
  /** A check of a name and path of its own. */
  check(answer: RequestListener, more?: Partial<PolicyCheck>): PolicyCheck & { arrived(): readonly Arrived[] }
}

/** An answer with these findings, each given what is needed beside what it says. */
export function saying(...findings: readonly object[]): RequestListener {
  return (_, response) => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ findings }))
  }
}

export const silent: RequestListener = () => {}

/** Opens them on a port of this machine, by http. */
export async function openReceiver(): Promise<Receiver> {
  const answers = new Map<string, RequestListener>()
  const arrived = new Map<string, Arrived[]>()
  const server = createServer(async (request, response) => {
    const { method, headers, url = '' } = request
    const path = url.split('?')[0] ?? ''
    arrived.get(path)?.push({ method, headers, body: (await buffer(request)).toString() })
    answers.get(path)?.(request, response)
  })
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    port,
    connections: () => connections,
    check(answer, more = {}) {
      const path = `/${crypto.randomUUID()}`
      const own: Arrived[] = []
      answers.set(path, answer)
      arrived.set(path, own)
      const url = `http://127.0.0.1:${port}${path}?token=hush-hush`
      return { name: 'licence', url, deadline: 'PT10S', ...more, arrived: () => own }
    },
  }
}

/** What a policy says of checks. */
export function checksOf(...checks: readonly PolicyCheck[]): readonly PolicyCheck[] {
  return checks.map(({ name, url, deadline }) => ({ name, url, deadline }))
}
