import type { z } from 'zod'
import type { promotionRequestShape, resubmissionShape } from '../../../contract/promotions/request.ts'
import type { Binding } from '../../../domain/plan/binding.ts'
import type { RequestContent } from '../../../services/promotions/request/request-content.ts'

type Along = Omit<z.output<typeof resubmissionShape>, 'promotingAssets' | 'reason'>
type AskedBinding = NonNullable<Along['bindings']>[number]

function bindingOf(binding: AskedBinding): Binding {
  return 'from' in binding
    ? { kind: 'reference', from: binding.from, to: binding.to }
    : { kind: 'value', asset: binding.asset, pointer: binding.pointer, value: binding.value }
}

/** What was sent along, as services have it; only what was there. */
export function sentContent(body: Along): Partial<RequestContent> {
  const { bindings, manifest, evidence, acknowledge, adopt, reviewers, notBefore } = body
  return {
    ...(bindings && { bindings: bindings.map(bindingOf) }),
    ...(manifest && { manifest }),
    ...(evidence && {
      evidence: evidence.map(({ kind, asset = null, digest = null, link = null, note = null }) => ({
        kind,
        asset,
        digest,
        link,
        note,
      })),
    }),
    ...(acknowledge && {
      acknowledge: acknowledge.map(({ rule, asset, pointer, justification = null }) => ({
        rule,
        asset,
        pointer,
        justification,
      })),
    }),
    ...(adopt && { adopt: adopt.map(({ id, target }) => ({ asset: id, target })) }),
    ...(reviewers && { reviewers }),
    ...(notBefore && { notBefore }),
  }
}

const nothing: RequestContent = Object.freeze({
  bindings: [],
  manifest: null,
  evidence: [],
  acknowledge: [],
  adopt: [],
  notBefore: null,
  reviewers: [],
})

/** What was sent along with a request; nothing where it was left out. */
export function requestContent(body: z.output<typeof promotionRequestShape>): RequestContent {
  return { ...nothing, ...sentContent(body) }
}
