import { once } from 'node:events'
import { createServer } from 'node:net'
import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { socketSendingTogether } from '../../src/db/sending/together.ts'
import { onlyReads, reading, type Transaction, withOrganization } from '../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const organization = identifier<OrganizationId>(uuidv7())

function onePool() {
  const url = stores.address('staging', 'api')
  return openPool({ store: 'staging', role: 'api', url, connections: 1, onIdleError: () => {} })
}

async function failureOf(work: (transaction: Transaction) => Promise<unknown>): Promise<unknown> {
  const pool = onePool()
  try {
    await withOrganization(pool, organization, work)
    return undefined
  } catch (error) {
    const [row] = await withOrganization(pool, organization, (transaction) =>
      transaction.send<{ one: number }>('select $1::integer as one', [1]),
    )
    expect(row, 'the connection is as good as before').toEqual({ one: 1 })
    return error
  } finally {
    await pool.pool.end()
  }
}

const divide = 'select 1 / $1::integer as quotient'

test('what was sent ahead and fails fails the transaction, with its own error', async () => {
  const failure = await failureOf(async (transaction) => {
    void transaction.sendAhead(divide, [0])
  })

  expect(failure).toMatchObject({ code: '22012' })
})

test('a later statement that was waited for does not hide what failed before it', async () => {
  const failure = await failureOf(async (transaction) => {
    void transaction.sendAhead(divide, [0])
    await transaction.execute(sql`select 1`)
  })

  expect(failure).toMatchObject({ code: '22012' })
})

test('nothing of a transaction stays where what was sent last fails', async () => {
  const asset = uuidv7()
  const failure = await failureOf(async (transaction) => {
    await transaction.send(
      `insert into asset (organization, id, environment, type, name, version, created_by, updated_by)
       values ($1, $2, $2, 'valueSet', 'Gone', 0, $2, $2)`,
      [organization, asset],
    )
    void transaction.sendAhead(divide, [0])
  })

  expect(failure).toMatchObject({ code: '22012' })
  const { rows } = await stores.superuser('staging').query('SELECT FROM asset WHERE id = $1', [asset])
  expect(rows).toEqual([])
})

test('a transaction that writes no more is held to that', async () => {
  const failure = await failureOf(async (transaction) => {
    onlyReads(transaction)
    await transaction.execute(sql`update asset set name = name`)
  })

  expect(failure).toMatchObject({ cause: { code: '25006' } })
})

test('what only reads is not waited for to its end, and its connection goes back to the pool after it', async () => {
  const pool = onePool()
  try {
    for (const one of [1, 2, 3]) {
      const read = await withOrganization(pool, organization, async (transaction) => {
        onlyReads(transaction)
        return transaction.send<{ one: number }>('select $1::integer as one', [one])
      })
      expect(read).toEqual([{ one }])
    }
  } finally {
    await pool.pool.end()
  }
})

test('a socket sends what is written in one turn together and in order, and the next turn by itself', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server has a port')
  const received: Buffer[] = []
  const ended = new Promise<void>((resolve) => {
    server.on('connection', (peer) => {
      peer.on('data', (chunk) => received.push(chunk)).on('end', resolve)
    })
  })
  const socket = socketSendingTogether()
  socket.connect(address.port, '127.0.0.1')
  await once(socket, 'connect')

  for (const text of ['one ', 'two ', 'three ']) socket.write(text)
  expect(socket.writableCorked).toBe(1)
  await new Promise<void>((resolve) => process.nextTick(resolve))
  expect(socket.writableCorked).toBe(0)
  socket.end('four')
  await ended

  expect(Buffer.concat(received).toString()).toBe('one two three four')
  server.close()
})

test('what only reads writes nothing and locks nothing', async () => {
  const pool = onePool()
  try {
    await expect(
      reading(pool, organization, (transaction) => transaction.send('select from asset for update', [])),
    ).rejects.toMatchObject({ code: '25006' })
    const rows = await reading(pool, organization, (transaction) =>
      transaction.send<{ one: number }>('select $1::integer as one', [1]),
    )
    expect(rows).toEqual([{ one: 1 }])
  } finally {
    await pool.pool.end()
  }
})
