import type { AssetType } from '../asset-type.ts'
import { contentSchema, flag, list, oneOf, strictObject } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const recipients = list({ type: 'string', format: 'email', maxLength: 254 }, 50, {
  minItems: 1,
  uniqueItems: true,
})
const days = oneOf('MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY')

/** Warns people about a subscription's traffic. Whom it warns differs from environment to environment. */
export const alertRule: AssetType = deepFreeze({
  name: 'alertRule',
  promotable: true,
  writableBy: ['engineer', 'support'],
  references: [],
  bindings: ['/notification/configuration/to'],
  secrets: [],
  immutable: [],
  schema: contentSchema(
    {
      alertType: strictObject(
        { code: oneOf('no-traffic', 'low-traffic', 'error-threshold', 'retry-threshold') },
        ['code'],
      ),
      alertConfiguration: strictObject(
        { alertLookbackISODuration: { type: 'string', format: 'duration', maxLength: 50 } },
        ['alertLookbackISODuration'],
      ),
      notification: strictObject(
        { type: oneOf('email'), configuration: strictObject({ to: recipients }, ['to']) },
        ['type', 'configuration'],
      ),
      ignoreDaysOfWeek: list(days, 7, { uniqueItems: true }),
      ignoreHolidays: flag,
      timeZone: { type: 'string', maxLength: 64, pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$' },
    },
    ['alertType', 'alertConfiguration', 'notification'],
  ),
})
