import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import type { SignInRule } from '../../../src/domain/sign-in/sign-in-rule.ts'
import { openApi } from '../../support/api.ts'
import { openDeployment, type PromotionAnswer } from '../../support/deployment.ts'
import { openIssuer, providerOf } from '../../support/issuer.ts'
import { type PolicyAnswer, policyOf, setPolicy } from '../../support/policies.ts'
import { type Name, openRoom, type Promotion, refusal, ruleWith, step } from './approving.ts'

const issuer = await openIssuer()
const api = await openDeployment([], pino({ level: 'error' }), { identityProvider: providerOf(issuer) })
const control = api.testStores.superuser('control')

const rule = {
  steps: [step(1)],
  breakGlass: { group: 'rescuers', reviewWithin: 'P2D' },
  signIn: { within: 'PT5M', acr: ['phrh', 'phr'] },
} as const
const now = () => Math.floor(Date.now() / 1000)
const fresh = () => ({ auth_time: now() - 10, acr: 'phr' })

interface Decided extends Promotion {
  readonly decisions: readonly (Promotion['decisions'][number] & { readonly authentication: object })[]
}

/** A room whose people are linked to identities of their own, and what they do with tokens. */
async function openRoomWith(signIn: SignInRule | null = rule.signIn) {
  const { signIn: _, ...plain } = rule
  const room = await openRoom(api, signIn === null ? plain : { ...plain, signIn })
  const { people, environments } = room

  async function link(name: Name): Promise<void> {
    const body = { accessToken: await issuer.token(people[name].id) }
    const key = people[name].keys.organization
    await api.expectStatus(200, '/v1/me/identity', { key, method: 'PUT', body })
  }
  for (const name of ['anna', 'ben', 'dora'] as const) await link(name)

  const tokenOf = (name: Name, claims: object) => issuer.token(people[name].id, { claims: { ...claims } })

  async function act(
    promotion: PromotionAnswer,
    bearer: string | undefined,
    [verb, body]: readonly [verb: string, body: object],
    idempotencyKey: string = crypto.randomUUID(),
  ): Promise<Response> {
    return api.request(`/v1/promotions/${promotion.id}/${verb}`, {
      key: bearer,
      body,
      idempotencyKey,
      headers: {
        'If-Match': `"${promotion.planDigest}"`,
        'Countersign-Environment': environments.production,
      },
    })
  }
  const decision = (verdict: string) => ['decisions', { verdict, comment: 'Read it' }] as const

  return {
    ...room,
    tokenOf,
    decide: (promotion: PromotionAnswer, bearer: string | undefined, verdict = 'approve', again?: string) =>
      act(promotion, bearer, decision(verdict), again),
    standIn: (promotion: PromotionAnswer, bearer: string | undefined) =>
      act(promotion, bearer, ['override', { reason: 'The intake is down' }]),
    /** Signatures on a promotion, and what was asked of it in order to sign. */
    async signatures({ id }: PromotionAnswer): Promise<readonly [number, number]> {
      const { rows } = await control.query<{ decisions: number; commands: number }>(
        `SELECT (SELECT count(*)::integer FROM decision WHERE promotion = $1) AS decisions,
           (SELECT count(*)::integer FROM command WHERE stream = $1 AND kind IN ('decide', 'override')) AS commands`,
        [id],
      )
      return [rows[0]?.decisions ?? -1, rows[0]?.commands ?? -1]
    },
  }
}

const insufficient = [401, 'insufficient-authentication'] as const

describe('case 9: an approval without a fresh sign-in', () => {
  test('is answered 401 with a challenge, recorded as no signature, and told in the log', async () => {
    const { ask, decide, tokenOf, signatures, entries, people, read } = await openRoomWith()
    const asked = await ask()
    const stale = await tokenOf('anna', { ...fresh(), auth_time: now() - 3600 })

    const response = await decide(asked, stale)

    expect(response.headers.get('WWW-Authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", ' +
        'error_description="The policy asks for another sign-in at the identity provider", ' +
        'max_age="300", acr_values="phrh phr"',
    )
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await refusal(response)).toEqual(insufficient)
    expect(await signatures(asked)).toEqual([0, 0])
    expect(await read(asked)).toMatchObject({ state: 'awaiting_approval', decisions: [] })
    const [denied, ...more] = await entries(asked, 'access.denied')
    expect(more).toEqual([])
    expect(denied).toMatchObject({
      actor: { person: people.anna.id, via: 'token' },
      outcome: 'refused',
      details: { code: 'insufficient-authentication', operation: 'decidePromotion' },
    })
  })

  test.each([
    ['with a token that does not say when', { acr: 'phr' }],
    ['by another class', { ...fresh(), acr: 'pwd' }],
    ['by no class', { auth_time: now() }],
    ['at a time that is no number', { ...fresh(), auth_time: '2026' }],
    ['in the future', { ...fresh(), auth_time: now() + 3600 }],
  ])('is none where one signed in %s', async (_, claims) => {
    const { ask, decide, tokenOf, signatures } = await openRoomWith()
    const asked = await ask()
    expect(await refusal(decide(asked, await tokenOf('anna', claims)))).toEqual(insufficient)
    expect(await signatures(asked)).toEqual([0, 0])
  })

  test('is none with a key, whatever the verdict', async () => {
    const { ask, decide, people, signatures } = await openRoomWith({})
    const asked = await ask()
    for (const verdict of ['approve', 'reject', 'request-changes']) {
      const response = await decide(asked, people.anna.keys.production, verdict)
      expect(response.headers.get('WWW-Authenticate')).toBe(
        'Bearer error="insufficient_user_authentication", ' +
          'error_description="The policy asks for another sign-in at the identity provider"',
      )
      expect(await refusal(response)).toEqual(insufficient)
    }
    expect(await signatures(asked)).toEqual([0, 0])
  })

  test('hides nothing from whoever may not decide at all: they hear that first', async () => {
    const { ask, decide, people } = await openRoomWith()
    const asked = await ask()
    expect(await refusal(decide(asked, people.requester.keys.production))).toEqual([
      403,
      'contributor-may-not-decide',
    ])
  })
})

