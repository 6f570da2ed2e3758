import { connect, createServer, type Socket } from 'node:net'

/** A line between a process and a server that a test can hold. */
export interface Proxy {
  /** Host and port to connect to instead of the server's. */
  readonly address: string
  /**
   * From now on nothing that the process says reaches the server; it is kept. With `word`, each connection goes on until
   * the process says that.
   */
  freeze(word?: string): void
  /** What the process has said since, and the server has not heard. */
  held(): string
  /** Lets what was held go on to the server, and everything after it. */
  thaw(): void
  /** Ends every connection, as a network does; what was held on them is lost. New ones may come. */
  sever(): void
  /** Ends every connection and every new one, as if the server had been stopped. */
  stop(): void
  /** Takes connections again. */
  restart(): void
  close(): Promise<void>
}

interface Line {
  readonly process: Socket
  readonly server: Socket
  held: Buffer[]
  holds: boolean
}

/** Opens a proxy to `target`, a host and a port. */
export async function openProxy(target: string): Promise<Proxy> {
  const [host = '', port = ''] = target.split(':')
  const lines = new Set<Line>()
  let frozenFrom: string | undefined
  let stopped = false

  function end(line: Line): void {
    lines.delete(line)
    line.process.destroy()
    line.server.destroy()
  }

  const listener = createServer((incoming) => {
    if (stopped) {
      incoming.resetAndDestroy()
      return
    }
    const line: Line = { process: incoming, server: connect(Number(port), host), held: [], holds: false }
    lines.add(line)
    incoming.setNoDelay(true)
    line.server.setNoDelay(true)
    incoming.on('data', (chunk) => {
      if (frozenFrom !== undefined && chunk.includes(frozenFrom)) line.holds = true
      if (line.holds) line.held.push(chunk)
      else line.server.write(chunk)
    })
    line.server.on('data', (chunk) => incoming.write(chunk))
    for (const socket of [incoming, line.server]) {
      socket.on('error', () => end(line))
      socket.on('close', () => end(line))
    }
  })
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  const bound = listener.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('the proxy listens on a port')

  const sever = () => {
    for (const line of [...lines]) end(line)
  }
  return {
    address: `127.0.0.1:${bound.port}`,
    freeze(word = '') {
      frozenFrom = word
    },
    held: () => [...lines].map(({ held }) => Buffer.concat(held).toString('latin1')).join('\n'),
    thaw() {
      frozenFrom = undefined
      for (const line of lines) {
        for (const chunk of line.held) line.server.write(chunk)
        line.held = []
        line.holds = false
      }
    },
    sever,
    stop() {
      stopped = true
      sever()
    },
    restart() {
      stopped = false
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        listener.close(() => resolve())
      })
      sever()
      await closed
    },
  }
}
