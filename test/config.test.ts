import { expect, test } from 'vitest'
import { ConfigurationRefused, readConfiguration } from '../src/config.ts'

test('nothing has to be configured: the API listens on the loopback interface and no database is named', () => {
  const configuration = readConfiguration({})

  expect(configuration).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    namesDatabases: false,
    trustProxy: false,
  })
})

test.each([
  ['PORT', 'eighty'],
  ['PORT', '65536'],
  ['PORT', '0x10'],
  ['PORT', ' '],
  ['REQUESTS_PER_MINUTE', '0'],
  ['LOG_LEVEL', 'loud'],
  ['TRUST_PROXY', 'yes'],
  ['COUNTERSIGN_ORIGIN', 'https://promotions.example.org'],
  ['COUNTERSIGN_FINGERPRINT_KEY', 'c2hvcnQ='],
  ['COUNTERSIGN_PRODUCTION_SEALING_KEYS', 'c2hvcnQ='],
  ['COUNTERSIGN_STAGING_SEALING_KEYS', `${Buffer.alloc(32).toString('base64')},c2hvcnQ=`],
  ['COUNTERSIGN_STAGING_SEALING_KEYS', Array(2).fill(Buffer.alloc(32).toString('base64')).join()],
  ['TEMPORAL_ADDRESS', 'http://temporal:7233'],
  ['CONTROL_DATABASE_URL', 'database.example.org'],
  ['PRODUCTION_DATABASE_URL_WORKER_PRODUCTION', 'postgres://worker_production:pass/word@host/production'],
])('a %s that cannot be used is refused by its name', (name, value) => {
  const read = () => readConfiguration({ [name]: value })

  expect(read).toThrow(ConfigurationRefused)
  expect(read).toThrow(new RegExp(`^${name} must`))
})

test('a refusal does not repeat a password', () => {
  const read = () => readConfiguration({ CONTROL_DATABASE_URL: 'mysql://api:hunter2@host/control' })

  expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }))
})

test("a login's own address goes before the one for its store", () => {
  const shared = 'postgres://api:a@host:5432/control'
  const own = 'postgres://worker_control:b@host:5432/control'

  const configuration = readConfiguration({
    CONTROL_DATABASE_URL: shared,
    CONTROL_DATABASE_URL_WORKER_CONTROL: own,
  })

  expect(configuration.databaseUrl('control', 'worker_control')).toBe(own)
  expect(configuration.databaseUrl('control', 'api')).toBe(shared)
  expect(configuration.hasOwnDatabaseUrl('control', 'api')).toBe(false)
})

test('an empty variable counts as none', () => {
  const configuration = readConfiguration({ CONTROL_DATABASE_URL: '', PORT: '', TEMPORAL_ADDRESS: '' })

  expect(configuration).toMatchObject({ port: 3000, namesDatabases: false, temporalAddress: undefined })
})

test('sealing keys are given by kind of environments, the newest first', () => {
  const [newest, older] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const { sealingKeys } = readConfiguration({
    COUNTERSIGN_STAGING_SEALING_KEYS: ` ${newest.toString('base64')}, ${older.toString('base64')} `,
    COUNTERSIGN_DEVELOPMENT_SEALING_KEYS: '',
  })

  expect(sealingKeys('staging')).toEqual([newest, older])
  expect(sealingKeys('development')).toEqual([])
  expect(sealingKeys('production')).toEqual([])
})
