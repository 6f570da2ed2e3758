import { describe, expect, it, test } from 'vitest'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { structuralProblems } from '../../../src/domain/asset/structure/structural-problems.ts'
import { alertRule } from '../../../src/domain/asset/types/alert-rule.ts'
import { authCredential } from '../../../src/domain/asset/types/auth-credential.ts'
import { automation } from '../../../src/domain/asset/types/automation.ts'
import { configModifier } from '../../../src/domain/asset/types/config-modifier.ts'
import { destination } from '../../../src/domain/asset/types/destination.ts'
import { filter } from '../../../src/domain/asset/types/filter.ts'
import { formTemplate } from '../../../src/domain/asset/types/form-template.ts'
import { jsonDocument } from '../../../src/domain/asset/types/json-document.ts'
import { oauthApiKey } from '../../../src/domain/asset/types/oauth-api-key.ts'
import { permissionSet } from '../../../src/domain/asset/types/permission-set.ts'
import { source } from '../../../src/domain/asset/types/source.ts'
import { subscription } from '../../../src/domain/asset/types/subscription.ts'
import { translationSet } from '../../../src/domain/asset/types/translation-set.ts'
import { valueSet } from '../../../src/domain/asset/types/value-set.ts'
import { webhookSubscription } from '../../../src/domain/asset/types/webhook-subscription.ts'
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts'
import { contentProblems } from '../../../src/services/assets/content-problems.ts'

/** Where content is refused, by its type's schema or else by its structural checks. */
function refusedAt(type: AssetType, content: JsonValue): readonly string[] {
  const bySchema = contentProblems(type, content)
  const problems = bySchema.length > 0 ? bySchema : structuralProblems(type, content)
  return problems.map(({ pointer }) => pointer)
}

const one = '0b8f6a3e-51c2-4d19-9a77-2f4c8e6d1b03'
const other = '0b8f6a3e-51c2-4d19-9a77-2f4c8e6d1b04'
const link = {
  id: 'a',
  location: 'source-request',
  sourceId: one,
  destinationId: one,
  dataModel: 'PatientAdmin',
  eventTypes: null,
  ownedBy: 'source',
}
const modifier = (...links: readonly JsonObject[]) => ({ flavor: 'delete', selector: '$.Visit', links })
const mapping = (...pairs: readonly (readonly [string, string])[]) => ({
  fromValueSet: {
    id: one,
    values: [
      { id: 'm', value: 'MARR' },
      { id: 'w', value: 'WED' },
    ],
  },
  toValueSet: { id: other, values: [{ id: 'M', value: 'M' }] },
  translations: pairs.map(([fromValueId, toValueId]) => ({ fromValueId, toValueId })),
})
const field = (id: string, further: JsonObject = {}) => ({ id, label: 'Allergies', kind: 'text', ...further })
const form = (...fields: readonly JsonObject[]) => ({ title: 'Intake', fields })
const automatic = (trigger: JsonObject, ...actions: readonly JsonObject[]) => ({
  enabled: true,
  trigger,
  actions,
})
const created = { eventType: 'appointment.created' }
const ends = (from: string, to: string) => ({
  source: { id: one, environmentFlag: from },
  destination: { id: other, environmentFlag: to },
  dataModel: 'PatientAdmin',
})
const permissions = (...names: readonly string[]) => ({
  integrationUser: { userId: 7204 },
  permissions: names.map((name) => ({ name })),
})
const filtering = (rule: JsonObject) => ({
  action: 'send',
  rules: [{ path: '$.Visit.Location', values: ['CARD'], ...rule }],
})
const publicKey = { kid: 'a', kty: 'RSA', n: 'AQAB', e: 'AQAB' }
const rule = { alertType: { code: 'no-traffic' }, alertConfiguration: { alertLookbackISODuration: 'PT2H' } }
const mail = { notification: { type: 'email', configuration: { to: ['on-call@northlake.example'] } } }

