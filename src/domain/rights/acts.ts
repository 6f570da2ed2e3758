import type { Holder, Right, Way } from './right.ts'
import type { EnvironmentRole, OrganizationRole } from './standing.ts'

const organizationRole = (...roles: readonly OrganizationRole[]): Holder => ({
  kind: 'organization-role',
  roles,
})
const roleThere = (...roles: readonly EnvironmentRole[]): Holder => ({ kind: 'environment-role', roles })
const anyRoleThere = roleThere('engineer', 'support', 'viewer')
const everybody: Holder = { kind: 'everybody' }
const writer: Holder = { kind: 'writer' }
const requester: Holder = { kind: 'requester' }
const policyGroup: Holder = { kind: 'policy-group' }

const organization = (...who: readonly Holder[]): Way => ({ through: 'organization', who })
const environment = (...who: readonly Holder[]): Way => ({ through: 'environment', who })
const source = (...who: readonly Holder[]): Way => ({ through: 'source', who })
const destination = (...who: readonly Holder[]): Way => ({ through: 'destination', who })

const administrators = organization(organizationRole('owner', 'admin'))
const owners = organization(organizationRole('owner'))

/** Who may do what, in the order in which the documentation prints it. Services ask it by `judge` and `mayDo`. */
export const acts = Object.freeze({
  'organization.create': {
    does: 'make a further organization in this installation',
    ways: [owners],
    besides: 'Whoever makes one has no part in it.',
  },
  'organization.update': { does: 'change the organization', ways: [administrators] },
  'environment.create': { does: 'add an environment', ways: [administrators] },
  'asset-type.write': { does: 'add or change a type of assets', ways: [administrators] },
  'people.read': {
    does: 'see people, roles in the organization, and groups',
    ways: [organization(organizationRole('owner', 'admin', 'member'))],
  },
  'person.write': {
    does: 'add, rename, deactivate or reactivate a person or a service account, or remove the link to their identity',
    ways: [administrators],
    besides: 'The link never with a token.',
  },
  'owner.write': {
    does: 'rename, deactivate or reactivate an owner, or remove the link to their identity',
    ways: [owners],
    besides: 'The link never with a token.',
  },
  'account.hand-over': {
    does: 'give a service account another owner',
    ways: [administrators],
    besides: 'The account loses its keys.',
  },
  'organization-role.give': {
    does: 'give or take a role in the organization, or the auditor grant',
    ways: [owners],
    besides: 'Humans only; the last active owner stays.',
  },
  'environment-role.give': {
    does: 'give somebody a role in an environment',
    ways: [administrators],
    besides: "A service account none that is wider than its owner's.",
  },
  'environment-role.take': { does: "take somebody's role in an environment", ways: [administrators] },
  'environment.freeze': {
    does: 'freeze an environment',
    ways: [administrators, environment(policyGroup), organization(policyGroup)],
    besides: 'The groups that its policy lists in `mayFreeze`.',
  },
  'environment.unfreeze': { does: 'lift a freeze of an environment', ways: [administrators] },
  'organization.freeze': {
    does: 'freeze the organization, or lift that',
    ways: [administrators],
    besides: 'Stops every promotion at once.',
  },
  'group.write': { does: 'make a group of approvers, or change who is in it', ways: [administrators] },
  'group.remove': { does: 'remove a group of approvers', ways: [administrators] },
  'policy.propose': {
    does: 'propose a change of a policy',
    ways: [administrators],
    besides: 'It takes effect when another owner or admin confirms it, or at once where there is none.',
  },
  'policy.confirm': {
    does: 'confirm a change of a policy',
    ways: [administrators],
    except: ['service-account'],
    besides: 'Never what one proposed oneself.',
  },
  'policy.check': { does: 'check who could sign by a policy', ways: [administrators] },
  'key.make': {
    does: 'make and revoke keys of your own, and of service accounts that you own',
    ways: [organization(everybody), environment(everybody)],
    besides:
      'Never with a token, never wider than the key it is made with, never for a place without a role there.',
  },
  'identity.link': {
    does: 'link yourself to your identity at the identity provider, or remove the link',
    ways: [organization(everybody)],
    except: ['service-account'],
    besides: 'Never with a token; to link, with a key without limits.',
  },
  'delegation.read': {
    does: 'see the delegations that you gave or received',
    ways: [organization(everybody)],
    except: ['service-account'],
  },
  'delegation.oversee': {
    does: "see everybody's delegations",
    ways: [organization(organizationRole('owner', 'admin'), { kind: 'auditor' })],
  },
  'delegation.give': {
    does: 'let somebody stand in for you, or end that',
    ways: [organization(everybody)],
    except: ['service-account'],
    besides:
      'To give, never with a token; to another active human, for at most 90 days. A stand-in passes nothing on.',
  },
  'delegation.end': { does: 'end a delegation that somebody else gave', ways: [administrators] },
  'environment.inspect': {
    does: "see an environment's members and policy",
    ways: [
      environment(anyRoleThere),
      organization(anyRoleThere),
      organization(organizationRole('owner', 'admin')),
    ],
  },
  'environment.outline': {
    does: "see production's id, name and kind",
    ways: [source(roleThere('engineer', 'support')), organization(roleThere('engineer', 'support'))],
    besides: 'By a role in staging.',
  },
  'asset.read': {
    does: 'read the assets of an environment',
    ways: [environment(anyRoleThere)],
    besides: "Reading production's content is an entry of the log.",
  },
  'asset.write': { does: 'write assets in development and staging', ways: [environment(writer)] },
  'asset.write-local': {
    does: 'write assets in production, of types that are local to it',
    ways: [environment(roleThere('engineer'))],
  },
  'asset.restore': {
    does: 'restore an older version in production',
    ways: [environment(roleThere('engineer'))],
    besides: 'Where the policy allows it.',
  },
  'secret.supply': { does: 'supply a secret', ways: [environment(roleThere('engineer'))] },
  'content.erase': {
    does: "erase a version's content",
    ways: [environment(roleThere('engineer'))],
    except: ['service-account'],
    besides: 'Two people, and a reason.',
  },
  'assets.export': { does: "export an environment's assets", ways: [environment(anyRoleThere)] },
  'assets.import': {
    does: 'import assets into development or staging',
    ways: [environment(writer)],
    besides: 'Never into production, never a file exported from it.',
  },
  'promotion.read': {
    does: 'read a promotion',
    ways: [
      source(anyRoleThere),
      destination(anyRoleThere),
      organization(organizationRole('owner', 'admin'), { kind: 'auditor' }),
    ],
    besides: 'Without content for a key of the organization.',
  },
  'promotion.comment': {
    does: 'comment on a promotion',
    ways: [source(anyRoleThere), destination(anyRoleThere)],
    besides: 'In every state, also after its end.',
  },
  'promotion.see-values': { does: "see a plan's values of production", ways: [destination(anyRoleThere)] },
  'promotion.request': { does: 'request a promotion', ways: [source(writer)] },
  'promotion.withdraw': {
    does: 'withdraw a promotion',
    ways: [source(writer), organization(organizationRole('owner', 'admin'))],
  },
  'promotion.decide': {
    does: 'decide on a promotion',
    ways: [destination(anyRoleThere)],
    except: ['service-account', 'contributor', 'unnamed'],
  },
  'promotion.override': {
    does: 'stand in for those who have to decide, in an emergency',
    ways: [destination(anyRoleThere)],
    except: ['service-account', 'contributor', 'unnamed'],
    besides: "Members of the policy's break-glass group, with a reason; it is reviewed afterwards.",
  },
  'promotion.review-override': {
    does: 'review that somebody stood in for those who have to decide',
    ways: [destination(anyRoleThere)],
    except: ['service-account', 'contributor', 'unnamed'],
    besides:
      'Whom any step names; owners and admins of the organization too. Never who stood in; always with a comment.',
  },
  'promotion.deliver-verdict': {
    does: 'deliver the signed verdict of a system that a promotion waits for',
    ways: [destination(anyRoleThere)],
    besides: "Its signature counts, and not who brings it: verified by the key in the promotion's plan.",
  },
  'promotion.schedule': {
    does: 'choose when a promotion lands',
    ways: [source(requester), destination(roleThere('engineer'))],
  },
  'promotion.abort': {
    does: 'abort a promotion before it lands',
    ways: [source(requester), destination(roleThere('engineer'))],
  },
  'promotion.retry': {
    does: 'have undoing tried again, where it got stuck',
    ways: [destination(roleThere('engineer'))],
  },
  'rollout.activate': {
    does: 'activate what has landed',
    ways: [destination(roleThere('engineer'))],
  },
  'rollout.confirm': {
    does: 'confirm a line of the checklist of what is in use',
    ways: [destination(roleThere('engineer'))],
    except: ['service-account'],
  },
  'rollout.complete': {
    does: 'take live what is in use',
    ways: [destination(roleThere('engineer'))],
    except: ['service-account'],
    besides: 'After every line of the signed checklist was confirmed and the soak is over.',
  },
  'rollout.rollback': {
    does: 'roll back what is in use and not yet live',
    ways: [destination(roleThere('engineer'))],
    besides: 'Where the policy allows it, with a reason.',
  },
  'audit.read': {
    does: "read the organization's log",
    ways: [organization(organizationRole('owner'), { kind: 'auditor' })],
  },
} satisfies Readonly<Record<string, Right>>)

/** The name of an act that the table has. */
export type Act = keyof typeof acts
