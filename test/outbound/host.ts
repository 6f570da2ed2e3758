import { createServer as createPlainServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { certificate } from './certificate.ts'

/** What arrived at a host. */
export interface Arrived {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A host of this machine, until the test is over. */
export interface Host {
  readonly port: number
  readonly arrived: readonly Arrived[]
  /** Connections that were opened, whether or not anything was said. */
  connections(): number
}

const answerOk: RequestListener = (_, response) => {
  response.setHeader('Content-Type', 'application/json')
  response.end('{"verdict":"pass"}')
}

/** Opens a host that answers by HTTP; by TLS with a certificate of `checks.example` where that is asked for. */
export async function openHost(
  answer: RequestListener = answerOk,
  { address = '127.0.0.1', secure = false, port = 0 } = {},
): Promise<Host> {
  const arrived: Arrived[] = []
  let connections = 0
  const listener: RequestListener = async (request, response) => {
    const { method, url: path, headers } = request
    arrived.push({ method, path, headers, body: (await buffer(request)).toString() })
    answer(request, response)
  }
  const server = secure ? createSecureServer(certificate, listener) : createPlainServer(listener)
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(port, address, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, arrived, connections: () => connections }
}
