import { expect, test } from 'vitest'
import { landsOff } from '../../../src/domain/asset/landing.ts'
import { builtInAssetTypes } from '../../../src/domain/asset/registry.ts'
import { initialPolicy, type PolicyRule } from '../../../src/domain/policy/policy.ts'
import { warningsOfActivation } from '../../../src/domain/policy/warnings.ts'

const [last] = initialPolicy.rules
const ruleOf = (more: Partial<PolicyRule>) => ({ ...last, ...more }) as PolicyRule
const warned = (more: Partial<PolicyRule>) =>
  warningsOfActivation({ rules: [ruleOf(more)] }).map(({ code, pointer }) => `${code} ${pointer}`)
const warning = ['automatic-may-wait /rules/0/activation']
const activation = 'automatic'

test('an automation and a webhook land turned off, and nothing else that is built in', () => {
  const names = builtInAssetTypes.filter(landsOff).map(({ name }) => name)
  expect(names).toEqual(['webhookSubscription', 'automation'])
})

test('automatic activation is warned of where the rule may take one of them', () => {
  expect(warned({ activation })).toEqual(warning)
  expect(warned({ activation, when: { risk: ['low'] } })).toEqual(warning)
  expect(warned({ activation, when: { types: { any: ['valueSet'] } } })).toEqual(warning)
  expect(warned({ activation, when: { types: { only: ['valueSet', 'automation'] } } })).toEqual(warning)
})

test('and not where it takes none, or a person activates', () => {
  expect(warned({ activation, when: { types: { only: ['valueSet', 'filter'] } } })).toEqual([])
  expect(warned({ activation: 'manual' })).toEqual([])
  expect(warned({})).toEqual([])
})

test('the warning names the rule, the types and the way out, in its own place', () => {
  const [found] = warningsOfActivation({ rules: [ruleOf({}), ruleOf({ name: 'fast', activation })] })
  expect(found).toEqual({
    code: 'automatic-may-wait',
    pointer: '/rules/1/activation',
    message:
      'The rule “fast” activates automatically, and may take a bundle with one of webhookSubscription, automation. Such a bundle waits for a person as a whole. With `only` the rule takes none.',
  })
})
