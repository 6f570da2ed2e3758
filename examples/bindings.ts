import type { JsonValue } from '../src/domain/json.ts'

/** Which production example stands for which staging example, both by file name. */
export const referenceBindings: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'source-ehr', to: 'source-ehr' },
  { from: 'destination-intake', to: 'destination-intake' },
]

/** Production's own values for places of staging examples, by file name. */
export const valueBindings: readonly {
  readonly asset: string
  readonly pointer: string
  readonly value: JsonValue
}[] = [
  {
    asset: 'alert-rule-silent-admissions',
    pointer: '/notification/configuration/to',
    value: ['integration-on-call@northlake.example', 'operations@northlake.example'],
  },
  {
    asset: 'webhook-subscription-scheduling',
    pointer: '/url',
    value: 'https://hooks.careloop.example/scheduling',
  },
  { asset: 'webhook-subscription-scheduling', pointer: '/runsAs/userId', value: 3118 },
  {
    asset: 'automation-send-intake-form',
    pointer: '/actions/1/recipients',
    value: ['front-desk@northlake.example'],
  },
  { asset: 'permission-set-scheduling', pointer: '/integrationUser/userId', value: 3118 },
]
