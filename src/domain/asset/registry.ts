import type { AssetType } from './asset-type.ts'
import { alertRule } from './types/alert-rule.ts'
import { authCredential } from './types/auth-credential.ts'
import { automation } from './types/automation.ts'
import { configModifier } from './types/config-modifier.ts'
import { destination } from './types/destination.ts'
import { filter } from './types/filter.ts'
import { formTemplate } from './types/form-template.ts'
import { jsonDocument } from './types/json-document.ts'
import { oauthApiKey } from './types/oauth-api-key.ts'
import { permissionSet } from './types/permission-set.ts'
import { source } from './types/source.ts'
import { subscription } from './types/subscription.ts'
import { translationSet } from './types/translation-set.ts'
import { valueSet } from './types/value-set.ts'
import { webhookSubscription } from './types/webhook-subscription.ts'

/** The asset types that every organization has: first those that may be promoted, then the local ones. */
export const builtInAssetTypes: readonly AssetType[] = Object.freeze([
  configModifier,
  filter,
  translationSet,
  valueSet,
  alertRule,
  subscription,
  webhookSubscription,
  formTemplate,
  automation,
  permissionSet,
  jsonDocument,
  source,
  destination,
  authCredential,
  oauthApiKey,
])

/** Whether `type` is a built-in one, which its name does not prove. */
export function isBuiltIn(type: AssetType): boolean {
  return builtInAssetTypes.includes(type)
}

/** The built-in asset type of this name, or undefined. */
export function findAssetType(name: string): AssetType | undefined {
  return builtInAssetTypes.find((type) => type.name === name)
}
