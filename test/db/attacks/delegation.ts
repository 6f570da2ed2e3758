import { v7 as uuidv7 } from 'uuid'
import type { World } from './fixture.ts'
import type { Row, Session } from './session.ts'

const day = 86_400_000

/** An instant so many days from now. */
export const inDays = (days: number) => new Date(Date.now() + days * day)

/** Approver one lets the outsider stand in, from now for ten days; but for what is given otherwise. */
export async function delegate(session: Session, world: World, given: Row = {}): Promise<string> {
  const id = uuidv7()
  const people = { delegator: world.approverOne, stand_in: world.outsider }
  const period = { starts_at: inDays(0), ends_at: inDays(10) }
  await session.put('delegation', { id, ...people, ...period, reason_text: world.text, ...given })
  return id
}
