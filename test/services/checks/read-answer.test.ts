import { describe, expect, test } from 'vitest'
import { type AssetId, identifier } from '../../../src/domain/identifiers.ts'
import { readAnswer } from '../../../src/services/promotions/preflight/checks/read-answer.ts'

const asset = identifier<AssetId>('01890000-0000-7000-8000-000000000001')
const stranger = '01890000-0000-7000-8000-000000000002'

const read = (body: unknown, more: { readonly status?: number; readonly contentType?: string | null } = {}) =>
  readAnswer(
    {
      kind: 'answered',
      status: 200,
      contentType: 'application/json',
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      ...more,
    },
    new Set([asset]),
  )

const finding = (more: object = {}) => ({ severity: 'warning', message: 'Look here.', ...more })

describe('an answer', () => {
  test('may find nothing', async () => {
    expect(await read({ findings: [] })).toEqual({ kind: 'answered', findings: [] })
  })

  test('is about the bundle, an asset of it, or a place in one', async () => {
    const findings = [finding(), finding({ asset }), finding({ asset, pointer: '/values/0/a~1b' })]
    expect(await read({ findings })).toEqual({
      kind: 'answered',
      findings: [
        { severity: 'warning', asset: null, pointer: '', message: 'Look here.' },
        { severity: 'warning', asset, pointer: '', message: 'Look here.' },
        { severity: 'warning', asset, pointer: '/values/0/a~1b', message: 'Look here.' },
      ],
    })
  })

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json '])(
    'may come as %s',
    async (contentType) => {
      expect(await read({ findings: [] }, { contentType })).toMatchObject({ kind: 'answered' })
    },
  )

  test('has as many findings and characters as may be', async () => {
    const findings = Array(50).fill(finding({ message: 'é'.repeat(500) }))
    expect(await read({ findings })).toMatchObject({ kind: 'answered' })
  })

  test.each([
    ['lines', 'one\r\ntwo\tthree\u2028four', 'one two three four'],
    ['a turned reading direction', 'good \u202edab\u202c', 'good dab'],
    ['hidden characters', 'a\u200bb\ufeff c', 'ab c'],
    ['escape sequences', '\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['white space around', '  x  ', 'x'],
  ])('is shown without %s', async (_, message, shown) => {
    expect(await read({ findings: [finding({ message })] })).toMatchObject({ findings: [{ message: shown }] })
  })

  test.each([
    ['a secret', 'The token is ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['data of a patient', 'Seen for 123-45-6789 (SSN of the patient)'],
  ])('that says %s stays as grave, and its words are withheld', async (_, message) => {
    const answer = await read({ findings: [finding({ severity: 'blocker', asset, message })] })
    expect(answer).toMatchObject({ findings: [{ severity: 'blocker', asset }] })
    expect(JSON.stringify(answer)).not.toContain(message.slice(-10))
    expect(JSON.stringify(answer)).toContain('withheld')
  })
})

describe('no answer that counts is one', () => {
  test.each([
    [201, /status 201/],
    [204, /status 204/],
    [401, /status 401/],
    [500, /status 500/],
  ])('with the status %i', async (status, because) => {
    expect(await read({ findings: [] }, { status })).toEqual({
      kind: 'unanswered',
      detail: expect.stringMatching(because),
    })
  })

  test.each([null, 'text/html', 'application/jsonp', 'application/json+x', 'text/application/json'])(
    'of the content type %s',
    async (contentType) => {
      expect(await read({ findings: [] }, { contentType })).toMatchObject({ kind: 'unanswered' })
    },
  )

  test.each<[string, unknown, RegExp]>([
    ['no JSON', 'fine!', /JSON/],
    ['a member twice', '{"findings":[],"findings":[]}', /JSON/],
    ['a byte order mark', '\ufeff{"findings":[]}', /JSON/],
    ['nested too deep', `{"findings":${'['.repeat(20)}${']'.repeat(20)}}`, /JSON/],
    ['more than is read', JSON.stringify({ findings: [] }) + ' '.repeat(65_536), /JSON/],
    ['no object', [], /"findings"/],
    ['no findings', {}, /"findings"/],
    ['findings that are no list', { findings: {} }, /"findings"/],
    ['something besides', { findings: [], verdict: 'pass' }, /"findings"/],
    ['too many', { findings: Array(51).fill(finding()) }, /more than 50/],
    ['a finding that is none', { findings: ['bad'] }, /no object/],
    ['a member too many', { findings: [finding({ rule: 'x' })] }, /besides/],
    ['no severity', { findings: [{ message: 'x' }] }, /no blocker/],
    ['another severity', { findings: [finding({ severity: 'error' })] }, /no blocker/],
    ['no message', { findings: [{ severity: 'info' }] }, /message/],
    ['an empty message', { findings: [finding({ message: '' })] }, /message/],
    ['a message that shows nothing', { findings: [finding({ message: '\u200b\u202e ' })] }, /message/],
    ['a message too long', { findings: [finding({ message: 'x'.repeat(501) })] }, /message/],
    ['a message that is no text', { findings: [finding({ message: 7 })] }, /message/],
    ['an asset that is not promoted', { findings: [finding({ asset: stranger })] }, /not in the bundle/],
    ['an asset of nothing', { findings: [finding({ asset: null })] }, /not in the bundle/],
    ['a place in no asset', { findings: [finding({ pointer: '/a' })] }, /pointer/],
    ['a place that is none', { findings: [finding({ asset, pointer: 'a' })] }, /pointer/],
    ['a place badly escaped', { findings: [finding({ asset, pointer: '/~2' })] }, /pointer/],
    ['a place with hidden characters', { findings: [finding({ asset, pointer: '/\u202ea' })] }, /pointer/],
    ['a place too long', { findings: [finding({ asset, pointer: `/${'x'.repeat(500)}` })] }, /pointer/],
  ])('with %s', async (_, body, because) => {
    expect(await read(body)).toEqual({ kind: 'unanswered', detail: expect.stringMatching(because) })
  })

  test('of bytes that are no text', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x7d])
    const answered = { kind: 'answered', status: 200, contentType: 'application/json', body } as const
    expect(await readAnswer(answered, new Set())).toMatchObject({ kind: 'unanswered' })
  })
})
