import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { loginRoles } from '../../../src/db/roles.ts'
import { commit, newSalt } from '../../../src/trust/commitment.ts'
import { openStores } from '../../support/stores.ts'
import { attack, deniedOn, foreignRow, refusedBy } from './attack.ts'
import { as, newWorld, type World } from './fixture.ts'
import { hexadecimal, type Row, type Session } from './session.ts'
import { type Promotion, requestPromotion } from './story.ts'

const stores = await openStores()
let world: World
let promotion: Promotion
let elsewhere: Promotion

beforeAll(async () => {
  world = await newWorld(stores)
  promotion = await requestPromotion(world)
  elsewhere = await requestPromotion(await newWorld(stores))
})

const asking = (work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login: 'api', organization: world.organization }, work)

async function newText(session: Session): Promise<string> {
  const id = uuidv7()
  const salt = newSalt()
  const commitment = hexadecimal(commit('Read.', salt))
  await session.put('erasable_text', { id, text: 'Read.', salt, commitment })
  return id
}

/** Says something as the program does, but for what is given otherwise. */
async function say(session: Session, given: Row = {}): Promise<Row> {
  const { requester: person } = world
  const row = { id: uuidv7(), promotion: promotion.id, person, actor: person, ...given }
  const said: Row = { comment_text: await newText(session), ...row }
  await session.put('promotion_comment', said)
  return said
}

describe('a comment', () => {
  test('is stored as the program does it, also by a service account of its person', async () => {
    expect(await asking((session) => say(session))).toMatchObject({ outcome: 'accepted', changed: true })
    const { serviceAccount: actor, approverOne: person } = world
    const spoken = await asking((session) => say(session, { actor, person }))
    expect(spoken).toMatchObject({ outcome: 'accepted', changed: true })
  })

  test.each<[string, () => Row, string]>([
    ['on a promotion of another organization', () => ({ promotion: elsewhere.id }), 'promotion'],
    [
      'by a service account alone',
      () => ({ person: world.serviceAccount, actor: world.serviceAccount }),
      'person',
    ],
    [
      'by a person of another organization',
      () => ({ person: elsewhere.world.requester, actor: elsewhere.world.requester }),
      'person',
    ],
    ['with a text of another organization', () => ({ comment_text: elsewhere.world.text }), 'comment_text'],
    ['without a text', () => ({ comment_text: uuidv7() }), 'comment_text'],
  ])('is refused %s', async (_, given, column) => {
    const key = `promotion_comment_organization_${column}_fkey`
    expect(await asking((session) => say(session, given()))).toEqual(refusedBy('23503', key))
  })

  test.each<[string, () => Row]>([
    ['another person', () => ({ actor: world.editor })],
    ['somebody else’s service account', () => ({ actor: world.serviceAccount })],
    ['an actor of another organization', () => ({ actor: elsewhere.world.requester })],
  ])('is put into nobody’s mouth by %s', async (_, given) => {
    const refused = refusedBy('23514', 'comment_speaks_for_its_person')
    expect(await asking((session) => say(session, given()))).toEqual(refused)
    const replica = attack(
      { stores, login: 'superuser', organization: world.organization },
      async (session) => {
        await session.query('SET LOCAL session_replication_role = replica')
        await say(session, given())
      },
    )
    expect(await replica).toEqual(refused)
  })

  test('has a text of its own', async () => {
    const twice = asking(async (session) => {
      const { comment_text } = await say(session)
      await say(session, { comment_text })
    })
    expect(await twice).toEqual(refusedBy('23505', 'promotion_comment_organization_comment_text_key'))
  })

  test('is not written for another organization, and not at a moment of choice', async () => {
    const { organization, requester: person } = elsewhere.world
    const given = { organization, promotion: elsewhere.id, person, actor: person }
    const foreign = asking((session) => say(session, { ...given, comment_text: elsewhere.world.text }))
    expect(await foreign).toEqual(foreignRow('promotion_comment'))
    const dated = asking((session) => say(session, { created_at: new Date(0) }))
    expect(await dated).toEqual(deniedOn('promotion_comment'))
  })

  test.each(loginRoles.filter((login) => login !== 'api'))(
    'is neither read nor written by %s',
    async (login) => {
      const { text, requester: person } = world
      const speaking = { stores, login, organization: world.organization }
      const reading = attack(speaking, (session) => session.query('SELECT FROM promotion_comment'))
      expect(await reading).toEqual(deniedOn('promotion_comment'))
      const row = { id: uuidv7(), promotion: promotion.id, person, actor: person, comment_text: text }
      const writing = attack(speaking, (session) => session.put('promotion_comment', row))
      expect(await writing).toEqual(deniedOn('promotion_comment'))
      const told = attack(speaking, (session) =>
        session.append('promotion.commented', `promotion/${promotion.id}`),
      )
      expect(await told).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    },
  )

  test('is seen by nobody of another organization', async () => {
    await as(world, 'api', (session) => say(session))
    const looking = (session: Session) => session.query('SELECT FROM promotion_comment')
    expect(await as(elsewhere.world, 'api', looking)).toEqual([])
  })
})
