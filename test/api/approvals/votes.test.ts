import { describe, expect, test } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { openRoom, type Promotion, refusal, step } from './approving.ts'

const api = await openDeployment()

const voteOf = ({ decisions }: Promotion, person: string) => {
  const found = decisions.find((one) => one.person === person && one.withdrawnAt === null)
  if (found === undefined) throw new TypeError('nobody of that name has voted')
  return found
}

test('a vote shows who signed, under which name, which step and revision, with which words', async () => {
  const { ask, vote, people } = await openRoom(api)
  const asked = await ask()
  const answer = (await (await vote('anna', asked)).json()) as Promotion
  expect(answer.decisions).toMatchObject([
    {
      person: people.anna.id,
      printedName: 'anna',
      comment: 'Read against the cut-over plan',
      step: 1,
      verdict: 'approve',
      revision: 1,
      outdated: false,
      withdrawnAt: null,
    },
  ])
  expect(answer.state).toBe('awaiting_approval')
})

test('two of three are enough, whoever they are, and the third is told that it is over', async () => {
  const { ask, approve, vote, reach } = await openRoom(api)
  const asked = await ask({ notBefore: new Date(Date.now() + 3_600_000).toISOString() })
  await approve(asked, 'carl', 'anna')
  await reach(asked, 'scheduled')
  expect(await refusal(vote('ben', asked))).toEqual([409, 'illegal-state'])
})

test('a request for changes needs words, ends no promotion, and says whose words they are', async () => {
  const { ask, act, vote, reach } = await openRoom(api)
  const asked = await ask()
  const wordless = act('ben', asked, 'decisions', {
    body: { verdict: 'request-changes', comment: '  ' },
    headers: { 'If-Match': `"${asked.planDigest}"` },
  })
  expect(await refusal(wordless)).toEqual([422, 'comment-required'])
  expect((await vote('ben', asked, 'request-changes')).status).toBe(201)
  const back = await reach(asked, 'changes_requested')
  expect(back.decisions.map(({ verdict }) => verdict)).toEqual(['request-changes'])
  expect(await refusal(vote('anna', asked))).toEqual([409, 'illegal-state'])
})

test('a vote to approve needs no words', async () => {
  const { ask, act } = await openRoom(api)
  const asked = await ask()
  const silent = await act('ben', asked, 'decisions', {
    body: { verdict: 'approve', comment: '' },
    headers: { 'If-Match': `"${asked.planDigest}"` },
  })
  expect(silent.status).toBe(201)
})

test('a comment is neither a vote nor a contribution', async () => {
  const { ask, act, approve, read } = await openRoom(api)
  const asked = await ask()
  expect((await act('anna', asked, 'comments', { body: { text: 'Is this for Monday?' } })).status).toBe(201)
  expect((await read(asked)).decisions).toEqual([])
  await approve(asked, 'anna')
})

describe('a vote', () => {
  test('is taken back by its person, stays visible, and may be given anew', async () => {
    const { ask, approve, takeBack, read, vote, people } = await openRoom(api)
    const asked = await ask()
    await approve(asked, 'anna')
    const given = voteOf(await read(asked), people.anna.id)
    const answer = (await (await takeBack('anna', asked, given)).json()) as Promotion
    expect(answer.decisions).toMatchObject([{ id: given.id, withdrawnAt: expect.any(String) }])
    expect((await vote('anna', asked)).status).toBe(201)
    const { decisions, steps, state } = await read(asked)
    expect([decisions.length, steps[0]?.approved, state]).toEqual([2, 1, 'awaiting_approval'])
  })

  test('that was taken back twice was taken back once', async () => {
    const { ask, approve, takeBack, read, people, story } = await openRoom(api)
    const asked = await ask()
    await approve(asked, 'anna')
    const given = voteOf(await read(asked), people.anna.id)
    const answers = await Promise.all([takeBack('anna', asked, given), takeBack('anna', asked, given)])
    await approve(asked, 'ben', 'carl')
    const late = takeBack('anna', asked, given)
    expect((await Promise.all([...answers, late])).map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await story(asked)).filter((type) => type === 'decision-withdrawn')).toHaveLength(1)
  })

  test('is not taken back by anybody else', async () => {
    const { ask, approve, takeBack, read, people } = await openRoom(api)
    const asked = await ask()
    await approve(asked, 'anna')
    const given = voteOf(await read(asked), people.anna.id)
    for (const name of ['ben', 'requester', 'owner'] as const) {
      expect((await takeBack(name, asked, given)).status).toBeGreaterThanOrEqual(403)
    }
    expect((await read(asked)).decisions).toMatchObject([{ withdrawnAt: null }])
  })

  test('on another promotion is not found here', async () => {
    const { ask, approve, takeBack, read, people } = await openRoom(api)
    const [one, other] = [await ask(), await ask()]
    await approve(one, 'anna')
    const given = voteOf(await read(one), people.anna.id)
    expect(await refusal(takeBack('anna', other, given))).toEqual([404, 'not-found'])
  })

  test('stands once its step is over, until that opens again', async () => {
    const { ask, approve, takeBack, read, reach, people, setGroup, act } = await openRoom(api, {
      steps: [step(2, { name: 'review', kind: 'review' }), step(1)],
    })
    const asked = await ask({ notBefore: new Date(Date.now() + 3_600_000).toISOString() })
    await approve(asked, 'anna', 'ben')
    const given = voteOf(await reach(asked, 'awaiting_approval'), people.anna.id)
    expect(await refusal(takeBack('anna', asked, given))).toEqual([409, 'illegal-state'])
    await approve(asked, 'carl')
    await reach(asked, 'scheduled')
    // Ben leaves: the review opens again, and with it Anna may change her mind.
    await setGroup('approvers', 'requester', 'editor', 'anna', 'carl')
    expect((await act('anna', asked, 'schedule', { body: { notBefore: null } })).status).toBe(200)
    await reach(asked, 'in_review')
    expect((await takeBack('anna', asked, given)).status).toBe(200)
    expect((await read(asked)).steps.map(({ approved }) => approved)).toEqual([0, 1])
  })

  test('given twice at once is one vote', async () => {
    const { ask, vote, read } = await openRoom(api)
    const asked = await ask()
    const answers = await Promise.all([vote('anna', asked), vote('anna', asked), vote('anna', asked)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    const { decisions, state } = await read(asked)
    expect([decisions.length, state]).toEqual([1, 'awaiting_approval'])
  })
})

test('a rejected promotion is told apart from one that failed, withdrew or expired', async () => {
  const { ask, vote, reach } = await openRoom(api)
  const asked = await ask()
  expect((await vote('carl', asked, 'reject')).status).toBe(201)
  const { state, failure, items } = await reach(asked, 'rejected')
  expect([state, failure, items[0]?.outcome]).toEqual(['rejected', null, 'not-landed'])
})