describe('a decision with a fresh sign-in', () => {
  test('counts, and says how its person signed in, as its entry of the log does', async () => {
    const { ask, decide, tokenOf, reach, entries } = await openRoomWith()
    const asked = await ask()
    const claims = { ...fresh(), amr: ['hwk', 'pin'] }
    const response = await decide(asked, await tokenOf('anna', claims))
    expect(response.status, await response.clone().text()).toBe(201)
    const authentication = {
      method: 'identity-provider',
      authenticatedAt: new Date(claims.auth_time * 1000).toISOString(),
      acr: 'phr',
    }
    const { decisions } = (await response.json()) as Decided
    expect(decisions.map((one) => one.authentication)).toEqual([authentication])
    const [decided] = await entries(asked, 'promotion.decided')
    expect(decided?.details).toMatchObject({ authentication })
    await reach(asked, 'promoted')
  })

  test('may be tried with the Idempotency-Key that was refused before, and is answered again by it', async () => {
    const { ask, decide, tokenOf, signatures } = await openRoomWith()
    const asked = await ask()
    const stale = await tokenOf('anna', { ...fresh(), auth_time: now() - 3600 })
    const same = crypto.randomUUID()
    expect(await refusal(decide(asked, stale, 'approve', same))).toEqual(insufficient)
    expect((await decide(asked, await tokenOf('anna', fresh()), 'approve', same)).status).toBe(201)
    const replayed = await decide(asked, stale, 'approve', same)
    expect([replayed.status, replayed.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    expect(await signatures(asked)).toEqual([1, 1])
  })

  test('is refused when it is recorded, where it comes to that only when the sign-in is too old', async () => {
    const { ask, decide, tokenOf, people, environments, signatures, entries } = await openRoomWith()
    const asked = await ask()
    const token = await tokenOf('anna', fresh())
    const door = { 'Countersign-Environment': environments.production }
    await api.expectStatus(200, '/v1/me', { key: token, headers: door })
    // As if the command had waited for an hour: what the database knows of the sign-in is older than the token says.
    await control.query(
      `BEGIN; ALTER TABLE exchanged_token DISABLE TRIGGER USER;
       UPDATE exchanged_token SET authenticated_at = authenticated_at - interval '1 hour' WHERE person = '${people.anna.id}';
       ALTER TABLE exchanged_token ENABLE ALWAYS TRIGGER keep_rows, ENABLE ALWAYS TRIGGER keep_table; COMMIT`,
    )
    const response = await decide(asked, token)
    expect(response.headers.get('WWW-Authenticate')).toContain('max_age="300"')
    expect(await refusal(response)).toEqual(insufficient)
    expect(await signatures(asked)).toEqual([0, 1])
    const [refused] = await entries(asked, 'command.refused')
    expect(refused?.details).toMatchObject({ code: 'insufficient-authentication' })
  })
})

describe('standing in for the quorum', () => {
  test('asks for the same sign-in', async () => {
    const { ask, standIn, tokenOf, people, signatures, entries } = await openRoomWith()
    const asked = await ask()
    const stale = await tokenOf('dora', { ...fresh(), auth_time: now() - 3600 })
    for (const bearer of [people.dora.keys.production, stale]) {
      const response = await standIn(asked, bearer)
      expect(response.headers.get('WWW-Authenticate')).toContain('acr_values="phrh phr"')
      expect(await refusal(response)).toEqual(insufficient)
    }
    expect(await signatures(asked)).toEqual([0, 0])
    const response = await standIn(asked, await tokenOf('dora', fresh()))
    expect(response.status, await response.text()).toBe(201)
    const [overridden] = await entries(asked, 'promotion.overridden')
    expect(overridden?.details).toMatchObject({
      authentication: { method: 'identity-provider', acr: 'phr' },
    })
  })
})

describe('what a policy asks of a sign-in', () => {
  test('stands in the plan of what it routes, and in no other', async () => {
    const [asking, plain] = [await openRoomWith(), await openRoomWith(null)]
    const planOf = async ({ ask, call }: typeof asking) => {
      const response = await call('anna', `/v1/promotions/${(await ask()).id}/plan`)
      return (await response.json()) as object
    }
    expect(await planOf(asking)).toMatchObject({ signIn: rule.signIn })
    expect(await planOf(plain)).not.toHaveProperty('signIn')
  })

  test('holds for an open request, whatever the policy says meanwhile', async () => {
    const { ask, decide, tokenOf, people, environments, organization } = await openRoomWith()
    const asked = await ask()
    const { signIn: _, ...plain } = rule
    await api.expectStatus(200, `/v1/organizations/${organization.id}/members/${people.erik.id}`, {
      key: people.owner.keys.organization,
      method: 'PUT',
      body: { role: 'admin' },
    })
    await setPolicy(api, environments.production, { rules: [ruleWith(plain)] }, [people.owner, people.erik])
    expect(await refusal(decide(asked, people.anna.keys.production))).toEqual(insufficient)
    expect((await decide(asked, await tokenOf('anna', fresh()))).status).toBe(201)
    const later = await ask()
    expect((await decide(later, people.anna.keys.production)).status).toBe(201)
  })

  test('is shown as it was set, and what cannot be asked is refused', async () => {
    const { environments, people } = await openRoomWith()
    const path = policyOf(environments.production)
    const shown = await api.expectStatus<PolicyAnswer>(200, path, { key: people.anna.keys.production })
    expect(shown.rules).toMatchObject([{ signIn: rule.signIn }])
    for (const [signIn, pointer] of [
      [{ within: 'P1M' }, '/rules/0/signIn/within'],
      [{ within: 'PT0S' }, '/rules/0/signIn/within'],
      [{ acr: [] }, '/rules/0/signIn/acr'],
      [{ acr: ['two words'] }, '/rules/0/signIn/acr/0'],
      [{ acr: ['a"b'] }, '/rules/0/signIn/acr/0'],
    ] as const) {
      const asked = { ...ruleWith(rule), signIn }
      const problem = await api.expectStatus<{ errors: { pointer: string }[] }>(422, path, {
        key: people.owner.keys.organization,
        method: 'PUT',
        body: { rules: [asked] },
        headers: { 'If-Match': '*' },
      })
      expect(problem.errors.map((error) => error.pointer)).toEqual([pointer])
    }
  })

  test('is warned of where too few have linked themselves', async () => {
    const { environments, people } = await openRoomWith()
    const check = async (approvals: number) => {
      const policy = { rules: [ruleWith({ ...rule, steps: [step(approvals)] })] }
      const { warnings } = await api.expectStatus<{ warnings: { code: string; pointer: string }[] }>(
        200,
        '/v1/policies/check',
        { key: people.owner.keys.organization, body: { environment: environments.production, policy } },
      )
      return warnings.filter(({ code }) => code === 'too-few-linked').map(({ pointer }) => pointer)
    }
    expect(await check(2)).toEqual([])
    expect(await check(3)).toEqual(['/rules/0/signIn'])
  })

  test('is warned of where this installation has no identity provider, and set all the same', async () => {
    const { environments, people } = await openRoomWith(null)
    const without = openApi(api.testStores)
    const { warnings } = await without.expectStatus<PolicyAnswer>(200, policyOf(environments.production), {
      key: people.owner.keys.organization,
      method: 'PUT',
      body: { rules: [ruleWith(rule)] },
      headers: { 'If-Match': '*' },
    })
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'no-identity-provider', pointer: '/rules/0/signIn' }),
    ])
  })
})

test('where nothing is asked, a decision says what it was made with all the same', async () => {
  const { ask, decide, tokenOf, people } = await openRoomWith(null)
  const shown = async (bearer: string | undefined) => {
    const response = await decide(await ask(), bearer)
    expect(response.status).toBe(201)
    return ((await response.json()) as Decided).decisions[0]?.authentication
  }
  expect(await shown(people.anna.keys.production)).toEqual({ method: 'key' })
  expect(await shown(await tokenOf('ben', {}))).toEqual({ method: 'identity-provider' })
})

test('who calls is told how they authenticated', async () => {
  const { people, tokenOf } = await openRoomWith()
  const me = (key: string) => api.expectStatus(200, '/v1/me', { key })
  expect(await me(people.anna.keys.organization)).toMatchObject({ authentication: { method: 'key' } })
  const signedIn = now() - 60
  const token = await tokenOf('anna', { auth_time: signedIn, acr: 'phr', amr: ['hwk', 7, ''] })
  expect(await me(token)).toMatchObject({
    authentication: {
      method: 'identity-provider',
      authenticatedAt: new Date(signedIn * 1000).toISOString(),
      acr: 'phr',
      amr: ['hwk'],
    },
  })
})
