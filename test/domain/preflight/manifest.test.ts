import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../src/domain/json.ts'
import type { Manifest } from '../../../src/domain/plan/manifest.ts'
import { declaredIn } from '../../../src/domain/preflight/declared.ts'
import { foundByPolicy, itemWith, letter, plainRule, routed, staging } from './sample-preflight.ts'

const words = { automationLogic: 'It sends.', expectedDataFlows: 'Results to the hospital.' }

const differences = (content: JsonValue, manifest: Manifest) =>
  foundByPolicy(
    'manifest-difference',
    routed([itemWith(content)], { manifest: { ...words, ...manifest } }),
  ).map(({ pointer, message }) => [pointer, message])

const unlisted = (what: string, member: string) =>
  `The asset holds an ${what} here that the manifest does not list under ${member}.`
const unheld = (what: string, member: string, number: number) =>
  `The manifest lists an ${what} that no asset of the bundle holds: ${member}, number ${number}.`

describe('what an asset reaches, listens to and may do', () => {
  test('is told by its content and the declaring places of its type', () => {
    const content = {
      url: 'https://a.org',
      events: ['x.made', 7],
      may: ['read'],
      actions: [{ kind: 'notify' }],
    }
    expect(declaredIn(itemWith(content))).toEqual([
      { kind: 'endpoint', asset: staging(1), pointer: '/url', value: 'https://a.org/' },
      { kind: 'event-type', asset: staging(1), pointer: '/events/0', value: 'x.made' },
      { kind: 'event-type', asset: staging(1), pointer: '/events/1', value: 'a letter' },
      { kind: 'permission', asset: staging(1), pointer: '/may/0', value: 'read' },
      { kind: 'automation', asset: staging(1), pointer: '/actions', value: 'a letter' },
    ])
  })

  test('is its endpoints alone where its type declares nothing', () => {
    const { declares: _, ...silent } = letter
    expect(declaredIn(itemWith({ url: 'https://a.org', events: ['x'] }, { type: silent }))).toHaveLength(1)
  })
})

describe('a manifest', () => {
  test('that lists what the assets hold differs in nothing', () => {
    const content = { url: 'https://a.org/v1?x=1', events: ['x.made'], may: ['read'], actions: [] }
    const manifest = {
      endpointsUsed: [' https://A.org/v1/ '],
      webhookEventTypes: ['x.made'],
      requiredPermissions: ['read'],
    }
    expect(differences(content, manifest)).toEqual([])
  })

  test('is held against every endpoint, event type and permission, in both directions', () => {
    const content = { url: 'https://a.org/v1', events: ['x.made'], may: ['read'] }
    const manifest = {
      endpointsUsed: ['https://b.org'],
      webhookEventTypes: ['x.made', 'x.gone'],
      requiredPermissions: ['Read'],
    }
    expect(differences(content, manifest)).toEqual([
      ['/url', unlisted('endpoint', 'endpointsUsed')],
      ['', unheld('endpoint', 'endpointsUsed', 1)],
      ['', unheld('event type', 'webhookEventTypes', 2)],
      ['/may/0', unlisted('permission', 'requiredPermissions')],
      ['', unheld('permission', 'requiredPermissions', 1)],
    ])
    expect(differences(content, {})).toHaveLength(3)
  })

  test.each([
    ['a.org', 'https://a.org/any/path'],
    ['a.org', 'mllp://a.org/x'],
    ['a.org:2575', 'mllp://a.org:2575'],
    ['https://a.org', 'https://a.org/any/path'],
    ['mllp://A.org:2575', 'mllp://a.org:2575/x'],
    ['a.org/v1', 'https://a.org/v1'],
  ])('that lists %s declares %s', (listed, held) => {
    expect(differences({ url: held }, { endpointsUsed: [listed] })).toEqual([])
  })

  test.each([
    ['https://a.org', 'http://a.org/any/path'],
    ['https://a.org/v1', 'https://a.org/v1/x'],
    ['https://a.org/?x=1', 'https://a.org/any'],
    ['a.org', 'https://a.org:8443/x'],
    ['a.org', 'https://b.a.org/x'],
    ['https://b.org', 'https://a.org/'],
    ['not a host', 'https://a.org/'],
    ['', 'https://a.org/'],
  ])('that lists %j does not declare %s', (listed, held) => {
    expect(differences({ url: held }, { endpointsUsed: [listed] }).map(([pointer]) => pointer)).toEqual([
      '/url',
      '',
    ])
  })

  test('says in words what automations do and where data flows', () => {
    const content = { url: 'https://a.org', actions: [] }
    const silent = { automationLogic: ' ', expectedDataFlows: undefined, endpointsUsed: ['a.org'] }
    expect(differences(content, silent)).toEqual([
      ['/actions', 'The manifest does not say what the automation does: automationLogic is empty.'],
      ['/url', 'The manifest does not say which data flows to this endpoint: expectedDataFlows is empty.'],
    ])
    expect(differences({}, { automationLogic: '', expectedDataFlows: '' })).toEqual([])
  })

  test('lists nothing wrong for a bundle of nothing', () => {
    const manifest = { ...words, endpointsUsed: ['a.org'] }
    expect(foundByPolicy('manifest-difference', routed([], { manifest }))).toEqual([])
  })

  test('is missing where an asset declares something, once for each asset and as grave as the policy says', () => {
    const items = [
      itemWith({ url: 'https://a.org', may: ['read'] }, { asset: staging(1) }),
      itemWith({ note: 'nothing' }, { asset: staging(2) }),
      itemWith({ actions: [] }, { asset: staging(3) }),
    ]
    const missing = foundByPolicy('manifest-missing', routed(items))
    expect(missing).toMatchObject([
      { asset: staging(1), pointer: '/url', severity: 'blocker' },
      { asset: staging(3), pointer: '/actions', severity: 'blocker' },
    ])
    const rule = { ...plainRule, manifest: 'info' as const }
    expect(foundByPolicy('manifest-missing', routed(items, { rule }))).toMatchObject([
      { severity: 'info' },
      { severity: 'info' },
    ])
    expect(foundByPolicy('manifest-missing', routed(items, { manifest: {} }))).toEqual([])
    expect(foundByPolicy('manifest-difference', routed(items))).toEqual([])
  })
})
