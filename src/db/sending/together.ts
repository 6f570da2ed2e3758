import { Socket } from 'node:net'

/**
 * A socket that sends what is written to it in one go at the end of the turn: statements that do not wait for each
 * other's answers cost one packet together, not several each.
 */
export function socketSendingTogether(): Socket {
  const socket = new Socket()
  const write = socket.write.bind(socket)
  let isHeld = false
  const release = () => {
    isHeld = false
    socket.uncork()
  }
  const writeTogether = (...written: Parameters<Socket['write']>): boolean => {
    if (!isHeld) {
      isHeld = true
      socket.cork()
      process.nextTick(release)
    }
    return write(...written)
  }
  // Not earlier: to connect gives a socket its original method back.
  return socket.once('connect', () => Object.assign(socket, { write: writeTogether }))
}
