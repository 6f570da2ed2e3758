import { valueBindings } from '../../bindings.ts'
import type { Answer } from '../client.ts'
import type { Setting } from '../setting.ts'
import { idIn } from './assets.ts'

const file = 'webhook-subscription-scheduling'

/** What the requester declares of the webhook, as it will be in production. */
const manifest = {
  endpointsUsed: ['https://hooks.careloop.example/scheduling'],
  webhookEventTypes: [
    'appointment.created',
    'appointment.updated',
    'appointment.deleted',
    'form_answer_group.signed',
  ],
  requiredPermissions: ['view_appointments', 'view_forms'],
  expectedDataFlows: 'Ids of appointments and of signed forms, to CareLoop.',
}

/** A link to what was seen in staging, for approvers to open. */
const evidence = [
  { kind: 'webhook-payload', link: 'https://wiki.northlake.example/staging/scheduling-webhook' },
]

/** The body that asks for the webhook, with nothing but its place: no bindings, no manifest, no evidence. */
export function bareRequest({ staging, environments }: Setting) {
  return {
    promotingAssets: [{ id: idIn(staging, file), type: 'webhookSubscription' }],
    fromEnvironment: { id: environments.staging },
    toEnvironment: { id: environments.production },
    reason: 'CareLoop learns of appointments',
  }
}

/** The same with everything that production and its approvers need. */
export function wholeRequest(setting: Setting) {
  const asset = idIn(setting.staging, file)
  const bindings = valueBindings
    .filter((binding) => binding.asset === file)
    .map(({ pointer, value }) => ({ asset, pointer, value }))
  return { ...bareRequest(setting), bindings, manifest, evidence }
}

/** The requester asks what would come of a request. */
export function dryRun({ ask, cast }: Setting, body: object): Promise<Answer> {
  return ask(cast.requester.staging, 'POST', '/v1/promotions?dryRun=true', { body })
}
