import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { z } from 'zod'
import { pageShape, pageWith } from '../../contract/pagination.ts'
import { askedPolicyShape, checkedPolicyBodyShape } from '../../contract/policies/asked-policy.ts'
import {
  checkedPolicyShape,
  policyInForceShape,
  policyProposalShape,
  policyProposedShape,
  policyShape,
  policyVersionCursor,
  policyVersionsQueryShape,
  shownRules,
} from '../../contract/policies/policy.ts'
import { dryRunQueryShape, idShape } from '../../contract/shapes.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { type PolicyRule, policyDocument } from '../../domain/policy/policy.ts'
import { checkPolicy } from '../../services/policies/check-policy.ts'
import { confirmPolicy } from '../../services/policies/confirm-policy.ts'
import { getPolicy } from '../../services/policies/get-policy.ts'
import { getPolicyProposal } from '../../services/policies/get-policy-proposal.ts'
import { listPolicyVersions } from '../../services/policies/list-policy-versions.ts'
import { setPolicy } from '../../services/policies/set-policy.ts'
import { serviceContext } from '../context.ts'
import type { ApiEnvironment, CountersignApp } from '../environment.ts'
import type { BodyLimits } from '../request/body.ts'
import { ifMatch, setEntityTag } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { writeYaml } from '../request/yaml.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const tags = ['policies']
const ofEnvironment = z.object({ environment: idShape<EnvironmentId>() })

/** Of a policy, which as canonical JSON has at most half of that: room for how people write. */
const policyBody: BodyLimits = Object.freeze({ bytes: 131_072, depth: 64 })

const yamlContent = {
  'application/yaml': { schema: z.string().meta({ description: 'The same in YAML 1.2.' }) },
}

/** A body that has to be there, as JSON or as YAML. */
function jsonOrYamlBody<Shape extends z.ZodType>(schema: Shape) {
  return {
    required: true as const,
    content: { 'application/json': { schema }, 'application/yaml': { schema } },
  }
}

const get = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/policy',
  operationId: 'getPolicy',
  summary: 'Read the policy of an environment',
  description:
    'Its newest version, which routes what is requested from now on. The ETag is the version. With `Accept: ' +
    'application/yaml` the answer is YAML that can be edited and sent back: the rules, below comments.',
  tags,
  scope: 'policies:read',
  problems: ['forbidden'],
  request: { params: ofEnvironment },
  responses: {
    200: {
      description: 'The policy.',
      content: { 'application/json': { schema: policyShape }, ...yamlContent },
    },
  },
})

const set = defineRoute({
  method: 'put',
  path: '/v1/environments/{environment}/policy',
  operationId: 'setPolicy',
  summary: 'Propose the next policy of an environment',
  description:
    'By owners and admins, with a key of the organization, as JSON or as YAML. It takes effect when another owner or ' +
    'admin confirms it, and takes the place of what was proposed before. In an organization with a single owner or admin ' +
    'it takes effect at once, which the answer and the log say. If-Match holds the version that was seen, "0" where there ' +
    'was none. With `dryRun=true` nothing changes. Warnings tell what a policy would lead to with the people of today.',
  tags,
  scope: 'policies:write',
  problems: ['forbidden', 'literal-secret', 'patient-data'],
  ifMatch: true,
  bodyLimits: policyBody,
  bodyFormats: ['json', 'yaml'],
  request: { params: ofEnvironment, query: dryRunQueryShape, body: jsonOrYamlBody(askedPolicyShape) },
  responses: {
    200: jsonAnswer(policyInForceShape, 'The policy as it is now, or with `dryRun` as it would be.'),
    202: jsonAnswer(
      policyProposedShape,
      'The proposal, whose ETag is its digest, or with `dryRun` what it would be.',
    ),
  },
})

const getProposal = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/policy/proposal',
  operationId: 'getPolicyProposal',
  summary: 'Read what is proposed to be the next policy',
  description: 'What waits for a second person. The ETag is its digest, which confirming takes.',
  tags,
  scope: 'policies:read',
  problems: ['forbidden'],
  request: { params: ofEnvironment },
  responses: { 200: jsonAnswer(policyProposalShape, 'The proposal.') },
})

const confirm = defineRoute({
  method: 'post',
  path: '/v1/environments/{environment}/policy/confirm',
  operationId: 'confirmPolicy',
  summary: 'Confirm a proposed policy',
  description:
    'By an owner or admin who did not propose it, within 30 days. If-Match holds the digest of the proposal that was read.',
  tags,
  scope: 'policies:write',
  problems: ['forbidden', 'illegal-state'],
  ifMatch: true,
  idempotent: true,
  request: { params: ofEnvironment },
  responses: { 200: jsonAnswer(policyShape, 'The policy that is in force now.') },
})

