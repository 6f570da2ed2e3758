import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hiddenCharacters } from '../../../src/domain/preflight/hidden-characters.ts'
import { lookAlikes } from '../../../src/domain/preflight/look-alikes.ts'

const named = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]))

describe('the names of members', () => {
  test.each([
    [
      'of plain ASCII, whatever digits and case they differ in',
      ['url', 'URL', 'ur1', 'o', '0', 'O', 'l', '1', 'I'],
    ],
    ['of another script, which differ in case', ['Größe', 'größe', 'Код', 'код']],
    ['of another script, which differ in a digit', ['größe1', 'größel', 'größe0', 'größeo']],
    ['with marks that anybody sees', ['schon', 'schön', 'resume', 'résumé']],
    ['with the Greek letters of units and substances', ['μg/mL', 'Ω', 'α-fetoprotein', 'β-hCG', 'μmol']],
    ['with words of several scripts', ['код_id', 'id-код', 'Δt']],
    ['with the dotless letter of a language that has it', ['kapı']],
  ])('%s are everyday configuration', (_, names) => {
    expect(lookAlikes(named(...names))).toEqual([])
  })

  test.each([
    ['a letter of Cyrillic', 'payload', 'pаyload'],
    ['a letter of Greek', 'origin', 'οrigin'],
    ['a letter of Armenian', 'no', 'ոօ'],
    ['capital letters of Cyrillic', 'ACE', 'АСЕ'],
    ['letters of Cyrillic alone', 'cop', 'сор'],
    ['a wide letter', 'url', 'ｕrl'],
    ['a mathematical letter', 'url', '𝐮rl'],
    ['a character that shows nothing', 'url', 'u\u200brl'],
    ['a joiner', 'url', 'u\u200drl'],
    ['a variation selector', 'url', 'u\ufe0frl'],
    ['a filler', 'url', 'url\u3164'],
    ['a digit for a letter, and a letter for another', 'o0', '0о'],
  ])('that differ by %s are look-alikes, and the plain one is not', (_, plain, hiding) => {
    expect(lookAlikes(named(plain, hiding))).toEqual([`/${hiding}`])
    expect(lookAlikes(named(hiding, plain))).toEqual([`/${hiding}`])
  })

  test('that are composed differently are look-alikes, both of them', () => {
    const twins = ['caf\u00e9', 'cafe\u0301']
    expect(lookAlikes(named(...twins))).toEqual(twins.map((name) => `/${name}`))
  })

  test.each(['аpi_url', 'apі', 'Αpi', 'uѕer_id2', 'Ꭺpi', 'ոame', 'my.dаta'])(
    'like %s, of which a word mixes scripts, are look-alikes by themselves',
    (name) => {
      expect(lookAlikes(named(name))).toEqual([`/${name}`])
    },
  )

  test('are compared among siblings, at any depth, and named once by an escaped pointer', () => {
    expect(lookAlikes({ url: { url: 1 }, list: [{ 'а/b': 1, 'a/b': 2 }], other: { uгl: 1 } })).toEqual([
      '/list/0/а~1b',
      '/other/uгl',
    ])
    expect(lookAlikes({ url: 1, uгl: 2 })).toEqual(['/uгl'])
    expect(lookAlikes({ a: { url: 1 }, b: { 'urӏ ': 1 } })).toEqual(['/b/urӏ '])
  })

  test('of the letters that are drawn like those of ASCII are found, every one of them', () => {
    const alike = [
      ...[
        'аa',
        'вb',
        'сc',
        'ԁd',
        'еe',
        'һh',
        'нh',
        'іi',
        'јj',
        'кk',
        'ӏl',
        'мm',
        'пn',
        'оo',
        'рp',
        'ԛq',
        'гr',
      ],
      ...[
        'ѕs',
        'тt',
        'цu',
        'ѵv',
        'ԝw',
        'хx',
        'уy',
        'αa',
        'βb',
        'εe',
        'ηn',
        'ιi',
        'κk',
        'νv',
        'οo',
        'ρp',
        'τt',
      ],
      ...['υu', 'χx', 'ϲc', 'ϳj', 'օo', 'ոn', 'սu', 'հh', 'ցg', 'զq', 'ıi', 'ɑa', 'ɡg'],
    ]
    for (const pair of alike) {
      const [hiding = '', plain = ''] = [...pair]
      expect(lookAlikes(named(hiding, plain))).toEqual([`/${hiding}`])
    }
  })

  test('of plain ASCII alone are never look-alikes', () => {
    const name = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), (names) => {
        expect(lookAlikes(named(...names))).toEqual([])
      }),
    )
  })
})

describe('hidden characters', () => {
  const hidden = [
    ...['\u00ad', '\u034f', '\u061c', '\u115f', '\u1160', '\u17b4', '\u180e', '\u200b', '\u200e', '\u200f'],
    ...[
      '\u202a',
      '\u202e',
      '\u2060',
      '\u2064',
      '\u2066',
      '\u206f',
      '\u3164',
      '\ufeff',
      '\uffa0',
      '\ufff9',
      '\ufffb',
    ],
    ...['\u{e0001}', '\u{e0041}', '\u{e0100}', '\u{e01ef}'],
  ]

  test('are found in texts and in names, each place once', () => {
    for (const character of hidden) {
      expect(hiddenCharacters({ text: `a ${character} b`, list: ['plain', character] })).toEqual([
        '/text',
        '/list/1',
      ])
    }
    expect(hiddenCharacters({ 'a\u202e/': 'b\u202e', inner: { 'c\u200b': 1 } })).toEqual([
      '/a\u202e~1',
      '/inner/c\u200b',
    ])
  })

  test.each(['pay\u200dload', 'pay\u200c', '1\u200d2', '\u200cpay', ' \u200d7'])(
    'joiners hide beside Latin letters and digits, as in %j',
    (text) => {
      expect(hiddenCharacters({ text })).toEqual(['/text'])
    },
  )

  test.each([
    '',
    'plain text\r\n\tof two lines',
    'می\u200cخواهم',
    'क्\u200dष',
    '👩\u200d⚕\ufe0f',
    'é',
    '\u00a0',
  ])('are not what %j is written with', (text) => {
    expect(hiddenCharacters({ text })).toEqual([])
    expect(hiddenCharacters({ [text]: 1 })).toEqual([])
  })
})
