import { expect, test } from 'vitest'
import { rightsOf } from '../../src/db/rights/apply.ts'
import type { LoginRole } from '../../src/db/rights/right.ts'
import { checkOwnRights, RightsExceeded } from '../../src/db/rights/self-check.ts'
import { storeKinds } from '../../src/db/stores.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()

const logins = storeKinds.flatMap((store) =>
  Object.keys(rightsOf(store)).map((role) => ({ store, role: role as LoginRole })),
)

test.for(logins)('$role may do no more in the $store store than is declared', async ({ store, role }) => {
  await expect(checkOwnRights(stores.pool(store, role))).resolves.toBeUndefined()
})

test('a process refuses to run with a login that was granted one more right', async () => {
  await stores.superuser('production').query('GRANT UPDATE (name) ON asset TO signer')
  await expect(checkOwnRights(stores.pool('production', 'signer'))).rejects.toThrow(RightsExceeded)
})
