import { expect, test } from 'vitest'
import { type FourPeople, openDeployment } from '../../support/deployment.ts'
import {
  addType,
  bundleOf,
  carry,
  edit,
  inShort,
  newTeam,
  plainType,
  policyWith,
  preview,
  stage,
} from './planning.ts'

const api = await openDeployment()

async function makeStricter({ people }: FourPeople): Promise<void> {
  await api.expectStatus(200, '/v1/asset-types/letter', {
    key: people.owner.keys.organization,
    method: 'PUT',
    body: { ...plainType, schema: { type: 'object', required: ['title'] } },
    headers: { 'If-Match': '*' },
  })
}

test('what staging wrote under another version of its type than production holds says so, with both versions', async () => {
  const organization = await newTeam(api)
  await addType(api, organization, 'letter', {})
  const staged = await stage(api, organization, 'letter', { title: 'A' })
  await carry(api, organization, bundleOf(organization, [staged]))
  const body = bundleOf(organization, [staged])

  await edit(api, organization, staged, { title: 'B' })
  expect(inShort(await preview(api, organization, body))).toEqual([])

  await makeStricter(organization)
  expect(inShort(await preview(api, organization, body))).toEqual([])

  await edit(api, organization, staged, { title: 'C' })
  const told = await preview(api, organization, body)
  expect(inShort(told)).toEqual(['warning type-versions-differ'])
  expect(told.findings[0]?.message).toContain(
    'landed under version 1 of the type, staging wrote this under version 2',
  )

  await carry(api, organization, body)
  await edit(api, organization, staged, { title: 'D' })
  expect(inShort(await preview(api, organization, body))).toEqual([])
})

test('a policy may let nothing pass whose type was changed in between', async () => {
  const organization = await newTeam(api, policyWith({ blocks: ['type-versions-differ'] }))
  await addType(api, organization, 'letter', {})
  const staged = await stage(api, organization, 'letter', { title: 'A' })
  const body = bundleOf(organization, [staged])
  await carry(api, organization, body)
  await makeStricter(organization)
  await edit(api, organization, staged, { title: 'B' })
  expect(inShort(await preview(api, organization, body))).toEqual(['blocker type-versions-differ'])
})
