import { createServer } from 'node:net'

/** A TCP port of the loopback interface that is free at this moment; whoever binds it later may still lose a race. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new Error('the system gave no free port on 127.0.0.1'))
      })
    })
  })
}
