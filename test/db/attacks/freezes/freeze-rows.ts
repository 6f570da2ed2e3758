import { v7 as uuidv7 } from 'uuid'
import { as, type World } from '../fixture.ts'
import type { Row, Session } from '../session.ts'

/** The switch, as the API sets it for the owner. */
export function switchRow({ text, owner }: World): Row {
  return { id: uuidv7(), reason_text: text, created_by: owner }
}

/** A freeze of production from an hour ago on, as the API sets it for the owner. */
export function freezeRow(world: World, change: Row = {}): Row {
  return {
    id: uuidv7(),
    environment: world.production,
    reason_text: world.text,
    created_by: world.owner,
    starts_at: fromNow(-1),
    ...change,
  }
}

export function fromNow(hours: number): Date {
  return new Date(Date.now() + hours * 3_600_000)
}

/** What recurs has no start of its own. */
export const daily: Row = {
  starts_at: null,
  recurrence: 'DTSTART:20260101T000000\nRRULE:FREQ=DAILY',
  zone: 'UTC',
  duration: 'P1D',
}

/** The API freezes, with the entry that tells of it. Gives the freeze's id. */
export async function freezeAs(
  world: World,
  table: 'environment_freeze' | 'organization_freeze',
  row: Row,
): Promise<string> {
  await as(world, 'api', (session) => putFreeze(session, world, table, row))
  return String(row.id)
}

export async function putFreeze(
  session: Session,
  { organization }: World,
  table: 'environment_freeze' | 'organization_freeze',
  row: Row,
): Promise<void> {
  await session.put(table, row)
  if (table === 'environment_freeze') await session.append('freeze.set', `freeze/${row.id}`)
  else await session.append('organization.frozen', `organization/${organization}`)
}

export function liftBy(
  world: World,
  table: 'environment_freeze' | 'organization_freeze',
  id: string,
): Promise<unknown> {
  return as(world, 'api', (session) =>
    session.query(`UPDATE ${table} SET lifted_by = $2 WHERE id = $1`, [id, world.owner]),
  )
}
