import { expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { follow, indexedOf, newFollowed, tell, written } from './followed.ts'

// Alone in its file: what a session has followed before changes how PostgreSQL plans the next entry.
const stores = await openStores()

test('a follower goes on after an entry with no ids where they belong, though it is the first it ever sees', async () => {
  const followed = await newFollowed(stores)
  const nonsense = { asset: 'none', environment: 'none', promotion: 'none', actor: { person: 'nobody' } }
  const leaves = await tell(followed, 'staging', [written(1, 'asset.created', nonsense), written(2)])
  expect(await follow(followed, 'staging', 0, leaves)).toBe(2)
  expect(await indexedOf(followed)).toHaveLength(2)
})
