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
  ['COUNTERSIGN_CHECKS_KEY', 'c2hvcnQ='],
  ['COUNTERSIGN_CHECKS_HOSTS', 'checks.internal'],
  ['COUNTERSIGN_CHECKS_HOSTS', 'https://checks.internal, ftp://checks.internal'],
  ['COUNTERSIGN_CHECKS_HOSTS', 'https://checks.internal/check'],
  ['COUNTERSIGN_CHECKS_HOSTS', 'https://a:b@checks.internal'],
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

const ofClinics = 'postgres://api:a@host:5432/clinics'

test('a store with a name of its own is named by its variables, and each login may have an address of its own', () => {
  const own = 'postgres://worker_production:b@host:5432/clinics'

  const configuration = readConfiguration({
    STORE_NORTH_CLINICS_KIND: 'production',
    STORE_NORTH_CLINICS_URL: ofClinics,
    STORE_NORTH_CLINICS_URL_WORKER_PRODUCTION: own,
    STORE_ANNEX_KIND: 'staging',
    STORE_ANNEX_URL_API: ofClinics,
  })

  expect(configuration.namedStores).toEqual([
    { name: 'annex', kind: 'staging' },
    { name: 'north-clinics', kind: 'production' },
  ])
  expect(configuration.namesDatabases).toBe(true)
  expect(configuration.databaseUrl('north-clinics', 'worker_production')).toBe(own)
  expect(configuration.databaseUrl('north-clinics', 'api')).toBe(ofClinics)
  expect(configuration.databaseUrl('annex', 'auditor')).toBeUndefined()
})

test.each([
  ['without a kind', { STORE_CLINICS_URL: ofClinics }, 'STORE_CLINICS_KIND must be one of'],
  [
    'of another kind',
    { STORE_CLINICS_URL: ofClinics, STORE_CLINICS_KIND: 'control' },
    'STORE_CLINICS_KIND must be one of',
  ],
  ['without an address', { STORE_CLINICS_KIND: 'production' }, 'STORE_CLINICS_URL must be given'],
  [
    'whose address is none',
    { STORE_CLINICS_URL: 'clinics', STORE_CLINICS_KIND: 'production' },
    'STORE_CLINICS_URL must be an address',
  ],
  [
    'whose address for one login is none',
    { STORE_CLINICS_URL_SIGNER: 'clinics', STORE_CLINICS_KIND: 'production' },
    'STORE_CLINICS_URL_SIGNER must be an address',
  ],
  [
    'with the name of a shared one',
    { STORE_PRODUCTION_URL: ofClinics, STORE_PRODUCTION_KIND: 'production' },
    'STORE_PRODUCTION_KIND must give its store another name',
  ],
  [
    'with the name of control',
    { STORE_CONTROL_URL: ofClinics, STORE_CONTROL_KIND: 'production' },
    'STORE_CONTROL_KIND must give its store another name',
  ],
  [
    'with a name that none may have',
    { STORE_Clinics__1_URL: ofClinics, STORE_Clinics__1_KIND: 'production' },
    'STORE_Clinics__1_KIND must name its store',
  ],
])('a store %s is refused by the name of its variable', (_, environment, message) => {
  const read = () => readConfiguration(environment)

  expect(read).toThrow(ConfigurationRefused)
  expect(read).toThrow(message)
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

test('hosts that checks may be at are named with their port, and with http where that will do', () => {
  const { checks } = readConfiguration({
    COUNTERSIGN_CHECKS_KEY: Buffer.alloc(32, 1).toString('base64'),
    COUNTERSIGN_CHECKS_HOSTS: 'https://Checks.internal, http://127.0.0.1:9000,https://[::1]:8443',
  })

  expect(checks).toEqual({
    key: Buffer.alloc(32, 1),
    hosts: [
      { host: 'checks.internal', port: 443, plaintext: false },
      { host: '127.0.0.1', port: 9000, plaintext: true },
      { host: '::1', port: 8443, plaintext: false },
    ],
  })
  expect(readConfiguration({}).checks).toEqual({ key: undefined, hosts: [] })
})

const oidc = {
  OIDC_ISSUER: 'https://login.example.org/realm',
  OIDC_AUDIENCE: 'https://countersign.example.org',
}

test('an identity provider is named by its issuer and the audience; ID tokens and shared secrets are out by default', () => {
  expect(readConfiguration({}).identityProvider).toBeUndefined()
  expect(readConfiguration({ OIDC_ISSUER: '', OIDC_JWKS_URL: '' }).identityProvider).toBeUndefined()
  expect(readConfiguration(oidc).identityProvider).toEqual({
    issuer: oidc.OIDC_ISSUER,
    audience: oidc.OIDC_AUDIENCE,
    tokenType: 'at+jwt',
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
    keysUrl: undefined,
  })
  const here = { ...oidc, OIDC_ISSUER: 'http://127.0.0.1:8080', OIDC_ALGORITHMS: 'ES384, RS512' }
  expect(readConfiguration(here).identityProvider?.algorithms).toEqual(['RS512', 'ES384'])
})

test.each([
  ['OIDC_ISSUER', { OIDC_AUDIENCE: 'x' }],
  ['OIDC_AUDIENCE', { OIDC_ISSUER: oidc.OIDC_ISSUER }],
  ['OIDC_ISSUER', { OIDC_TOKEN_TYPE: 'JWT' }],
  ['OIDC_ISSUER', { ...oidc, OIDC_ISSUER: 'login.example.org' }],
  ['OIDC_ISSUER', { ...oidc, OIDC_ISSUER: 'http://login.example.org' }],
  ['OIDC_ISSUER', { ...oidc, OIDC_ISSUER: 'http://localhost.example.org' }],
  ['OIDC_ISSUER', { ...oidc, OIDC_ISSUER: 'https://user:hunter2@login.example.org' }],
  ['OIDC_ISSUER', { ...oidc, OIDC_ISSUER: 'https://login.example.org/?realm=x' }],
  ['OIDC_ISSUER', { ...oidc, OIDC_ISSUER: 'https://login.example.org/#x' }],
  ['OIDC_TOKEN_TYPE', { ...oidc, OIDC_TOKEN_TYPE: 'at jwt' }],
  ['OIDC_ALGORITHMS', { ...oidc, OIDC_ALGORITHMS: 'none' }],
  ['OIDC_ALGORITHMS', { ...oidc, OIDC_ALGORITHMS: 'RS256,HS256' }],
  ['OIDC_ALGORITHMS', { ...oidc, OIDC_ALGORITHMS: 'rs256' }],
  ['OIDC_ALGORITHMS', { ...oidc, OIDC_ALGORITHMS: ',' }],
  ['OIDC_JWKS_URL', { ...oidc, OIDC_JWKS_URL: 'http://login.example.org/keys' }],
  ['OIDC_JWKS_URL', { ...oidc, OIDC_JWKS_URL: 'file:///etc/keys' }],
])('an identity provider is refused by %s: %o', (name, environment) => {
  const read = () => readConfiguration(environment)

  expect(read).toThrow(ConfigurationRefused)
  expect(read).toThrow(new RegExp(`^${name} must`))
  expect(read).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }))
})