const listVersions = defineRoute({
  method: 'get',
  path: '/v1/environments/{environment}/policy/versions',
  operationId: 'listPolicyVersions',
  summary: 'List the versions of a policy',
  description: 'Newest first, with who proposed and who confirmed each.',
  tags,
  scope: 'policies:read',
  problems: ['forbidden'],
  request: { params: ofEnvironment, query: policyVersionsQueryShape },
  responses: { 200: jsonAnswer(pageShape(policyShape), 'A page.') },
})

const check = defineRoute({
  method: 'post',
  path: '/v1/policies/check',
  operationId: 'checkPolicy',
  summary: 'Check who could sign by a policy',
  description:
    'By owners and admins, with a key of the organization. For every step: who could sign it today, and whether they are ' +
    'enough, by itself and together with the others; which rules nobody could satisfy, and whose requests nobody could ' +
    'approve. Changes nothing.',
  tags,
  scope: 'policies:write',
  problems: ['forbidden'],
  bodyLimits: policyBody,
  bodyFormats: ['json', 'yaml'],
  request: { body: jsonOrYamlBody(checkedPolicyBodyShape) },
  responses: { 200: jsonAnswer(checkedPolicyShape, 'What the people of today could do.') },
})

function shown<Version extends { readonly rules: readonly PolicyRule[] }>(version: Version) {
  return { ...version, rules: shownRules(version.rules) }
}

function wantsYaml(c: Context<ApiEnvironment>): boolean {
  const supports = ['application/json', 'application/yaml']
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'application/yaml'
}

export function registerPolicyRoutes(app: CountersignApp): void {
  app.openapi(get, async (c) => {
    const policy = await getPolicy(serviceContext(c), c.req.valid('param').environment)
    setEntityTag(c, policy.version)
    c.header('Vary', 'Accept')
    if (!wantsYaml(c)) return c.json(shown(policy), 200)
    const { environment, version, digest, proposedBy, confirmedBy } = policy
    const comments = [
      `Version ${version} of the policy of environment ${environment}, digest ${digest}`,
      `Proposed by ${proposedBy}, ${confirmedBy === null ? 'confirmed by nobody' : `confirmed by ${confirmedBy}`}`,
    ]
    const document = policyDocument({ ...policy, rules: shownRules(policy.rules) as readonly PolicyRule[] })
    return c.body(writeYaml(document, comments), 200, { 'Content-Type': 'application/yaml' })
  })

  app.openapi(set, async (c) => {
    const { environment } = c.req.valid('param')
    const { dryRun = false } = c.req.valid('query')
    const asked = { environment, policy: c.req.valid('json'), seen: ifMatch(c), dryRun }
    const { note, warnings, ...change } = await setPolicy(serviceContext(c), asked)
    if (change.state === 'in-force') {
      setEntityTag(c, change.policy.version)
      return c.json({ ...shown(change.policy), state: change.state, note, warnings }, 200)
    }
    const { proposal } = change
    setEntityTag(c, proposal.digest)
    c.header('Location', `/v1/environments/${environment}/policy/proposal`)
    return c.json({ ...shown(proposal), state: change.state, note, warnings }, 202)
  })

  app.openapi(getProposal, async (c) => {
    const proposal = await getPolicyProposal(serviceContext(c), c.req.valid('param').environment)
    setEntityTag(c, proposal.digest)
    return c.json(shown(proposal), 200)
  })

  app.openapi(confirm, async (c) => {
    const { environment } = c.req.valid('param')
    const asked = { environment, seen: ifMatch(c), idempotency: repeatableRequest(c) }
    const { policy, replayed } = await confirmPolicy(serviceContext(c), asked)
    markReplay(c, replayed)
    setEntityTag(c, policy.version)
    return c.json(shown(policy), 200)
  })

  app.openapi(listVersions, async (c) => {
    const { environment } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const asked = { environment, before: cursor, limit }
    const rows = (await listPolicyVersions(serviceContext(c), asked)).map(shown)
    return c.json(
      pageWith(rows, limit, ({ version }) => policyVersionCursor.encode(version)),
      200,
    )
  })

  app.openapi(check, async (c) => c.json(await checkPolicy(serviceContext(c), c.req.valid('json')), 200))
}
