import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../src/domain/json.ts'
import { compareText } from '../../../src/domain/plan/compare-text.ts'
import { renderItem } from '../../../src/domain/plan/render.ts'
import { judgeFindings } from '../../../src/domain/preflight/judge-findings.ts'
import type { PreflightItem } from '../../../src/domain/preflight/preflight.ts'
import {
  bundleRules,
  findByPolicy,
  findInBundle,
  policyRules,
  preflightRuleIds,
} from '../../../src/domain/preflight/registry.ts'
import { digestOf, itemWith, landedTarget, letter, production, routed, staging } from './sample-preflight.ts'

describe('the rules of preflight', () => {
  const rules = [...bundleRules, ...policyRules]

  test('have an id of their own, and say in a sentence what they mean', () => {
    expect(preflightRuleIds.size).toBe(rules.length)
    for (const { id, says } of rules) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(says).toMatch(/^[A-Z].*\.$/)
    }
  })

  test('insist on this, whoever acknowledges what', () => {
    const insisting = rules.filter(
      ({ acknowledgement, severity }) => severity === 'blocker' && acknowledgement === 'never',
    )
    expect(insisting.map(({ id }) => id).sort()).toEqual([
      ...[
        'adoption-refused',
        'binding-conflict',
        'binding-missing',
        'binding-target-missing',
        'binding-target-type',
      ],
      ...[
        'content-erased',
        'dwell-too-short',
        'evidence-missing',
        'external-check-unanswered',
        'immutable-changed',
        'nobody-can-approve',
      ],
      ...[
        'nothing-to-promote',
        'pilot-not-live',
        'reference-cycle',
        'reference-unresolved',
        'schema',
        'structure',
      ],
      ...['taken', 'target-missing', 'too-many-contributors'],
    ])
  })

  test('let people go on with these once they took note, with words where it is about secrets or patients', () => {
    const by = (wanted: string) =>
      rules
        .filter(({ acknowledgement }) => acknowledgement === wanted)
        .map(({ id }) => id)
        .sort()
    expect(by('with-words')).toEqual(['literal-secret', 'patient-data'])
    expect(by('must')).toEqual(['target-drifted', 'target-restored'])
    expect(by('may')).toEqual([
      ...[
        'binding-unused',
        'endpoint-of-staging',
        'endpoint-suspicious',
        'external-check',
        'hidden-characters',
        'look-alike',
      ],
      ...[
        'manifest-difference',
        'manifest-missing',
        'reference-dropped',
        'target-adopted',
        'type-versions-differ',
      ],
    ])
    expect(
      rules
        .filter(({ severity }) => severity === 'info')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...['binding-remembered', 'partner-owned', 'secret-missing']])
  })
})

const marker = 'zqxj'
const value = fc.constantFrom<JsonValue>(
  ...[`https://${marker}.localhost/${marker}`, `https://${marker}.org`, `${marker}\u202e`, marker, 4711_4711],
)
const name = fc.constantFrom('url', 'uгl', 'code', 'source', 'hasPassword', 'note', '__proto__')
const content = fc
  .record({
    members: fc.uniqueArray(fc.tuple(name, value), { selector: ([member]) => member }),
    events: fc.array(value, { maxLength: 2 }),
    may: fc.array(value, { maxLength: 2 }),
    template: fc.constantFrom<JsonValue>(staging(8), marker),
    lists: fc.array(fc.constantFrom(staging(8), staging(9)), { maxLength: 3 }),
  })
  .map(({ members, ...lists }): JsonValue => ({ ...Object.fromEntries(members), ...lists }))

const items = fc
  .array(fc.record({ staged: content, before: content, drifted: fc.boolean(), known: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) =>
    all.map(({ staged, before, drifted, known }, place): PreflightItem => {
      const asset = staging(place + 1)
      const targets = new Map(known ? [[staging(8), production(8)] as const] : [])
      const binding = { kind: 'value' as const, asset, pointer: '/url', value: `https://${marker}.test` }
      const rendered = renderItem({
        type: letter,
        content: staged,
        sourceAsset: asset,
        bindings: known ? [binding] : [],
        targets,
      })
      return itemWith(rendered.content, {
        asset,
        staged,
        notes: rendered.notes,
        used: rendered.used,
        digest: digestOf(drifted ? 'd' : '3'),
        target: {
          ...landedTarget,
          asset: production(place + 1),
          content: before,
          ...(drifted ? { baseline: null } : {}),
        },
      })
    }),
  )

const manifest = {
  endpointsUsed: [`https://other.${marker}.org`],
  webhookEventTypes: [marker],
  requiredPermissions: [`${marker}2`],
}

function findings(all: readonly PreflightItem[]) {
  const preflight = routed(all, { manifest, signers: { byStep: [], satisfiable: false } })
  return judgeFindings([...findInBundle(preflight), ...findByPolicy(preflight)], [], [])
}

describe('whatever stands in a bundle', () => {
  test('no finding shows a value, neither of content nor of the manifest', () => {
    fc.assert(
      fc.property(items, (all) => {
        const found = findings(all)
        expect(JSON.stringify(found)).not.toMatch(/zqxj|47114711/)
        const preflight = routed(all, { manifest })
        const kept = [...findInBundle(preflight), ...findByPolicy(preflight)].map(({ place }) => place)
        expect(JSON.stringify(kept)).not.toMatch(/zqxj|47114711/)
      }),
    )
  })

  test('findings do not depend on the order of items', () => {
    const shuffled = items.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    )
    const sorted = (all: readonly PreflightItem[]) =>
      findings(all)
        .map((one) => JSON.stringify(one))
        .sort(compareText)
    fc.assert(
      fc.property(shuffled, ([all, others]) => {
        expect(sorted(others)).toEqual(sorted(all))
      }),
    )
  })

  test('an item more takes no finding of another one away, but that there was nothing to promote', () => {
    fc.assert(
      fc.property(items, (all) => {
        const own = (found: ReturnType<typeof findings>) =>
          found
            .filter(({ rule, pointer }) => rule !== 'nothing-to-promote' && pointer !== '')
            .map(({ rule, asset, pointer }) => `${rule} ${asset} ${pointer}`)
        expect(own(findings(all))).toEqual(expect.arrayContaining(own(findings(all.slice(1)))))
      }),
    )
  })
})