describe.each<[AssetType, readonly JsonValue[], readonly (readonly [JsonValue, string])[]]>([
  [
    configModifier,
    [modifier(), modifier(link, { ...link, id: 'b', location: 'destination-request' })],
    [
      [modifier(link, { ...link, id: 'b', destinationId: other }), '/links/1'],
      [modifier(link, { ...link, id: 'b', dataModel: 'Results' }), '/links/1'],
      [modifier(link, link), '/links/1'],
      [{ flavor: 'put', selector: '$.Visit' }, ''],
      [{ ...modifier(), schema: { constant: 1 } }, '/schema'],
      [
        {
          flavor: 'put',
          selector: '$.Visit',
          schema: { get: 'A', concat: [{ get: 'B' }], pipe: [{ get: 'B' }] },
        },
        '/schema/pipe',
      ],
    ],
  ],
  [
    translationSet,
    [
      mapping(['m', 'M'], ['w', 'M']),
      { ...mapping(), fromValueSet: { id: one }, translations: [{ fromValueId: 'x', toValueId: 'M' }] },
    ],
    [
      [mapping(['m', 'M'], ['m', 'M']), '/translations/1'],
      [mapping(['x', 'M']), '/translations/0/fromValueId'],
      [mapping(['m', 'x']), '/translations/0/toValueId'],
    ],
  ],
  [
    valueSet,
    [{ values: [{ value: 'A' }, { value: 'B', id: 'b' }] }],
    [
      [{ values: [{ value: 'A' }, { value: 'A' }] }, '/values/1'],
      [
        {
          values: [
            { value: 'A', id: 'a' },
            { value: 'B', id: 'a' },
          ],
        },
        '/values/1',
      ],
    ],
  ],
  [
    subscription,
    [ends('Staging', 'Staging')],
    [[ends('Staging', 'Production'), '/destination/environmentFlag']],
  ],
  [
    filter,
    [filtering({ allowList: false }), filtering({})],
    [[filtering({ allowList: 'yes' }), '/rules/0/allowList']],
  ],
  [
    destination,
    [
      { endpoint: 'https://intake.example/', setupState: null },
      {
        endpoint: 'https://intake.example/',
        setupState: {
          step: 'configure',
          destination: {
            id: one,
            name: 'Intake',
            authCredential: other,
            cloudProviderSettings: {},
            environment: { id: one, environmentFlag: 'Staging' },
          },
        },
      },
    ],
    [
      [{ endpoint: 'https://intake.example/', setupState: 'done' }, '/setupState'],
      [{ endpoint: 'https://intake.example/', setupState: { surprise: 1 } }, '/setupState'],
    ],
  ],
  [
    authCredential,
    [
      {
        authStrategy: 'AwsSigv4',
        hasAccessKey: true,
        hasSecretKey: true,
        hasSessionToken: true,
        serviceName: 'execute-api',
        awsRegion: 'us-east-1',
      },
      {
        authStrategy: 'GoogleWIF',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b',
        delegates: ['projects/-/serviceAccounts/intake@northlake.example'],
        lifetime: '3600s',
        options: { retry: true },
        scope: ['https://www.googleapis.com/auth/cloud-platform'],
        service_account_impersonation_url: 'https://iamcredentials.example/v1/a:generateAccessToken',
        sts_scope: 'https://www.googleapis.com/auth/cloud-platform',
        token_url: 'https://sts.example/v1/token',
      },
    ],
    [
      [{ authStrategy: 'AwsSigv4', secretKey: 'x' }, ''],
      [{ authStrategy: 'GoogleWIF', token_url: 'http://sts.example/v1/token' }, '/token_url'],
    ],
  ],
  [source, [{ serviceRegion: 'GCP_USA_CENTRAL_1' }], [[{ serviceRegion: 'MOON' }, '/serviceRegion']]],
  [
    oauthApiKey,
    [{ jwksURL: 'https://keys.example/jwks' }, { jwkSet: { keys: [publicKey] } }],
    [
      [{}, ''],
      [{ jwksURL: 'https://keys.example/jwks', jwkSet: { keys: [publicKey] } }, ''],
      [{ jwkSet: { keys: [{ ...publicKey, d: 'AQAB' }] } }, '/jwkSet/keys/0'],
    ],
  ],
  [
    webhookSubscription,
    [{ url: 'https://hooks.example/', eventTypes: ['appointment.created'], enabled: true }],
    [[{ url: 'https://hooks.example/', eventTypes: ['appointment'], enabled: true }, '/eventTypes/0']],
  ],
  [
    alertRule,
    [{ ...rule, ...mail }],
    [
      [
        { ...rule, ...mail, alertConfiguration: { alertLookbackISODuration: '2h' } },
        '/alertConfiguration/alertLookbackISODuration',
      ],
    ],
  ],
  [
    formTemplate,
    [
      form(
        field('a'),
        field('b', { kind: 'choice', options: ['yes', 'no'], showWhen: { fieldId: 'a', equals: 'x' } }),
      ),
    ],
    [
      [form(field('a'), field('a')), '/fields/1'],
      [form(field('a', { showWhen: { fieldId: 'b', equals: 'x' } })), '/fields/0/showWhen/fieldId'],
      [form(field('a', { kind: 'choice' })), '/fields/0'],
      [form(field('a', { options: ['yes'] })), '/fields/0/options'],
    ],
  ],
  [
    automation,
    [
      automatic(created, { kind: 'assign-form', formTemplate: one }),
      automatic({ schedule: { every: 'P1D' } }, { kind: 'notify', recipients: ['desk'] }),
    ],
    [
      [automatic({}, { kind: 'notify' }), '/trigger'],
      [automatic({ ...created, schedule: { every: 'P1D' } }, { kind: 'notify' }), '/trigger'],
      [automatic(created, { kind: 'notify', formTemplate: one, webhookSubscription: one }), '/actions/0'],
      [automatic(created, { kind: 'notify', password: 'x' }), '/actions/0'],
    ],
  ],
  [
    permissionSet,
    [permissions('view_forms', 'view_appointments')],
    [[permissions('view_forms', 'view_forms'), '/permissions/1']],
  ],
  [jsonDocument, [{}, { anything: [{ goes: null }] }], [[[], '']]],
])('$name', (type, good, bad) => {
  test.each(good.map((content) => [JSON.stringify(content), content]))('takes %s', (_, content) => {
    expect(refusedAt(type, content)).toEqual([])
  })

  test.each(bad.map(([content, pointer]) => [JSON.stringify(content), content, pointer] as const))(
    'refuses %s',
    (_, content, pointer) => {
      expect(refusedAt(type, content)).toContain(pointer)
    },
  )
})

it('says in which steps the keywords of a modifier run, and which exclude each other', () => {
  const [first, ...others] = configModifier.keywordOrder ?? []
  expect(first).toEqual(['omit'])
  expect(others.at(-1)).toEqual(['plugin'])
  expect(others.filter((step) => step.length > 1)).toEqual([
    ['properties', 'if', 'concat', 'switch', 'pipe', 'merge', 'prefer', 'items'],
  ])
})
