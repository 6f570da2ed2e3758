import type { CountersignApp } from '../environment.ts'
import { registerAssetHistoryRoutes } from './asset-history.ts'
import { registerAssetReferenceRoutes } from './asset-references.ts'
import { registerAssetTypeRoutes } from './asset-types.ts'
import { registerAssetRoutes } from './assets.ts'
import { registerAssetReadingRoutes } from './assets-reading.ts'
import { registerAssetTransferRoutes } from './assets-transfer.ts'
import { registerAuditRoutes } from './audit.ts'
import { registerCommandRoutes } from './commands.ts'
import { registerDelegationRoutes } from './delegations.ts'
import { registerEnvironmentRoutes } from './environments.ts'
import { registerFreezeRoutes } from './freezes.ts'
import { registerGroupRoutes } from './groups.ts'
import { registerHealthRoutes } from './health.ts'
import { registerIdentityRoutes } from './identity.ts'
import { registerInboxRoutes } from './inbox.ts'
import { registerKeyRoutes } from './keys.ts'
import { registerOrganizationRoutes } from './organizations.ts'
import { registerOrganizationWritingRoutes } from './organizations-writing.ts'
import { registerParityRoutes } from './parity.ts'
import { registerPeopleRoutes } from './people.ts'
import { registerPolicyRoutes } from './policy.ts'
import { registerPromotionActRoutes } from './promotion-acts.ts'
import { registerPromotionCommentRoutes } from './promotion-comments.ts'
import { registerPromotionDecisionRoutes } from './promotion-decisions.ts'
import { registerPromotionVerdictRoutes } from './promotion-verdicts.ts'
import { registerPromotionRoutes } from './promotions.ts'
import { registerRestoreRoutes } from './restore.ts'
import { registerRolloutRoutes } from './rollouts.ts'
import { registerSecretRoutes } from './secrets.ts'

/** Every part of the API, in the order in which the reference lists them. */
export const routes: readonly ((app: CountersignApp) => void)[] = Object.freeze([
  registerHealthRoutes,
  registerOrganizationRoutes,
  registerOrganizationWritingRoutes,
  registerPeopleRoutes,
  registerIdentityRoutes,
  registerGroupRoutes,
  registerDelegationRoutes,
  registerKeyRoutes,
  registerEnvironmentRoutes,
  registerParityRoutes,
  registerPolicyRoutes,
  registerFreezeRoutes,
  registerAssetRoutes,
  registerAssetReadingRoutes,
  registerAssetTransferRoutes,
  registerRestoreRoutes,
  registerAssetReferenceRoutes,
  registerAssetHistoryRoutes,
  registerAssetTypeRoutes,
  registerSecretRoutes,
  registerCommandRoutes,
  registerPromotionRoutes,
  registerInboxRoutes,
  registerPromotionActRoutes,
  registerPromotionDecisionRoutes,
  registerPromotionVerdictRoutes,
  registerRolloutRoutes,
  registerPromotionCommentRoutes,
  registerAuditRoutes,
])
