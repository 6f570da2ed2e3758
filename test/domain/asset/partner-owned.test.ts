import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asLanded } from '../../../src/domain/asset/landing.ts'
import {
  isWithin,
  keepPartnerDetail,
  partnerPlaces,
  unknowablePartnerPlaces,
  withoutPartnerDetail,
  withoutPartnerOwned,
} from '../../../src/domain/asset/partner-owned.ts'
import { configModifier } from '../../../src/domain/asset/types/config-modifier.ts'
import type { JsonObject } from '../../../src/domain/json.ts'

const theirs = { id: 'theirs', partnerOwned: true, sourceId: 'hidden', dataModel: 'Results' }
const ours = { id: 'ours', sourceId: 'seen', dataModel: 'Results' }
const content = (...links: readonly JsonObject[]) => ({ flavor: 'delete', links })
const stub = { id: 'theirs', partnerOwned: true }

describe('what a partner owns', () => {
  it('is shown by its id alone, and left out of a promotion', () => {
    expect(withoutPartnerDetail(configModifier, content(ours, theirs))).toEqual(content(ours, stub))
    expect(withoutPartnerOwned(configModifier, content(theirs, ours, { ...theirs, id: 'more' }))).toEqual(
      content(ours),
    )
  })

  it('comes back in the next version as it is stored, wherever it is sent', () => {
    const kept = keepPartnerDetail(
      configModifier,
      content(theirs, ours),
      content(ours, { ...ours, id: 'new' }, stub),
    )
    expect(kept).toEqual({ kind: 'kept', content: content(ours, { ...ours, id: 'new' }, theirs) })
    const whole = keepPartnerDetail(configModifier, content(theirs), content(theirs))
    expect(whole).toEqual({ kind: 'kept', content: content(theirs) })
  })

  it.each([
    ['removed', content(ours), ['/links/1']],
    ['disowned', content(ours, { ...theirs, partnerOwned: false }), ['/links/1']],
    ['changed', content(ours, { ...theirs, sourceId: 'other' }), ['/links/1', '/links/1']],
    ['given detail', content(ours, { ...stub, dataModel: 'Results' }), ['/links/1', '/links/1']],
    ['added', content(ours, stub, { ...stub, id: 'new' }), ['/links/2']],
    ['repeated', content(ours, stub, stub), ['/links/2']],
    ['without an id', content(ours, { partnerOwned: true }), ['/links/1', '/links/1']],
    ['taken over', content({ ...ours, partnerOwned: true }, stub), ['/links/0']],
  ])('is not %s', (_, after, pointers) => {
    expect(keepPartnerDetail(configModifier, content(ours, theirs), after)).toEqual({
      kind: 'refused',
      pointers,
    })
  })

  it('needs an id that no other one has', () => {
    const nameless = { partnerOwned: true, dataModel: 'Results' }
    expect(unknowablePartnerPlaces(configModifier, content(theirs, nameless, theirs, ours))).toEqual([
      '/links/1',
      '/links/2',
    ])
    const numbered = { id: 7, partnerOwned: true, dataModel: 'Results' }
    expect(unknowablePartnerPlaces(configModifier, content(numbered))).toEqual(['/links/0'])
    for (const unknown of [nameless, numbered]) {
      expect(withoutPartnerDetail(configModifier, content(unknown))).toStrictEqual(
        content({ partnerOwned: true }),
      )
    }
  })

  it('is a place and what stands below it, and no neighbour whose place begins alike', () => {
    const places = partnerPlaces(configModifier, content(ours, theirs))
    expect(places.map(({ pointer }) => pointer)).toEqual(['/links/1'])
    const within = (pointer: string) => isWithin(pointer, places)
    expect(['/links/1', '/links/1/sourceId'].filter(within)).toHaveLength(2)
    expect(['/links', '/links/0', '/links/10', '/links/10/sourceId'].filter(within)).toEqual([])
  })

  const links = fc.uniqueArray(
    fc.record({ id: fc.string({ minLength: 1 }), partnerOwned: fc.boolean(), note: fc.string() }),
    {
      selector: ({ id }) => id,
      maxLength: 6,
    },
  )

  it('survives any round trip through what is shown, in any order, and none without it', () => {
    fc.assert(
      fc.property(
        links.chain((list) =>
          fc.shuffledSubarray(list, { minLength: list.length }).map((moved) => ({ list, moved })),
        ),
        ({ list, moved }) => {
          const before = content(...list)
          const after = content(...moved)
          const shown = withoutPartnerDetail(configModifier, after)
          expect(keepPartnerDetail(configModifier, before, shown)).toEqual({ kind: 'kept', content: after })
          const without = withoutPartnerOwned(configModifier, before)
          const expected = list.some(({ partnerOwned }) => partnerOwned) ? 'refused' : 'kept'
          expect(keepPartnerDetail(configModifier, before, without).kind).toBe(expected)
        },
      ),
    )
  })

  it('tells nothing but ids, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 30, maxLength: 40 }), { maxLength: 4 }), (notes) => {
        const hidden = content(...notes.map((note, index) => ({ id: `${index}`, partnerOwned: true, note })))
        const shown = JSON.stringify(withoutPartnerDetail(configModifier, hidden))
        for (const note of notes) expect(shown).not.toContain(JSON.stringify(note))
      }),
    )
  })
})

describe('what lands with a fixed value', () => {
  const type = {
    ...configModifier,
    landsAs: [
      { pointer: '/enabled', value: false },
      { pointer: '/actions/*/armed', value: 'off' },
    ],
  }

  it('has it wherever its object stands, also where it was not said', () => {
    expect(asLanded(type, { enabled: true, actions: [{ armed: 'on' }, {}, 7] })).toEqual({
      enabled: false,
      actions: [{ armed: 'off' }, { armed: 'off' }, 7],
    })
    expect(asLanded(type, {})).toEqual({ enabled: false })
  })

  it('is the same landed twice', () => {
    const once = asLanded(type, { enabled: true, actions: [{}] })
    expect(asLanded(type, once)).toEqual(once)
  })
})
