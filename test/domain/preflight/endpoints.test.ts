import { describe, expect, test } from 'vitest'
import { endpointIn, endpointsOf, sameEndpoint } from '../../../src/domain/preflight/endpoints.ts'

describe('endpoints in content', () => {
  test('are the texts that are a URL with a host, of any scheme, by their place', () => {
    const content = {
      url: ' https://api.hospital.org/v1 ',
      lists: [{ address: 'mllp://ehr.hospital.org:2575' }, 'sftp+x.y-z://files.hospital.org', 7],
      'a/b': 'HTTPS://API.hospital.org',
    }
    expect(endpointsOf(content).map(({ pointer, url }) => [pointer, url.href])).toEqual([
      ['/url', 'https://api.hospital.org/v1'],
      ['/lists/0/address', 'mllp://ehr.hospital.org:2575'],
      ['/lists/1', 'sftp+x.y-z://files.hospital.org'],
      ['/a~1b', 'https://api.hospital.org/'],
    ])
  })

  test.each([
    '',
    'api.hospital.org',
    'urn:oid:1.2.3',
    'mailto:a@b.org',
    'see https://a.org',
    'file:///etc',
    'https://',
    'https://a b/',
  ])('are none in %j', (text) => {
    expect(endpointIn(text)).toBeNull()
  })
})

test.each([
  ['https://a.org/x', 'https://A.org/x?page=2', true],
  ['https://a.org/x', 'https://a.org/x//', true],
  ['https://a.org', 'https://a.org./', true],
  ['https://a.org', 'https://a.org:443', true],
  ['mllp://EHR.org:1', 'mllp://ehr.org:1', true],
  ['https://a.org/x', 'http://a.org/x', false],
  ['https://a.org/x', 'https://a.org/X', false],
  ['https://a.org/x', 'https://a.org/y/x', false],
  ['https://a.org/x', 'https://a.org:8443/x', false],
  ['https://a.org/x', 'https://b.org/x', false],
])('%s and %s lead to the same place: %s', (one, other, same) => {
  expect(sameEndpoint(new URL(one), new URL(other))).toBe(same)
  expect(sameEndpoint(new URL(other), new URL(one))).toBe(same)
})
